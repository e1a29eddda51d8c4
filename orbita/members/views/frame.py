"""What the pages of users and teams share."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from orbita.accounts.access import AdministratorsOnly
from orbita.accounts.models import Invitation, User
from orbita.preferences.declared import find_section
from orbita.preferences.views import settings_page

__all__ = ["AdministratorsOnly", "any_user", "form_page", "members_page", "put_errors"]


def members_page(
    request: HttpRequest, section: str, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page in the settings area."""
    found = find_section(section)
    assert found is not None  # noqa: S101
    return settings_page(request, found, template, status=status, **context)


def form_page(
    request: HttpRequest,
    form: BaseForm,
    *,
    title: str,
    submit: str,
    back: str,
    template: str = "components/form_page.html",
    status: int = 0,
    **context: Any,
) -> HttpResponse:
    """A form, as a page or in a modal."""
    context |= {
        "title": title,
        "form": form,
        "form_action": request.path,
        "submit_label": submit,
        "cancel_url": back,
    }
    return render(request, template, context, status=status or (422 if form.errors else 200))


def put_errors(form: BaseForm, error: ValidationError) -> None:
    """Show what a verb refused, at the field if it has one."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def any_user(pk: UUID) -> User:
    """A user of the account, whatever their status."""
    return get_object_or_404(User.objects.select_related("team"), pk=pk)


def tabs(current: str) -> dict[str, Any]:
    """Users and invitations."""
    waiting = Invitation.objects.waiting().count()
    return {
        "tabs_label": _("Users"),
        "tabs": [
            {
                "label": _("Users"),
                "icon": "users",
                "url": reverse("users"),
                "is_current": current == "users",
            },
            {
                "label": _("Invitations"),
                "icon": "mail",
                "url": reverse("invitations"),
                "is_current": current == "invitations",
                "count": waiting,
            },
        ],
    }
