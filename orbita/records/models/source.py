"""Acquisition sources: where contacts and deals come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """One entry of the account's dictionary of sources."""

    name = models.CharField(_("Name"), max_length=120)
    key = models.CharField(max_length=140, unique=True)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("position", "name", "id")

    def __str__(self) -> str:
        return self.name
