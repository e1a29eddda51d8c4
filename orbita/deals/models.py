"""Deals: what the team is trying to sell, to whom, for how much."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.contacts.models import Company, Person
from orbita.records.models import Record


class DealStatus(models.TextChoices):
    """How a deal stands."""

    OPEN = "open", _("open")
    WON = "won", _("won")
    LOST = "lost", _("lost")
    INACTIVE = "inactive", _("inactive")


class Deal(Record):
    """A chance to sell."""

    company = models.ForeignKey(
        Company,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="deals",
        verbose_name=_("Company"),
    )
    value = models.DecimalField(_("Value"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("Currency"), max_length=3, default="PLN", blank=True)
    status = models.CharField(
        _("Status"), max_length=10, choices=DealStatus, default=DealStatus.OPEN
    )
    expected_close = models.DateField(_("Expected close"), null=True, blank=True)
    description = models.TextField(_("Description"), blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["value", "record_ptr"], name="deal_value"),
            models.Index(fields=["status", "record_ptr"], name="deal_status"),
            models.Index(fields=["expected_close", "record_ptr"], name="deal_expected_close"),
        ]


class DealPerson(models.Model):
    """A person with whom the deal is negotiated."""

    record = models.ForeignKey(Deal, models.CASCADE, related_name="deal_people")
    target = models.ForeignKey(Person, models.CASCADE, related_name="person_deals")

    ledger_record: ClassVar[str] = "record_id"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "target"], name="deal_person_once")
        ]

    def __str__(self) -> str:
        return f"{self.record} – {self.target}"
