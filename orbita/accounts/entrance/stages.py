"""The steps of a log-in."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from orbita.accounts.ways import is_trusted


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor, unless the way that was taken vouches for it."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return super()._should_handle(request) and not is_trusted(request, self.login.user)
