"""How the log-in library works here: nobody signs up, guessing is slowed, all is audited."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from orbita.accounts.addresses import client_address, network
from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.limits import FAILURES, LOGINS, refuse_when_over
from orbita.accounts.models import User
from orbita.accounts.ways import may_use_password


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators; a log-in is counted before the password is hashed."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not correct."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that a client cannot make up; 0.0.0.0 for a Unix socket."""
        return client_address(request) or "0.0.0.0"  # noqa: S104 - a placeholder, not a binding

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user with these credentials who may log in; everybody else gets the same answer."""
        user = super().authenticate(request, **credentials)
        if user is None:
            return None
        if not user.is_active or user.has_expired_password or not may_use_password(user):
            self.authentication_failed(request, **credentials)
            return None
        LOGINS.give_back(self._from(request))
        FAILURES.give_back(self._from(request), self._account(credentials))
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; over the limit nothing is hashed and the page asks to wait."""
        address = self._from(request)
        refuse_when_over(request, LOGINS, address)
        refuse_when_over(request, FAILURES, address, self._account(credentials))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Audit a failed log-in."""
        record_event(AuditAction.LOGIN_FAILED, subject=self._account(credentials), request=request)

    def get_login_stages(self) -> list[str]:
        """The library's, with our own second step."""
        own = "orbita.accounts.entrance.stages.SecondFactorStage"
        stages = super().get_login_stages()
        return [own if one == "allauth.mfa.stages.AuthenticateStage" else one for one in stages]

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """The password was right: whatever comes next belongs to a session of a new key."""
        request.session.cycle_key()
        return super().pre_login(request, user, **kwargs)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Nobody is told that an account is suspended."""
        return redirect("account_login")

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin the session and audit it, with the ways by which the user came in."""
        ways = [_way(record) for record in get_authentication_records(request, user)]
        super().login(request, user)
        record_event(AuditAction.LOGGED_IN, by=user, request=request, ways=ways)

    def logout(self, request: HttpRequest) -> None:
        """Audit the end of the session and end it on the server."""
        user = request.user
        if isinstance(user, User) or user.is_authenticated:
            record_event(AuditAction.LOGGED_OUT, by=user, request=request)
        super().logout(request)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Logging in and out needs no words: the page says it."""

    def _from(self, request: HttpRequest) -> str:
        return network(self.get_client_ip(request))

    def _account(self, credentials: dict[str, Any]) -> str:
        return str(credentials.get("email", "")).lower()


def _way(record: dict[str, Any]) -> str:
    return str(record.get("type") or record.get("provider") or record.get("method"))
