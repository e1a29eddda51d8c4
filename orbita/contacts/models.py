"""Companies and persons: with whom the team does business."""

from django.db import models
from django.db.models.functions import Collate
from django.utils.translation import gettext_lazy as _

from orbita.records.models import Record


class Company(Record):
    """A business partner or a prospect; there is no separate entity for leads."""

    nip = models.CharField(_("NIP"), max_length=20, null=True, blank=True, db_collation="C")
    regon = models.CharField(_("REGON"), max_length=20, null=True, blank=True, db_collation="C")
    description = models.TextField(_("Description"), blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["nip", "record_ptr"], name="company_nip"),
            models.Index(fields=["regon", "record_ptr"], name="company_regon"),
        ]


class Person(Record):
    """Somebody at a company, or somebody independent."""

    first_name = models.CharField(_("First name"), max_length=80, blank=True)
    last_name = models.CharField(_("Last name"), max_length=120, blank=True)
    position = models.CharField(_("Position"), max_length=120, blank=True)
    company = models.ForeignKey(
        Company,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("Company"),
    )
    description = models.TextField(_("Description"), blank=True)

    class Meta:
        indexes = [
            models.Index(
                Collate("position", "pl-x-icu"), models.F("record_ptr"), name="person_position_pl"
            ),
            models.Index(
                Collate("position", "en-x-icu"), models.F("record_ptr"), name="person_position_en"
            ),
        ]

    def make_title(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    def make_sort_name(self) -> str:
        """Last name first, as in a telephone book."""
        return f"{self.last_name} {self.first_name}"
