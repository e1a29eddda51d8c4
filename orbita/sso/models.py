"""Which user somebody is whom the provider knows."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.ui.ids import uuid7


class Identity(models.Model):
    """A user as a provider knows them: by issuer and `sub`, which never change hands.

    The e-mail address is kept for the eye alone; nobody is found by it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    email = models.EmailField(_("E-mail"), blank=True)
    connected_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("connected_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_is_one_user")
        ]

    def __str__(self) -> str:
        return self.email or self.subject

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store; a provider's endless address is cut off rather than refused."""
        self.email = self.email[:254]
        super().save(*args, **kwargs)
