"""Contact data: any number of e-mails, phones, web addresses and postal addresses of a record."""

from typing import ClassVar

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Collate
from django.utils.translation import gettext_lazy as _

from orbita.records.models.record import Record


class ContactType(models.TextChoices):
    """What sort of contact a value is."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    WWW = "www", _("Website")


class PhoneType(models.TextChoices):
    """What answers at a phone number."""

    PHONE = "phone", _("phone")
    MOBILE = "mobile", _("mobile")
    FAX = "fax", _("fax")


class ContactPoint(models.Model):
    """One e-mail, phone or web address; `key` is its normal form for search and matching.

    The one at position 0 of its type is the main one. `phone_type` is empty for a plain phone, and
    for what is none.
    """

    record = models.ForeignKey(
        Record, models.CASCADE, related_name="contact_points", db_index=False
    )
    type = models.CharField(max_length=8, choices=ContactType)
    value = models.CharField(max_length=254)
    key = models.CharField(max_length=254)
    label = models.CharField(max_length=40, blank=True)
    phone_type = models.CharField(
        max_length=8, choices=PhoneType, blank=True, default="", db_default=""
    )
    position = models.PositiveSmallIntegerField(default=0)

    ledger_record: ClassVar[str] = "record_id"

    class Meta:
        ordering = ("type", "position", "id")
        indexes = [
            models.Index(fields=["record", "type", "position"], name="contact_record"),
            models.Index(
                fields=["type", "key"],
                name="contact_key",
                opclasses=["varchar_ops", "varchar_pattern_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.value


class Address(models.Model):
    """A postal address; the one at position 0 is the main one, which lists show."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="addresses", db_index=False)
    label = models.CharField(_("Label"), max_length=40, blank=True)
    street = models.CharField(_("Street"), max_length=160, blank=True)
    street2 = models.CharField(
        _("Address, second line"), max_length=160, blank=True, default="", db_default=""
    )
    postcode = models.CharField(_("Postcode"), max_length=16, blank=True)
    city = models.CharField(_("City"), max_length=120, blank=True)
    country = models.CharField(_("Country"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    ledger_record: ClassVar[str] = "record_id"

    class Meta:
        ordering = ("position", "id")
        indexes = [
            models.Index(fields=["record", "position"], name="address_record"),
            models.Index(
                Collate("city", "pl-x-icu"),
                models.F("record"),
                name="address_city_pl",
                condition=models.Q(position=0),
            ),
            models.Index(
                Collate("city", "en-x-icu"),
                models.F("record"),
                name="address_city_en",
                condition=models.Q(position=0),
            ),
            models.Index(
                fields=["city", "record"], name="address_city", condition=models.Q(position=0)
            ),
            models.Index(
                OpClass("postcode", "varchar_pattern_ops"),
                models.F("record"),
                name="address_postcode",
                condition=models.Q(position=0),
            ),
        ]

    def __str__(self) -> str:
        place = " ".join(filter(None, [self.postcode, self.city]))
        return ", ".join(filter(None, [self.street, self.street2, place, self.country]))
