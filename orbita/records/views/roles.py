"""Account settings > Permissions > Roles: what each role may do with each kind."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from orbita.accounts.access import AdministratorsOnly
from orbita.accounts.models import Role
from orbita.accounts.rights import ACTIONS
from orbita.preferences.changing import change
from orbita.preferences.declared import find_section
from orbita.preferences.views import menu
from orbita.records.kinds import Kind, kinds
from orbita.records.rights import CHANGEABLE, SECTION, WORDS, allowed, key_of


class FirstRoleView(AdministratorsOnly, View):
    """GET /settings/roles/: the role that most people have."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """To its matrix."""
        return redirect("settings-role", role=Role.USER)


class RoleView(AdministratorsOnly, View):
    """GET and POST /settings/roles/user/: its matrix; the administrator's cannot be changed."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, role: str) -> HttpResponse:
        """Kinds as rows, actions as columns."""
        chosen = _role(role)
        given = {kind.key: _rights(chosen, kind) for kind in _kinds()}
        return self.show(request, chosen, given)

    def post(self, request: HttpRequest, role: str) -> HttpResponse:
        """Store the whole matrix; kinds that are switched off keep theirs."""
        chosen = _role(role)
        if chosen not in CHANGEABLE:
            raise Http404
        given = {kind.key: request.POST.getlist(kind.key) for kind in _kinds()}
        values = {key_of(chosen, key): actions for key, actions in given.items()}
        try:
            changed = change(values, by=request.user, request=request)
        except ValidationError as error:
            return self.show(request, chosen, given, problems=error.message_dict, status=422)
        text = _("The rights are saved.") if changed else _("Nothing was changed")
        messages.success(request, text)
        return redirect("settings-role", role=chosen)

    def show(
        self,
        request: HttpRequest,
        role: Role,
        given: dict[str, Any],
        *,
        problems: dict[str, list[str]] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """The page, with what was ticked."""
        found = problems or {}
        context = {
            "section": find_section(SECTION),
            "menu": menu(SECTION),
            "tabs": _tabs(role),
            "tabs_label": _("Roles"),
            "role": role,
            "can_change": role in CHANGEABLE,
            "actions": [(action, WORDS[action]) for action in ACTIONS],
            "rows": [
                _row(kind, given[kind.key], found.get(key_of(role, kind.key), []))
                for kind in _kinds()
            ],
        }
        return render(request, "records/settings/roles.html", context, status=status)


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        raise Http404 from error


def _kinds() -> list[Kind]:
    return [kind for kind in kinds if kind.is_on()]


def _rights(role: Role, kind: Kind) -> Any:
    return allowed(role, kind.key) if role in CHANGEABLE else ACTIONS


def _tabs(role: Role) -> list[dict[str, Any]]:
    return [
        {
            "label": one.label,
            "url": reverse("settings-role", args=[one]),
            "is_current": one == role,
        }
        for one in (Role.USER, Role.MANAGER, Role.ADMINISTRATOR)
    ]


def _row(kind: Kind, given: Any, problems: list[str]) -> dict[str, Any]:
    """One kind: its cells, and whether all of them are ticked."""
    return {
        "kind": kind,
        "cells": [(action, WORDS[action], action in given) for action in ACTIONS],
        "is_all": all(action in given for action in ACTIONS),
        "problems": problems,
    }
