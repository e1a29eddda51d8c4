"""A kind of record that the product does not have: proof of what a kind costs."""

from django.db import models

from orbita.contacts.models import Company
from orbita.records.models import Record


class Fuel(models.TextChoices):
    """What it runs on."""

    PETROL = "petrol", "petrol"
    DIESEL = "diesel", "diesel"


class Vehicle(Record):
    """A car of a client."""

    vin = models.CharField("VIN", max_length=17, null=True, blank=True)
    mileage = models.IntegerField("Mileage", null=True, blank=True)
    registered_on = models.DateField("Registered on", null=True, blank=True)
    fuel = models.CharField("Fuel", max_length=10, choices=Fuel, blank=True)
    is_leased = models.BooleanField("Leased", default=False)
    notes_text = models.TextField("Remarks", blank=True)
    holder = models.ForeignKey(
        Company, models.SET_NULL, null=True, blank=True, verbose_name="Holder"
    )

    class Meta:
        indexes = [models.Index(fields=["vin", "record_ptr"], name="vehicle_vin")]
