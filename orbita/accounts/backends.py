"""Loads the user of a session, who was mostly read with it."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import ValidationError

from orbita.accounts.models import User
from orbita.accounts.sessions import user_beside
from orbita.ui.questions import Question

USERS = Question(lambda ids: User.objects.filter(pk__among=ids).order_by())


class Backend(AuthenticationBackend):
    """Log-in by e-mail; the user of a session is read by a question that is worded once."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Active users, as long as a temporary password has not run out."""
        return super().user_can_authenticate(user) and not user.has_expired_password

    def get_user(self, user_id: UUID | str) -> User | None:
        """The user if they may still log in."""
        try:
            pk = User._meta.pk.to_python(user_id)
        except ValidationError:
            return None
        beside = user_beside(pk)
        found = [beside] if beside is not None else USERS.objects([pk])
        return next(filter(self.user_can_authenticate, found), None)
