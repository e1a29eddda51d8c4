"""Products: what the team sells."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.records.models import Record


class Product(Record):
    """Something with a price."""

    sku = models.CharField(_("SKU"), max_length=60, null=True, blank=True)
    price = models.DecimalField(_("Price"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("Currency"), max_length=3, default="PLN", blank=True)
    unit = models.CharField(_("Unit"), max_length=20, blank=True)
    description = models.TextField(_("Description"), blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["sku", "record_ptr"], name="product_sku"),
            models.Index(fields=["price", "record_ptr"], name="product_price"),
        ]
