"""Somebody else has set the password: before the user sets their own, nothing else opens."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.entrance.forms import NewPasswordForm
from orbita.accounts.sessions import end_sessions


class OwnPasswordForm(NewPasswordForm):
    """A new password, twice; not the temporary one."""

    def clean_new_password1(self) -> str:
        """Somebody else knows the temporary one."""
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError(_("Choose another password than the temporary one."))
        return password


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def own_password(request: HttpRequest) -> HttpResponse:
    """The page on which a user with a temporary password sets their own."""
    user: Any = request.user
    if not user.has_temporary_password:
        return redirect("/")
    form = OwnPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, user)
        end_sessions(user, keep=request.session.session_key)
        record_event(AuditAction.PASSWORD_CHANGED, by=user, request=request)
        return redirect("/")
    status = 422 if form.errors else 200
    return render(request, "accounts/own_password.html", {"form": form}, status=status)
