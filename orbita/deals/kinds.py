"""Deals as a kind of record."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orbita.deals.models import Deal, DealPerson, DealStatus
from orbita.records.fields import CurrencyField, MoneyField, ReferencesField
from orbita.records.fields.base import Field
from orbita.records.kinds import Counting, Kind, Labels, Lines, Section, register
from orbita.relations import examples
from orbita.relations.examples import Example


@register
class DealKind(Kind):
    """What the team is trying to sell."""

    model = Deal
    slug, icon, order, family, navigation = "deals", "briefcase", 30, "deals", "work"
    labels = Labels(
        one=_("Deal"),
        many=_("Deals"),
        menu=pgettext_lazy("menu", "Deals"),
        add=_("Add deal"),
        import_=_("Import deals"),
        empty=_("The deals that you are working on will appear here."),
    )
    columns = ("title", "company", "value", "status", "expected_close", "owner")
    form = (
        Section(
            _("Basic data"),
            (
                "title",
                "company",
                "persons",
                "value",
                "currency",
                "status",
                "expected_close",
                "owner",
                "source",
            ),
        ),
        Section(
            _("Other data"),
            ("visibility", "participants", "groups", "tags", "description"),
            "other",
        ),
    )
    headline = ("value", "status")
    hints = ("company", "value", "owner")
    lines = Lines(("value", "status", "owner"), counted_by="status", summed="value")
    countings = (
        Counting("won_deals", _("Won deals"), "status", DealStatus.WON.value),
        Counting(
            "won_value", _("Value of won deals"), "status", DealStatus.WON.value, summed="value"
        ),
    )
    card = ("status", "value", "owner", "company", "expected_close")
    has_source = True
    source_from = ("company", "persons")
    rolls_up = ("company", "persons")

    def declared_fields(self) -> tuple[Field, ...]:
        """Amounts with their currency, and the people at the other side of the table."""
        return (
            MoneyField("value", _("Value"), synonyms=("kwota", "amount")),
            CurrencyField("currency", _("Currency")),
            ReferencesField("persons", _("People"), target="person", link=DealPerson),
        )


examples.register(Example("deal", _("Sale"), "space", _("Project"), order=60))
