"""The first visit of an empty installation: its first administrator and its name."""

from typing import Any

from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.models import Role, User
from orbita.accounts.passwords import PasswordField
from orbita.preferences.changing import change

_LOCK = 0x0B17A5E8


class SetupForm(forms.Form):
    """The account's name and its first administrator."""

    account_name = forms.CharField(label=_("Account name"), max_length=120)
    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    password = PasswordField(new=True, help_text=_("At least 10 characters."))

    def clean(self) -> dict[str, Any]:
        """The password must not be one that others guess."""
        values = super().clean() or {}
        if password := values.get("password"):
            names = {key: values.get(key, "") for key in ("email", "first_name", "last_name")}
            try:
                validate_password(password, User(**names))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return values


def set_up(values: dict[str, Any], *, request: HttpRequest | None = None) -> User | None:
    """The first administrator, or None when somebody was there first.

    A lock makes it exactly one, however many ask at the same moment.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if User.objects.exists():
            return None
        user = User.objects.create_user(
            values["email"],
            values["password"],
            first_name=values["first_name"],
            last_name=values["last_name"],
            role=Role.ADMINISTRATOR,
            language=(translation.get_language() or "pl")[:2],
        )
        change({"account.name": values["account_name"]}, by=user, request=request)
        record_event(AuditAction.ACCOUNT_SET_UP, by=user, request=request)
    return user


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """The set-up page; it exists as long as there is no user."""
    if User.objects.exists():
        raise Http404
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = set_up(form.cleaned_data, request=request)
        if user is None:
            raise Http404
        login(request, user)
        return redirect("/")
    status = 422 if form.errors else 200
    return render(request, "preferences/setup.html", {"form": form}, status=status)
