"""Loads the user of a session."""

from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import ValidationError

from orbita.accounts.models import User


class Backend(AuthenticationBackend):
    """Log-in by e-mail; the user of a session comes with their team in one query."""

    def get_user(self, user_id: UUID | str) -> User | None:
        """The user if they may still log in."""
        try:
            user = User.objects.select_related("team").filter(pk=user_id).first()
        except ValidationError:
            return None
        return user if user and self.user_can_authenticate(user) else None
