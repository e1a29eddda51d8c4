"""The undo of a merger: after it everything stands as before."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from orbita.activity.models import Follow, Notification
from orbita.jobs.testing import run_jobs
from orbita.records.changes import change_set
from orbita.records.kinds import Kind, kinds
from orbita.records.merging.survivors import survivor_of
from orbita.records.models import ChangeSet, Merger, Record, Visit
from orbita.records.tests.contract.test_merging import hang_on, merge_now, titled
from orbita.records.triggers import tracked_models
from orbita.records.undo import take_back, why_not

pytestmark = pytest.mark.django_db
UNTRACKED = (Follow, Notification, Visit)


def state_of_everything() -> dict[str, list[Any]]:
    """All rows of all tables that hang on records, but for what every write renews."""
    found = {}
    with connection.cursor() as cursor:
        for model in [*tracked_models(), *UNTRACKED]:
            name = model._meta.db_table
            skipped = ["version", "updated_at"] if name == "records_record" else []
            cursor.execute(
                f'SELECT (to_jsonb(t) - %s::text[])::text FROM "{name}" t ORDER BY 1',  # noqa: S608
                [skipped],
            )
            found[name] = [row for (row,) in cursor.fetchall()]
    return found


@pytest.fixture
def world(
    kind: Kind,
    full: Callable[..., Any],
    make: Callable[..., Any],
    anna: Any,
    kasia: Any,
    piotr: Any,
) -> list[Any]:
    """Two records of Kasia's with satellites, and records of Piotr's that name the second."""
    with change_set(by=kasia):
        records = pair(kind, full, make, anna, kasia, piotr)
    run_jobs()
    return records


def pair(
    kind: Kind,
    full: Callable[..., Any],
    make: Callable[..., Any],
    anna: Any,
    kasia: Any,
    piotr: Any,
) -> list[Any]:
    """The records, with the others stored beside them."""
    records = [full(kind, **titled(kind, "Acme")), full(kind, **titled(kind, "ACME SA"))]
    changes = ChangeSet.objects.create(actor=anna, channel="form")
    for record in records:
        hang_on(record, anna, piotr, changes)
    Follow.objects.get_or_create(record_id=records[1].pk, user=kasia)
    for other in kinds:
        for field in other.all_fields().values():
            if getattr(field, "target", "") == kind.key:
                ends = [Record.objects.get(pk=one.pk) for one in records]
                value = ends if field.many else records[1]
                make(other.key, owner=piotr, **titled(other, "Cudzy"), **{field.key: value})
    return records


def test_after_the_undo_everything_stands_as_before_and_the_undo_can_be_taken_back(
    kind: Kind, world: list[Any], anna: Any, kasia: Any
) -> None:
    before = state_of_everything()
    for by in (anna, kasia):
        changes = merge_now(kind, by, world)
        merged = state_of_everything()
        assert merged != before
        undo = take_back(changes, by=by)
        assert undo.counts["kept"] == undo.counts["failed"] == undo.counts["refused"] == 0
        assert state_of_everything() == before
        assert survivor_of(world[1].pk, by) is None
    take_back(ChangeSet.objects.get(pk=undo.result_id), by=kasia)
    assert state_of_everything() == merged
    assert survivor_of(world[1].pk, kasia).pk == world[0].pk  # type: ignore[union-attr]


def test_the_toast_takes_the_merger_back(
    kind: Kind, world: list[Any], anna: Any, client: Any
) -> None:
    values = {"ids": [str(one.pk) for one in world], "survivor": str(world[0].pk)}
    client.as_(anna).post(reverse("merging", kwargs={"kind": kind}), values)
    changes = Merger.objects.get(gone=True).changeset_id
    client.post(reverse("undo", args=[changes]))
    assert not Merger.objects.exists()
    assert client.get(world[1].get_absolute_url()).status_code == 200


def test_a_merger_waits_for_the_undo_of_the_one_after_it(
    kind: Kind, full: Callable[..., Any], anna: Any
) -> None:
    first, second, third = (full(kind) for _ in range(3))
    early = merge_now(kind, anna, [second, first])
    late = merge_now(kind, anna, [third, second])
    assert why_not(early, by=anna)
    take_back(late, by=anna)
    assert not why_not(early, by=anna)
    take_back(early, by=anna)
    assert {one.is_live for one in Record.objects.all()} == {True}
    assert not Merger.objects.exists()
