"""Acquisition sources: where contacts and deals come from."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.ui.text import clean, fold

NAME_LENGTH = 120


class SourceQuerySet(models.QuerySet["Source"]):
    """Sources by what may be done with them."""

    def known(self) -> "SourceQuerySet":
        """Those of the dictionary, archived ones included."""
        return self.filter(removed_at=None)

    def offered(self) -> "SourceQuerySet":
        """Those that can be chosen in new records."""
        return self.known().filter(archived_at=None)


class Source(models.Model):
    """One entry of the account's dictionary of sources.

    An archived one stays on its records and is not offered; a removed one has left the dictionary
    and stays stored, since the history of records names it and an undo may bring it back. One
    that a deed made on its way (`made_in`) leaves when that deed is taken back.
    """

    name = models.CharField(_("Name"), max_length=NAME_LENGTH)
    key = models.CharField(max_length=140, editable=False)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    made_in = models.UUIDField(null=True, blank=True, editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ("position", "name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="source_once",
                condition=models.Q(removed_at__isnull=True),
                violation_error_message=_("There is such a source already"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it with the form of its name in which two equal names match."""
        self.name = clean(self.name)[:NAME_LENGTH]
        self.key = fold(self.name)[:140]
        super().save(*args, **kwargs)

    @property
    def is_offered(self) -> bool:
        """Whether new records can have it."""
        return self.archived_at is None and self.removed_at is None
