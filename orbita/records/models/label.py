"""What tags and groups have in common: names in a dictionary per family of kinds."""

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.ui.ordering import alphabetical
from orbita.ui.text import clean, fold


class LabelQuerySet(models.QuerySet):
    """Entries of dictionaries."""

    def for_family(self, family: str) -> Self:
        """Those of one family: contacts, deals, spaces or products."""
        return self.filter(family=family)

    def in_order(self, language: str = "") -> Self:
        """By name, in the alphabet of the language."""
        return self.order_by(*alphabetical("name", language=language), "pk")


class LabelManager(models.Manager.from_queryset(LabelQuerySet)):  # type: ignore[misc]
    """The entries that are in use; retired ones are left to history."""

    def get_queryset(self) -> LabelQuerySet:
        """Without the retired ones."""
        return super().get_queryset().filter(retired_at__isnull=True)  # type: ignore[no-any-return]


class Label(models.Model):
    """A name; `key` makes "Klient", "klient" and " klient " one entry.

    A deleted or merged entry is retired: its row keeps the name for the history of records. So is
    one that a deed made on its way (`made_in`) when that deed is taken back.
    """

    family = models.CharField(max_length=32)
    name = models.CharField(_("Name"), max_length=60)
    key = models.CharField(max_length=80)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    made_in = models.UUIDField(null=True, blank=True, editable=False)

    objects = LabelManager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @classmethod
    def name_length(cls) -> int:
        """How long a name may be."""
        return int(getattr(cls._meta.get_field("name"), "max_length", None) or 0)

    @classmethod
    def named(cls, family: str, name: str, *, made_in: UUID | None = None) -> Self:
        """The entry of this name in the family; made, by this deed, when there is none."""
        name = clean(name)[: cls.name_length()]
        values = {"name": name, "made_in": made_in, **cls.first_values(family)}
        entry, _created = cls.objects.get_or_create(family=family, key=fold(name), defaults=values)
        return entry  # type: ignore[no-any-return]

    @classmethod
    def first_values(cls, family: str) -> dict[str, Any]:
        """What a new entry has besides its name; a function is asked when one is made."""
        return {}
