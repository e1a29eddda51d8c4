"""A deed on records of any kind can be taken back whole: values, satellites, creation, the bin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from orbita.records.changes import change_set
from orbita.records.kinds import Kind
from orbita.records.models import ChangeSet, Channel, Leftover, Undo, UndoState
from orbita.records.saving import new_record, save_record
from orbita.records.tests.contract.conftest import sample
from orbita.records.trash import move_to_bin
from orbita.records.triggers import tracked_models
from orbita.records.undo import preview, take_back

pytestmark = pytest.mark.django_db
UNCOMPARED = {"records_record": ["version", "updated_at"]}


def state_of_everything() -> dict[str, list[Any]]:
    """All rows of all tracked tables, but for what every write renews."""
    found = {}
    with connection.cursor() as cursor:
        for model in tracked_models():
            name = model._meta.db_table
            cursor.execute(
                f'SELECT (to_jsonb(t) - %s::text[])::text FROM "{name}" t ORDER BY 1',  # noqa: S608
                [UNCOMPARED.get(name, [])],
            )
            found[name] = [row for (row,) in cursor.fetchall()]
    return found


def changed_values(kind: Kind, piotr: Any) -> dict[str, Any]:
    """Something else for each value that has a sample, and another owner."""
    values: dict[str, Any] = {"owner": piotr}
    for field in kind.all_fields().values():
        value = sample(field)
        if not field.editable or value is None or field.part_of:
            continue
        if isinstance(value, bool):
            values[field.key] = not value
        elif isinstance(value, str) and len(value) < 9 and type(field).__name__ == "TextField":
            values[field.key] = f"Inne {value}"
        elif isinstance(value, list):
            values[field.key] = []
        elif type(field).__name__ in ("TitleField", "LongTextField"):
            values[field.key] = f"Nowe {value}"
    return values


def operate(kind: Kind, records: list[Any], by: Any, values: dict[str, Any]) -> ChangeSet:
    """Set values on records in one deed, as a list operation does."""
    with change_set(by=by, channel=Channel.LIST_OPERATION, label="Ustaw") as changes:
        for record in records:
            again = kind.model.objects.get(pk=record.pk)
            kind_fields = kind.all_fields()
            for field in kind_fields.values():
                field.load([again], by)
            save_record(again, values, by=by, fields=kind_fields)
    return changes


def test_values_and_satellites_come_back_exactly(
    kind: Kind, full: Callable[..., Any], anna: Any, piotr: Any
) -> None:
    records = [full(kind) for _ in range(3)]
    before = state_of_everything()
    changes = operate(kind, records, anna, changed_values(kind, piotr))
    assert state_of_everything() != before
    versions = [kind.model.objects.get(pk=r.pk).version for r in records]

    undo = take_back(changes, by=anna)

    assert state_of_everything() == before
    assert undo.state == UndoState.DONE
    assert undo.counts == {"records": 3, "reversed": 3, "kept": 0, "failed": 0, "refused": 0}
    renewed = [kind.model.objects.get(pk=r.pk).version for r in records]
    assert all(new > old for new, old in zip(renewed, versions, strict=True))


def test_an_undo_can_be_taken_back(
    kind: Kind, full: Callable[..., Any], anna: Any, piotr: Any
) -> None:
    records = [full(kind) for _ in range(2)]
    changes = operate(kind, records, anna, changed_values(kind, piotr))
    after = state_of_everything()
    undo = take_back(changes, by=anna)
    assert state_of_everything() != after

    again = take_back(ChangeSet.objects.get(pk=undo.result_id), by=anna)

    assert again.counts["reversed"] == 2
    assert state_of_everything() == after
    undo.refresh_from_db()
    assert not undo.is_effective


def test_what_was_edited_since_stays_and_is_listed(
    kind: Kind, full: Callable[..., Any], anna: Any, kasia: Any, piotr: Any
) -> None:
    edited, other = full(kind), full(kind)
    values = {"owner": piotr, "tags": ["hurt"]}
    changes = operate(kind, [edited, other], anna, values)
    operate(kind, [edited], anna, {"owner": anna})

    sums = preview(changes, by=anna)
    undo = take_back(changes, by=anna)

    assert vars(sums) == undo.counts
    assert (undo.counts["reversed"], undo.counts["kept"]) == (1, 1)
    now = kind.model.objects.get(pk=edited.pk)
    assert now.owner == anna
    assert {t.tag.name for t in now.record_tags.all()} == {"pilne", "VIP"}
    assert kind.model.objects.get(pk=other.pk).owner == kasia
    left = undo.leftovers.get()
    assert left.record_id == edited.pk
    assert left.is_partial
    assert [part["columns"] for part in left.parts] == [["owner_id"]]


def test_created_records_go_into_the_bin_unless_worked_on(
    kind: Kind, make: Callable[..., Any], anna: Any
) -> None:
    fields = kind.all_fields()
    with change_set(by=anna, channel=Channel.IMPORT, label="a.csv") as changes:
        made = []
        for name in ("Pierwszy", "Drugi"):
            record = new_record(kind, by=anna)
            title = {"title": name} if "title" in kind.title_from else {"last_name": name}
            made.append(save_record(record, title, by=anna, fields=fields))
    save_record(kind.model.objects.get(pk=made[1].pk), {"owner": None}, by=anna, fields=fields)

    undo = take_back(changes, by=anna)

    assert kind.model.objects.get(pk=made[0].pk).deleted_by == anna
    assert kind.model.objects.get(pk=made[1].pk).is_live
    assert [(left.record_id, left.reason) for left in undo.leftovers.all()] == [
        (made[1].pk, "kept")
    ]

    take_back(ChangeSet.objects.get(pk=undo.result_id), by=anna)
    assert kind.model.objects.get(pk=made[0].pk).is_live


def test_deleted_records_come_out_of_the_bin(
    kind: Kind, full: Callable[..., Any], anna: Any
) -> None:
    records = [full(kind) for _ in range(2)]
    before = state_of_everything()
    with change_set(by=anna, channel=Channel.LIST_OPERATION) as changes:
        for record in records:
            move_to_bin(kind.model.objects.get(pk=record.pk), by=anna)
    take_back(changes, by=anna)
    assert state_of_everything() == before


def test_a_second_click_changes_nothing(
    kind: Kind, full: Callable[..., Any], anna: Any, piotr: Any
) -> None:
    changes = operate(kind, [full(kind)], anna, {"owner": piotr})
    first = take_back(changes, by=anna)
    before, sets = state_of_everything(), ChangeSet.objects.count()
    assert take_back(changes, by=anna).pk == first.pk
    assert state_of_everything() == before
    assert ChangeSet.objects.count() == sets


def test_others_may_not_take_it_back(
    kind: Kind, full: Callable[..., Any], anna: Any, kasia: Any, piotr: Any
) -> None:
    changes = operate(kind, [full(kind)], anna, {"owner": piotr})
    before = state_of_everything()
    with pytest.raises(ValidationError):
        take_back(changes, by=kasia)
    assert state_of_everything() == before
    assert not Undo.objects.exists()


def test_what_the_undoer_may_no_longer_change_stays_and_is_only_counted(
    kind: Kind, full: Callable[..., Any], anna: Any, kasia: Any, piotr: Any
) -> None:
    mine, taken = full(kind), full(kind)
    changes = operate(kind, [mine, taken], kasia, {"tags": ["hurt"]})
    operate(kind, [taken], anna, {"owner": piotr, "visibility": 3})

    undo = take_back(changes, by=kasia)

    assert undo.counts["reversed"] == 1
    assert undo.counts["refused"] == 1
    names = {t.tag.name for t in kind.model.objects.get(pk=taken.pk).record_tags.all()}
    assert names == {"hurt"}


def test_who_gave_a_record_away_may_take_it_back(
    kind: Kind, full: Callable[..., Any], kasia: Any, piotr: Any
) -> None:
    record = full(kind)
    changes = operate(kind, [record], kasia, {"owner": piotr})
    take_back(changes, by=kasia)
    assert kind.model.objects.get(pk=record.pk).owner == kasia


def test_a_value_that_points_at_something_gone_fails_with_its_reason(
    kind: Kind, full: Callable[..., Any], anna: Any
) -> None:
    record = full(kind)
    changes = operate(kind, [record], anna, {"tags": []})
    from orbita.records.models import Tag

    Tag.objects.filter(name="pilne").delete()
    undo = take_back(changes, by=anna)
    names = {t.tag.name for t in kind.model.objects.get(pk=record.pk).record_tags.all()}
    assert names == {"VIP"}
    assert undo.counts["failed"] == 1
    left = Leftover.objects.get(undo=undo)
    assert left.is_partial
    assert [part["why"] for part in left.parts] == ["gone"]
