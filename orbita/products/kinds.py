"""Products as a kind of record."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from orbita.products.models import Product
from orbita.records.fields import CurrencyField, MoneyField
from orbita.records.fields.base import Field
from orbita.records.kinds import Kind, Labels, Section, register


@register
class ProductKind(Kind):
    """What the team sells; groups are the product groups."""

    model = Product
    slug, icon, order, family, navigation = "products", "package", 40, "products", "work"
    labels = Labels(
        one=_("Product"),
        many=_("Products"),
        add=_("Add product"),
        import_=_("Import products"),
        empty=_("What you sell will appear here, with prices."),
    )
    columns = ("title", "sku", "price", "unit", "groups", "owner")
    form = (
        Section(_("Basic data"), ("title", "sku", "price", "currency", "unit", "groups")),
        Section(
            _("Other data"), ("owner", "visibility", "participants", "tags", "description"), "other"
        ),
    )
    headline = ("sku", "price")
    hints = ("sku", "price")
    card = ("sku", "price", "unit", "groups", "owner")
    matching = (("number",), ("sku",), ("title",))

    samples = {
        "title": (_("Training, one day"), _("Support, one month")),
        "sku": ("SZK-001", "WSP-030"),
        "unit": (_("pc"), _("pc")),
    }

    def declared_fields(self) -> tuple[Field, ...]:
        """Amounts with their currency."""
        return (
            MoneyField("price", _("Price")),
            CurrencyField("currency", _("Currency")),
        )

    def search_parts(self, record: Any) -> list[str]:
        """Found by SKU too."""
        return [record.sku or ""]
