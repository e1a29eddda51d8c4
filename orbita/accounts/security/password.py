"""One's own password and e-mail address."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core import signing
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from orbita.accounts import mail
from orbita.accounts.addresses import client_address, network
from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.entrance.forms import NewPasswordForm
from orbita.accounts.letters import EMAIL_SALT, EMAIL_WITHIN, NewAddressLetter, NoticeLetter
from orbita.accounts.limits import ADDRESSES, FAILURES, refuse_when_over
from orbita.accounts.models import User
from orbita.accounts.reauthentication import note_authentication, recently_authenticated
from orbita.accounts.security.forms import ChangePasswordForm, EmailForm
from orbita.accounts.sessions import end_sessions


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password; the other sessions of the user end. Who has one types the old one."""
    user: Any = request.user
    if user.has_usable_password():
        return _change(request, ChangePasswordForm(user, request.POST or None))
    return _first_password(request)


@recently_authenticated
def _first_password(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    return _change(request, NewPasswordForm(user, request.POST or None))


def _change(request: HttpRequest, form: Any) -> HttpResponse:
    user: Any = request.user
    if request.method == "POST":
        subject = network(client_address(request)), user.email
        refuse_when_over(request, FAILURES, *subject)
        valid = form.is_valid()
        if "old_password" not in form.errors:
            FAILURES.give_back(*subject)
        if valid:
            with transaction.atomic():
                _set(request, form)
            messages.success(request, _("Your password is changed."))
            return redirect("me-security")
    status = 422 if form.errors else 200
    return render(request, "accounts/password.html", {"form": form}, status=status)


def _set(request: HttpRequest, form: Any) -> None:
    user = form.save()
    update_session_auth_hash(request, user)
    end_sessions(user, keep=request.session.session_key)
    note_authentication(request)
    record_event(AuditAction.PASSWORD_CHANGED, by=user, request=request)
    mail.send(NoticeLetter, to=user.email, user=str(user.pk), what="password_changed")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@recently_authenticated
def email(request: HttpRequest) -> HttpResponse:
    """Another address to log in with; it counts once a letter to it was answered."""
    user: Any = request.user
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refuse_when_over(request, ADDRESSES, str(user.pk))
        new = form.cleaned_data["email"]
        if mail.send(NewAddressLetter, to=new, user=str(user.pk)):
            form.add_error("email", _("Three letters went to this address within the hour. Wait."))
        else:
            return render(request, "accounts/email_sent.html", {"email": new})
    status = 422 if form.errors else 200
    return render(request, "accounts/email.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def email_confirmation(request: HttpRequest, token: str) -> HttpResponse:
    """The link of that letter, for the very user who asked; a button does it."""
    user: Any = request.user
    said = _said(token)
    if said is None or said["user"] != str(user.pk) or said["old"] != user.email:
        return render(request, "accounts/email_dead.html", status=410)
    if request.method == "POST":
        if not _move(request, user, said["new"]):
            return render(request, "accounts/email_dead.html", status=410)
        messages.success(request, _("Your e-mail address is changed."))
        return redirect("me-security")
    return render(request, "accounts/email_confirmation.html", {"email": said["new"]})


def _said(token: str) -> dict[str, str] | None:
    try:
        return signing.loads(token, salt=EMAIL_SALT, max_age=EMAIL_WITHIN)
    except signing.BadSignature:
        return None


def _move(request: HttpRequest, user: Any, new: str) -> bool:
    """Change the address; False if somebody else has taken it, or it has changed meanwhile."""
    old = user.email
    try:
        with transaction.atomic():
            if not User.objects.filter(pk=user.pk, email=old).update(email=new):
                return False
            record_event(AuditAction.EMAIL_CHANGED, by=user, request=request, before=old, after=new)
            for address in (old, new):
                mail.send(NoticeLetter, to=address, user=str(user.pk), what="email_changed")
    except IntegrityError:
        return False
    return True
