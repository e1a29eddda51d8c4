"""Segments: points for values, the same for everybody, true after every deed."""

from collections.abc import Callable
from typing import Any

import pytest

from orbita.accounts.models import User
from orbita.deals.models import DealStatus
from orbita.records.kinds import kinds
from orbita.records.models import Record, Visibility
from orbita.records.saving import save_record
from orbita.records.segments import changing, examples

WON, LOST, OPEN = DealStatus.WON.value, DealStatus.LOST.value, DealStatus.OPEN.value


def segment_of(record: Any) -> tuple[str | None, int | None]:
    """Name and points as they are stored now."""
    from orbita.records.models import Segment

    row = Record.objects.get(pk=record.pk)
    names = dict(Segment.objects.values_list("pk", "name"))
    return names.get(row.segment_id), row.segment_points


def save(record: Any, by: User, **values: Any) -> None:
    """Change values of a stored record, as forms do."""
    save_record(record, values, by=by, fields=record.kind_object.all_fields())


@pytest.fixture
def example(anna: User, features: None) -> Callable[..., None]:
    """`example("company")`: the kind with the segments of the example."""

    def take(key: str) -> None:
        examples.take_over(kinds.by_key(key), by=anna)

    return take


@pytest.fixture
def acme(make: Callable[..., Any], kasia: User, example: Callable[..., None]) -> Any:
    """A company with a NIP, of which companies' segments know nothing more."""
    example("company")
    return make("company", title="ACME", nip="5260250274", owner=kasia)


def test_a_won_deal_moves_its_company_up_and_a_lost_one_does_not(make, kasia, acme):
    assert segment_of(acme) == ("C", 5)
    deal = make("deal", title="Dach", company=acme, value=20_000, owner=kasia)
    make("deal", title="Piwnica", company=acme, value=90_000, status=LOST, owner=kasia)
    assert segment_of(acme) == ("C", 5)
    save(deal, kasia, status=WON)
    assert segment_of(acme) == ("B", 5 * 6 + 3 * 3 + 5)
    save(deal, kasia, value=100_000)
    assert segment_of(acme) == ("A", 5 * 10 + 3 * 3 + 5)
    save(deal, kasia, status=LOST)
    assert segment_of(acme) == ("C", 5)
