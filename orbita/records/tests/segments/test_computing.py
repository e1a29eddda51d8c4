"""What gives points, and what gives none: a segment is the same for everybody."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orbita.deals.models import DealStatus
from orbita.jobs.testing import run_jobs, waiting_jobs
from orbita.preferences.models import StoredSetting
from orbita.records import dictionaries, trash
from orbita.records.history import history
from orbita.records.jobs import compute_segments_nightly
from orbita.records.kinds import kinds
from orbita.records.models import (
    Change,
    Group,
    Record,
    Segment,
    Segmentation,
    Source,
    Visibility,
)
from orbita.records.segments import changing
from orbita.records.segments.computing import compute
from orbita.records.tests.segments.conftest import save, segment_of, set_up

WON, LOST = DealStatus.WON.value, DealStatus.LOST.value


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


def test_a_deal_that_changes_its_company_is_counted_at_the_new_one_alone(make, kasia, acme):
    other = make("company", title="Beta", owner=kasia)
    deal = make("deal", title="Dach", company=acme, value=50, status=WON, owner=kasia)
    assert (segment_of(acme)[1], segment_of(other)[1]) == (29, 0)
    save(deal, kasia, company=other)
    assert (segment_of(acme)[1], segment_of(other)[1]) == (5, 24)


def test_the_people_of_a_deal_are_counted_through_their_links(make, kasia, example):
    example("person")
    jan = make("person", last_name="Kowalski", owner=kasia)
    ola = make("person", last_name="Nowak", owner=kasia)
    deal = make("deal", title="Dach", persons=[jan], value=50, status=WON, owner=kasia)
    assert (segment_of(jan)[1], segment_of(ola)[1]) == (24, 0)
    save(deal, kasia, persons=[ola])
    assert (segment_of(jan)[1], segment_of(ola)[1]) == (0, 24)


@pytest.mark.parametrize("level", [Visibility.RESTRICTED, Visibility.HIDDEN])
def test_a_deal_that_is_not_public_moves_nobody(make, kasia, acme, level):
    deal = make(
        "deal", title="Dach", company=acme, value=99_000, status=WON, visibility=level, owner=kasia
    )
    assert segment_of(acme) == ("C", 5)
    save(deal, kasia, visibility=Visibility.PUBLIC)
    assert segment_of(acme) == ("B", 44)
    save(deal, kasia, visibility=level)
    assert segment_of(acme) == ("C", 5)


def test_the_bin_takes_a_deal_away_and_gives_it_back(make, kasia, acme):
    deal = make("deal", title="Dach", company=acme, value=99_000, status=WON, owner=kasia)
    trash.move_to_bin(deal, by=kasia)
    assert segment_of(acme) == ("C", 5)
    trash.restore(deal, by=kasia)
    assert segment_of(acme) == ("B", 44)


def test_a_record_is_computed_when_it_comes_back_from_the_bin(make, kasia, acme):
    trash.move_to_bin(acme, by=kasia)
    deal = make("deal", title="Dach", company=acme, value=99_000, status=WON, owner=kasia)
    assert segment_of(acme) == ("C", 5)
    trash.restore(acme, by=kasia)
    assert segment_of(acme) == ("B", 44)
    assert deal.company_id == acme.pk


def test_amounts_in_other_currencies_are_never_added(make, kasia, acme):
    for currency in ("EUR", "PLN"):
        make(
            *("deal",),
            title=currency,
            company=acme,
            value=15_000,
            currency=currency,
            status=WON,
            owner=kasia,
        )
    assert segment_of(acme) == ("B", 5 * 3 + 3 * 6 + 5)


def test_the_first_fitting_range_counts_and_no_other(make, anna, kasia, features):
    ranges = (("contains", ["Sp"], 4), ("contains", ["Spółka"], 9), ("filled", [], 1))
    set_up("company", {"A": 0}, by=anna, description=ranges)
    both = make("company", title="Alfa", description="Spółka", owner=kasia)
    other = make("company", title="Beta", description="inne", owner=kasia)
    none = make("company", title="Gamma", owner=kasia)
    assert [segment_of(one)[1] for one in (both, other, none)] == [4, 1, 0]


def test_who_has_fewer_points_than_the_lowest_segment_needs_is_in_none(make, anna, kasia, features):
    set_up("company", {"A": 5}, by=anna, nip=(("empty", [], -3),))
    acme = make("company", title="ACME", owner=kasia)
    assert segment_of(acme) == (None, -3)


def test_each_sort_of_field_gives_points(make, anna, kasia, features):
    fair, shelf = Source.objects.create(name="Targi"), Group.named("contacts", "Klienci")
    set_up(
        *("company", {"A": 0}),
        by=anna,
        source=(("is", [str(fair.pk)], 1),),
        groups=(("is", [str(shelf.pk)], 10),),
        tags=(("filled", [], 100),),
        city=(("is", ["Kraków"], 1000),),
        emails=(("filled", [], -1),),
        title=(("starts", ["AC"], -10),),
    )
    acme = make("company", title="ACME", owner=kasia)
    assert segment_of(acme)[1] == -10
    save(acme, kasia, source=fair)
    save(acme, kasia, groups=["Klienci"])
    save(acme, kasia, tags=["VIP"])
    assert segment_of(acme)[1] == 101
    save(acme, kasia, city="Kraków", emails=[{"value": "a@b.example", "label": ""}])
    assert segment_of(acme)[1] == 1100
    save(acme, kasia, groups=[], title="Beta")
    assert segment_of(acme)[1] == 1100
    save(acme, kasia, tags=[], source=None)
    assert segment_of(acme)[1] == 999


def test_what_is_computed_is_nobodys_edit(make, kasia, acme):
    before = Record.objects.values("version", "updated_at").get(pk=acme.pk)
    entries = len(history(acme, kasia))
    changes = Change.objects.filter(record_id=acme.pk).count()
    make("deal", title="Dach", company=acme, value=99_000, status=WON, owner=kasia)
    assert segment_of(acme) == ("B", 44)
    assert Record.objects.values("version", "updated_at").get(pk=acme.pk) == before
    assert len(history(acme, kasia)) == entries
    assert Change.objects.filter(record_id=acme.pk).count() == changes


def questions_of(deed: Any) -> list[str]:
    """The statements of a deed, but for those about transactions."""
    with CaptureQueriesContext(connection) as asked:
        deed()
    found = [one["sql"] for one in asked.captured_queries]
    return [sql for sql in found if not re.match(r"(SAVEPOINT|RELEASE)", sql)]


def test_without_segments_a_deed_asks_nothing_more(client, make, kasia, acme):
    client.as_(kasia)
    url = f"/companies/{acme.pk}/fields/description/"

    def write(text: str) -> Any:
        base = client.get(url, headers={"HX-Request": "true"})
        assert base.status_code == 200
        return lambda: client.post(url, {"description": text})

    with_segments = questions_of(write("raz"))
    for segment in Segment.objects.filter(kind="company"):
        changing.delete_segment(segment, kinds.by_key("company"), by=kasia)
    questions_of(write("dwa"))
    without = questions_of(write("trzy"))
    assert len(with_segments) == len(without) + 2
    assert not any("segment_points =" in sql for sql in without)


def test_many_records_are_left_to_the_worker(make, anna, kasia, monkeypatch, features):
    monkeypatch.setattr(changing, "AT_ONCE", 1)
    acme = make("company", title="ACME", owner=kasia)
    make("company", title="Beta", owner=kasia)
    set_up("company", {"A": 0}, by=anna, title=(("is", ["ACME"], 7),))
    assert segment_of(acme) == (None, None)
    assert Segmentation.objects.get(kind="company").outdated_at is not None
    run_jobs()
    assert segment_of(acme) == ("A", 7)
    assert Segmentation.objects.get(kind="company").outdated_at is None


def test_the_night_brings_what_time_alone_has_changed(make, anna, kasia, features):
    set_up("company", {"new": 5, "old": 0}, by=anna, created_at=(("in", ["last30"], 5),))
    acme = make("company", title="ACME", owner=kasia)
    assert segment_of(acme) == ("new", 5)
    Record.objects.filter(pk=acme.pk).update(created_at=timezone.now() - timedelta(days=40))
    compute_segments_nightly()
    assert ("records.compute_segments", {"kind": "company"}) in waiting_jobs()
    run_jobs()
    assert segment_of(acme) == ("old", 0)


def test_a_range_that_names_what_is_no_more_is_not_fulfilled(make, anna, kasia, features):
    shelf = Group.named("contacts", "Klienci")
    set_up("company", {"A": 0}, by=anna, groups=(("is", [str(shelf.pk)], 5),))
    acme = make("company", title="ACME", groups=["Klienci"], owner=kasia)
    assert segment_of(acme) == ("A", 5)
    dictionaries.delete(dictionaries.GROUPS, [shelf], by=anna)
    assert segment_of(acme) == ("A", 0)
    compute(kinds.by_key("company"))
    assert segment_of(acme) == ("A", 0)


def test_a_field_that_is_switched_off_gives_no_points(make, anna, kasia, features):
    fair = Source.objects.create(name="Targi")
    set_up("company", {"A": 0}, by=anna, source=(("is", [str(fair.pk)], 5),))
    acme = make("company", title="ACME", source=fair, owner=kasia)
    assert segment_of(acme) == ("A", 5)
    StoredSetting.objects.update_or_create(key="addons.sources", defaults={"value": False})
    compute(kinds.by_key("company"))
    assert segment_of(acme) == ("A", 0)


def test_without_segments_nobody_has_points(make, anna, kasia, acme):
    for segment in Segment.objects.filter(kind="company"):
        changing.delete_segment(segment, kinds.by_key("company"), by=anna)
    assert segment_of(acme) == (None, None)
