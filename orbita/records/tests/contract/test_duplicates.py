"""Duplicates of any kind are suspected, shown to whom they may be shown, merged or dismissed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from orbita.activity.models import Notification, NotificationKind
from orbita.jobs.testing import run_jobs
from orbita.records.duplicates.reading import pairs_for
from orbita.records.duplicates.rules import rules_of
from orbita.records.duplicates.searching import search, search_one
from orbita.records.kinds import Kind
from orbita.records.models import DuplicatePair, Record
from orbita.records.tests.contract.test_merging import merge_now

pytestmark = pytest.mark.django_db


def page(client: Any, kind: Kind, **query: str) -> str:
    """The page of duplicates."""
    return client.get(reverse("duplicates", kwargs={"kind": kind}), query).content.decode()


def pairs(kind: Kind) -> set[frozenset[Any]]:
    """The stored pairs that are suspected."""
    rows = DuplicatePair.objects.filter(kind=kind.key, dismissed_at=None)
    return {frozenset(ids) for ids in rows.values_list("first_id", "second_id")}


@pytest.fixture
def twins(kind: Kind, full: Callable[..., Any]) -> list[Any]:
    """Two records with all values equal, and a third one that is another."""
    return [full(kind), full(kind)]


def test_equal_records_are_found_by_a_search_and_by_looking_at_one(
    kind: Kind, twins: list[Any], make: Callable[..., Any], kasia: Any
) -> None:
    make(kind.key, owner=kasia, **{kind.title_from[-1]: "Zupełnie inna nazwa"})
    expected = {frozenset(one.pk for one in twins)}
    search(kind)
    assert pairs(kind) == expected
    found = DuplicatePair.objects.get()
    DuplicatePair.objects.all().delete()
    search_one(twins[0])
    again = DuplicatePair.objects.get()
    assert pairs(kind) == expected
    assert (again.reasons, again.score) == (found.reasons, found.score)


def test_every_rule_runs(kind: Kind, twins: list[Any]) -> None:
    assert rules_of(kind)
    search(kind)
    search(kind)
    assert DuplicatePair.objects.count() == 1


def test_the_pair_comes_with_the_record_and_goes_with_it(
    kind: Kind, twins: list[Any], anna: Any, client: Any
) -> None:
    run_jobs()
    assert len(pairs(kind)) == 1
    client.as_(anna)
    client.post(reverse("binning", kwargs={"kind": kind, "pk": twins[0].pk}))
    assert twins[1].get_absolute_url() not in page(client, kind)
    run_jobs()
    assert pairs(kind) == set()
    client.post(reverse("restoration", kwargs={"kind": kind, "pk": twins[0].pk}))
    run_jobs()
    assert len(pairs(kind)) == 1


def test_the_page_shows_pair_reason_and_deeds(
    kind: Kind, twins: list[Any], anna: Any, client: Any
) -> None:
    search(kind)
    shown = page(client.as_(anna), kind)
    for one in twins:
        assert one.get_absolute_url() in shown
    assert "Same" in shown
    assert reverse("merging", kwargs={"kind": kind}) in shown
    assert "dismissal" in shown


def test_a_dismissed_pair_stays_away(kind: Kind, twins: list[Any], anna: Any, client: Any) -> None:
    search(kind)
    pair = DuplicatePair.objects.get()
    parts = {"kind": kind, "number": pair.pk}
    client.as_(anna).post(reverse("duplicate-dismissal", kwargs=parts))
    search(kind)
    search_one(twins[0])
    assert pairs(kind) == set()
    assert twins[0].get_absolute_url() not in page(client, kind)
    assert twins[0].get_absolute_url() in page(client, kind, show="dismissed")
    client.post(reverse("duplicate-suspicion", kwargs=parts))
    assert len(pairs(kind)) == 1


def test_merging_a_pair_clears_it(kind: Kind, twins: list[Any], anna: Any) -> None:
    search(kind)
    merge_now(kind, anna, twins)
    run_jobs()
    assert not DuplicatePair.objects.exists()


@pytest.mark.parametrize("level", [2, 3])
def test_a_pair_with_a_closed_record_does_not_exist_for_others(
    kind: Kind, level: int, full: Callable[..., Any], anna: Any, ewa: Any, kasia: Any, client: Any
) -> None:
    full(kind)
    closed = full(kind, visibility=level, owner=kasia)
    search(kind)
    assert len(pairs(kind)) == 1
    shown = page(client.as_(ewa), kind)
    assert closed.get_absolute_url() not in shown
    assert '<span class="count">0</span>' in shown
    assert not pairs_for(kind, ewa).exists()
    pair = DuplicatePair.objects.get()
    parts = {"kind": kind, "number": pair.pk}
    assert client.post(reverse("duplicate-dismissal", kwargs=parts)).status_code == 404
    assert DuplicatePair.objects.get().dismissed_at is None
    assert closed.get_absolute_url() in page(client.as_(kasia), kind)


def test_who_may_not_change_both_may_look_and_no_more(
    kind: Kind, twins: list[Any], ewa: Any, client: Any
) -> None:
    search(kind)
    shown = page(client.as_(ewa), kind)
    assert twins[0].get_absolute_url() in shown
    assert "dismissal" not in shown
    assert reverse("merging", kwargs={"kind": kind}) not in shown
    pair = DuplicatePair.objects.get()
    parts = {"kind": kind, "number": pair.pk}
    assert client.post(reverse("duplicate-dismissal", kwargs=parts)).status_code == 404
    assert DuplicatePair.objects.get().dismissed_at is None


def test_the_page_costs_the_same_for_one_and_for_many(
    kind: Kind,
    full: Callable[..., Any],
    anna: Any,
    client: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client.as_(anna)
    counts = []
    for more in (2, 3):
        for _ in range(more):
            full(kind)
        search(kind)
        with django_assert_max_num_queries(25) as asked:
            page(client, kind)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_search_runs_in_the_background(
    kind: Kind, twins: list[Any], anna: Any, client: Any
) -> None:
    url = reverse("duplicate-search", kwargs={"kind": kind})
    client.as_(anna).post(url)
    client.post(url)
    assert "job-" in page(client, kind)
    run_jobs()
    assert len(pairs(kind)) == 1
    assert "All records were compared" in page(client, kind)


def test_a_record_beside_a_hidden_one_is_stored_in_silence_and_administrators_are_told(
    kind: Kind, full: Callable[..., Any], anna: Any, ewa: Any, kasia: Any, client: Any
) -> None:
    hidden = full(kind, visibility=3, owner=kasia)
    fields = [f for f in kind.all_fields().values() if f.editable and not f.many]
    values = {"visibility": "1", "status": "open", "currency": "PLN"}
    for field in fields:
        if field.key in {key for keys in kind.matching for key in keys}:
            field.load([hidden], kasia)
            value = field.value(hidden)
            values[field.key] = "" if value is None else str(value)
    if kind.has_contact_data and kind.title_from != ("title",):
        values |= {"emails-0-value": "a.b@firma.example", "emails-0-label": ""}
        values |= {"emails-TOTAL_FORMS": "1", "emails-INITIAL_FORMS": "0"}
    answer = client.as_(ewa).post(reverse("add", kwargs={"kind": kind}), values)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    added = Record.objects.get(kind=kind.key, author=ewa)
    pair = DuplicatePair.objects.get()
    assert {pair.first_id, pair.second_id} == {hidden.pk, added.pk}
    told = Notification.objects.get(kind=NotificationKind.DUPLICATE)
    assert (told.user, told.record_id) == (anna, added.pk)
    assert hidden.get_absolute_url() not in page(client, kind, show="noticed")
    shown = page(client.as_(anna), kind, show="noticed")
    assert hidden.get_absolute_url() in shown
    assert "may not know" in shown
