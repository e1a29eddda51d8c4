"""A new password for somebody who forgot it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orbita.accounts import mail
from orbita.accounts.addresses import client_address, network
from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.entrance.forms import NewPasswordForm, ResetForm
from orbita.accounts.letters import NoticeLetter, ResetLetter, reset_tokens
from orbita.accounts.limits import RESETS, refuse_when_over
from orbita.accounts.sessions import end_sessions


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    """Ask for a letter. The answer and the work are the same for known and unknown addresses.

    Only the worker, who writes the letter, looks whether there is somebody to write to.
    """
    form = ResetForm(request.POST or None)
    if request.method == "POST":
        refuse_when_over(request, RESETS, network(client_address(request)))
        if form.is_valid():
            email = form.cleaned_data["email"]
            mail.send(ResetLetter, to=email)
            record_event(AuditAction.RESET_ASKED, subject=email, request=request)
            return render(request, "accounts/reset_sent.html", {"email": email})
    status = 422 if form.errors else 200
    return render(request, "accounts/reset.html", {"form": form}, status=status)


@method_decorator(login_not_required, name="dispatch")
@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class NewPasswordView(PasswordResetConfirmView):
    """The link of the letter. Its token moves into the session before anything is shown.

    Nobody is logged in by it: the log-in that follows asks for the second factor.
    """

    template_name = "accounts/reset_password.html"
    form_class = NewPasswordForm
    token_generator = reset_tokens
    reset_url_token = "new"  # noqa: S105 - the word in the address that stands for the token
    success_url = reverse_lazy("account_login")

    def render_to_response(self, context: dict[str, Any], **response: Any) -> HttpResponse:
        """A dead link is gone."""
        if not context["validlink"]:
            response["status"] = 410
        elif context["form"].errors:
            response["status"] = 422
        return super().render_to_response(context, **response)

    def form_valid(self, form: Any) -> HttpResponse:
        """The new password ends all sessions of the user and this very link."""
        user: Any = self.user
        with transaction.atomic():
            response = super().form_valid(form)
            end_sessions(user)
            record_event(AuditAction.PASSWORD_RESET, by=user, request=self.request)
            mail.send(NoticeLetter, to=user.email, user=str(user.pk), what="password_changed")
        messages.success(self.request, _("Your new password is set. Log in with it."))
        return response
