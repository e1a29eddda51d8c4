"""Amounts in history stand with the currency that they had."""

import pytest

from orbita.deals.models import Deal
from orbita.records.history import history, history_page
from orbita.records.saving import save_record

pytestmark = pytest.mark.django_db


def lines(entries):
    found = [line for entry in entries for line in entry.lines if line.label != "Currency"]
    return [(line.before.replace("\xa0", " "), line.after.replace("\xa0", " ")) for line in found]


def change(deal, by, **values):
    save_record(Deal.objects.get(pk=deal.pk), values, by=by)


def test_each_amount_has_the_currency_of_its_time(make, kasia):
    deal = make("deal", title="Wdrożenie", owner=kasia, value=100, currency="EUR")
    change(deal, kasia, value=200)
    change(deal, kasia, currency="PLN")
    change(deal, kasia, value=300, currency="USD")
    change(deal, kasia, value=None)
    deal = Deal.objects.get(pk=deal.pk)
    wanted = [
        ("300.00 USD", ""),
        ("200.00 PLN", "300.00 USD"),
        ("100.00 EUR", "200.00 EUR"),
    ]
    assert lines(history(deal, kasia)) == wanted
    page, position = history_page(deal, kasia, limit=2)
    older, _end = history_page(deal, kasia, limit=5, before=position)
    assert lines([*page, *older]) == wanted
