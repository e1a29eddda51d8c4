"""Account settings > Users: the list, a user, adding one with a temporary password."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orbita.accounts.reauthentication import RecentlyAuthenticated
from orbita.accounts.second_factor import remove_second_factor
from orbita.accounts.sessions import sessions_of
from orbita.accounts.tokens import revoke_token, usable_tokens
from orbita.members import administering
from orbita.members.forms import AddUserForm, UserForm
from orbita.members.handing import belongings
from orbita.members.models import HandOver
from orbita.members.reading import (
    PER_PAGE,
    UserQuery,
    choices,
    how_many,
    last_login,
    status_chip,
    user_rows,
)
from orbita.members.views.frame import (
    AdministratorsOnly,
    any_user,
    form_page,
    members_page,
    put_errors,
    tabs,
)
from orbita.preferences.changing import change
from orbita.preferences.declared import find_setting
from orbita.records.sources import in_words
from orbita.ui.responses import go

REMOVED_SHOWN = "users.removed_in_filters"


class UsersView(AdministratorsOnly, View):
    """GET /settings/users/?q=…&status=…&role=…&team=…&page=…"""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        query = UserQuery.read(request.GET)
        rows = query.rows()
        count = rows.count()
        start = (query.page - 1) * PER_PAGE
        context: dict[str, Any] = {
            "query": query,
            "count": how_many(count),
            "pager": self.pager(request, query.page, count),
            "removed_shown": find_setting(REMOVED_SHOWN),
            "rows": user_rows(rows[start : start + PER_PAGE]),
            **choices(query),
            **tabs("users"),
        }
        return members_page(request, "users", "members/users.html", **context)

    def pager(self, request: HttpRequest, page: int, count: int) -> dict[str, str]:
        """The ways to the other pages, if there are any."""
        found = {"previous_url": "", "next_url": "", "text": ""}
        for name, other in (("previous_url", page - 1), ("next_url", page + 1)):
            if 1 <= other <= -(-count // PER_PAGE):
                address = request.GET.copy()
                address["page"] = str(other)
                found[name] = f"?{address.urlencode()}"
        return found


class RemovedShownView(AdministratorsOnly, View):
    """POST: offer people who left in the filters of lists (`on=1`), or not."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Change the switch."""
        change({REMOVED_SHOWN: request.POST.get("on") == "1"}, by=request.user, request=request)
        return go(request, reverse("users"), text=_("The settings are saved."))


class UserView(AdministratorsOnly, View):
    """GET and POST /settings/users/<id>/: who it is, and what they may."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The page."""
        user = any_user(pk)
        return self.page(request, user, UserForm(user))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Change the user."""
        user, viewer = any_user(pk), request.user
        form = UserForm(user, request.POST)
        if form.is_valid():
            try:
                administering.change_user(user, form.cleaned_data, by=viewer, request=request)  # type: ignore[arg-type]
            except ValidationError as error:
                put_errors(form, error)
            else:
                return go(request, request.path, text=_("The changes are saved."))
        return self.page(request, any_user(pk), form)

    def page(self, request: HttpRequest, user: Any, form: UserForm) -> HttpResponse:
        """Who it is, and the ways to everything else."""
        viewer: Any = request.user
        have = belongings(user, viewer)
        context = {
            "member": user,
            "form": form,
            "is_self": user.pk == viewer.pk,
            "chip": status_chip(user),
            "last_login": last_login(user),
            "devices": len(sessions_of(user)),
            "tokens": usable_tokens().filter(user=user),
            "owned": in_words(have.owned),
            "shared": in_words(have.shared),
            "hand_overs": HandOver.objects.visible_to(viewer).filter(user=user)[:5],
        }
        status = 422 if form.errors else 200
        return members_page(request, "users", "members/user.html", status=status, **context)


@method_decorator(never_cache, name="dispatch")
class UserAddView(AdministratorsOnly, View):
    """GET and POST /settings/users/new/: a user with a temporary password, shown once."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        return self.page(request, AddUserForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add the user; the answer is the only place where the password stands."""
        form, viewer = AddUserForm(request.POST), request.user
        if form.is_valid():
            try:
                user, password = administering.add_user(
                    form.cleaned_data,
                    by=viewer,  # type: ignore[arg-type]
                    request=request,
                )
            except ValidationError as error:
                put_errors(form, error)
            else:
                return password_page(request, user, password)
        return self.page(request, form)

    def page(self, request: HttpRequest, form: AddUserForm) -> HttpResponse:
        """The form."""
        return form_page(
            request, form, title=_("Add user"), submit=_("Add user"), back=reverse("users")
        )


@method_decorator(never_cache, name="dispatch")
class TemporaryPasswordView(AdministratorsOnly, RecentlyAuthenticated, View):
    """POST …/temporary-password/: a new one, shown once."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Set it; the user is logged out everywhere."""
        user, viewer = any_user(pk), request.user
        if not user.is_active:
            raise Http404
        try:
            password = administering.set_temporary_password(user, by=viewer, request=request)  # type: ignore[arg-type]
        except ValidationError as error:
            return go(request, reverse("user", args=[pk]), text=" ".join(error.messages))
        return password_page(request, user, password)


class FactorRemovalView(AdministratorsOnly, RecentlyAuthenticated, View):
    """POST …/second-factor-removal/: for a user who lost theirs."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Remove it; the user is told by e-mail."""
        user, viewer = any_user(pk), request.user
        with administering.administration(viewer):  # type: ignore[arg-type]
            is_removed = remove_second_factor(user, by=viewer, request=request)  # type: ignore[arg-type]
        text = _("The second factor is removed.") if is_removed else ""
        return go(request, reverse("user", args=[pk]), text=text)


class SessionsEndView(AdministratorsOnly, View):
    """POST …/sessions-end/: log the user out everywhere."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """All sessions, also one's own."""
        administering.log_out(any_user(pk), by=request.user, request=request)  # type: ignore[arg-type]
        return go(request, reverse("user", args=[pk]), text=_("The user is logged out."))


class TokenRevocationView(AdministratorsOnly, View):
    """POST …/tokens/<id>/revocation/."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID, token: UUID) -> HttpResponse:
        """End one token of the user."""
        found = usable_tokens().filter(user=any_user(pk), pk=token).first()
        if found is None:
            raise Http404
        revoke_token(found, by=request.user, request=request)  # type: ignore[arg-type]
        return go(request, reverse("user", args=[pk]), text=_("The token is revoked."))


def password_page(request: HttpRequest, user: Any, password: str) -> HttpResponse:
    """The temporary password, once."""
    context = {"member": user, "password": password}
    return render(request, "members/temporary_password.html", context)
