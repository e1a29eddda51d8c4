"""Records of any kind become one: nothing that points at them is lost, old addresses lead on."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.urls import reverse

from orbita.activity.models import Follow, Notification, NotificationKind
from orbita.files.models import File
from orbita.notes.models import Comment, Note
from orbita.records.history import history
from orbita.records.kinds import Kind, kinds
from orbita.records.merging.ends import ends_of
from orbita.records.merging.merge import lock, merge
from orbita.records.merging.plan import Plan
from orbita.records.merging.survivors import survivor_of
from orbita.records.models import (
    Change,
    ChangeSet,
    ContactPoint,
    Grant,
    Merger,
    Record,
    RecordTag,
    Visit,
)
from orbita.records.saving import new_record, save_record
from orbita.relations.models import Relation, RelationType

pytestmark = pytest.mark.django_db
OWN_APPS = ("records", "activity", "notes", "files", "imports", "deals", "contacts", "relations")
LEFT_BEHIND = {"records_duplicatepair", "records_releasenotice"}
"""Tables that are filled anew, and so need not be moved."""
IDS_THAT_STAY = {
    ("records_change", "record_id"),
    ("records_changeset", "undoes"),
    ("records_merger", "changeset_id"),
    ("records_duplicatepair", "noticed_in"),
    ("records_tag", "made_in"),
    ("records_group", "made_in"),
    ("records_source", "made_in"),
    ("files_file", "holder"),
    ("activity_notification", "subject"),
    ("imports_importrow", "record_id"),
    ("imports_import", "changeset_id"),
    ("records_undo", "changeset_id"),
    ("records_undo", "root_id"),
    ("records_undo", "result_id"),
    ("records_undo", "position"),
    ("records_leftover", "record_id"),
    ("records_operationrun", "changeset_id"),
    ("records_operationrow", "record_id"),
}
"""Columns of ids without a foreign key: of the ledger, of notes, of deeds that were."""


def titled(kind: Kind, name: str) -> dict[str, Any]:
    """Values that give a record this name."""
    return {kind.title_from[-1]: name}


def merge_now(kind: Kind, by: Any, records: list[Any], **given: Any) -> ChangeSet:
    """Merge into the first of the records."""
    with transaction.atomic():
        locked = lock(kind, [one.pk for one in records], by=by)
        plan = Plan.of(kind, by, locked, survivor=records[0].pk, given=given)
        return merge(plan.records, plan.survivor, plan.values(), by=by)


def hang_on(record: Any, by: Any, other: Any, changes: ChangeSet) -> None:
    """One row in every satellite."""
    note = Note(record_id=record.pk, author=by)
    note.put("<p>Rozmowa</p>")
    note.save()
    comment = Comment(record_id=record.pk, note=note, author=by)
    comment.put("<p>Tak</p>")
    comment.save()
    File.objects.create(
        record_id=record.pk,
        author=by,
        name="a.txt",
        size=1,
        content_type="text/plain",
        sha256="0" * 64,
        key=str(record.pk),
    )
    Follow.objects.get_or_create(record_id=record.pk, user=other)
    Follow.objects.get_or_create(record_id=record.pk, user=by)
    Visit.objects.get_or_create(record_id=record.pk, user=by)
    Grant.objects.get_or_create(record_id=record.pk, user=other)
    Notification.objects.create(
        record_id=record.pk, user=other, changeset=changes, kind=NotificationKind.CHANGE
    )
    relate_to_others(record, by)


def relate_to_others(record: Any, by: Any) -> None:
    """Relations of both sorts: to a record that several are tied to, and to one of its own."""
    key = record.kind
    for label in ("Powyżej", "Poniżej"):
        type_, _made = RelationType.objects.get_or_create(
            kind_a=key, label_a="Poniżej", kind_b=key, label_b=label
        )
        for name in ("Wspólny", record.title):
            far = _end(record.kind_object, by, f"{name}: drugi koniec")
            a, b = sorted((record.pk, far.pk)) if type_.is_symmetric else (record.pk, far.pk)
            Relation.objects.create(type=type_, a_id=a, b_id=b, note="Umowa", author=by)


def _end(kind: Kind, by: Any, name: str) -> Any:
    """The record with this name; made if there is none."""
    found = Record.objects.filter(kind=kind.key, title=name).first()
    if found is None:
        found = new_record(kind, by=by)
        save_record(found, titled(kind, name), by=by, fields=kind.all_fields())
    return found


def rows_pointing_at(pk: Any) -> dict[str, int]:
    """How many rows of each table name the record, but for its own and those of the ledger."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            target: Any = field.related_model
            if not isinstance(field, models.ForeignKey) or field.primary_key:
                continue
            if isinstance(target, type) and issubclass(target, Record) and model is not Merger:
                count = model._base_manager.filter(**{field.name: pk}).count()
                if count:
                    found[f"{model._meta.db_table}.{field.name}"] = count
    return found


@pytest.fixture
def pair(kind: Kind, full: Callable[..., Any], anna: Any, kasia: Any) -> list[Any]:
    """Two records with something in every satellite."""
    records = [full(kind, **titled(kind, "Acme")), full(kind, **titled(kind, "ACME SA"))]
    changes = ChangeSet.objects.create(actor=anna, channel="form")
    for record in records:
        hang_on(record, anna, kasia, changes)
    return records


def test_everything_that_points_at_the_loser_points_at_the_survivor(
    kind: Kind, pair: list[Any], make: Callable[..., Any], anna: Any
) -> None:
    survivor, loser = pair
    for other in kinds:
        for field in other.all_fields().values():
            if getattr(field, "target", "") == kind.key:
                value = [Record.objects.get(pk=loser.pk)] if field.many else loser
                make(other.key, owner=anna, **titled(other, "Wskazujący"), **{field.key: value})
    before = rows_pointing_at(survivor.pk), rows_pointing_at(loser.pk)

    merge_now(kind, anna, [survivor, loser])

    after, left = rows_pointing_at(survivor.pk), rows_pointing_at(loser.pk)
    for name in before[0].keys() | before[1].keys():
        together = before[0].get(name, 0) + before[1].get(name, 0)
        assert after.get(name, 0) + left.get(name, 0) == together, name
    tables = {name.partition(".")[0] for name in left}
    # Only what the survivor has already stays with the one that is gone.
    assert tables <= {
        "records_grant",
        "records_recordtag",
        "records_recordgroup",
        "records_visit",
        "records_contactpoint",
        "records_address",
        "activity_follow",
        "activity_notification",
        "relations_relation",
        "relations_edge",
    }
    assert (
        Relation.objects.filter(a=loser.pk).count() + Relation.objects.filter(b=loser.pk).count()
        == 2
    )
    assert Note.objects.filter(record=survivor.pk).count() == 2
    assert Comment.objects.filter(record=survivor.pk).count() == 2
    assert File.objects.filter(record=survivor.pk).count() == 2


def test_the_loser_is_in_the_bin_and_leads_to_the_survivor(
    kind: Kind, pair: list[Any], anna: Any, client: Any
) -> None:
    survivor, loser = pair
    merge_now(kind, anna, pair)

    gone = kind.model.objects.get(pk=loser.pk)  # type: ignore[attr-defined]
    assert gone.deleted_by == anna
    assert survivor_of(loser.pk, anna).pk == survivor.pk  # type: ignore[union-attr]
    client.as_(anna)
    for name in ("profile", "edit", "card", "access"):
        old = reverse(name, kwargs={"kind": kind, "pk": loser.pk})
        assert client.get(old)["Location"] == reverse(
            name, kwargs={"kind": kind, "pk": survivor.pk}
        )
    assert str(loser.pk) not in client.get(reverse("list", kwargs={"kind": kind})).content.decode()
    found = client.get(reverse("search"), {"q": str(loser.number)}).content.decode()
    assert survivor.get_absolute_url() in found
    assert loser.get_absolute_url() not in found


def test_a_merged_record_is_not_restored_by_mistake(
    kind: Kind, pair: list[Any], anna: Any, client: Any
) -> None:
    survivor, loser = pair
    merge_now(kind, anna, pair)
    client.as_(anna).post(reverse("restoration", kwargs={"kind": kind, "pk": loser.pk}))
    assert not kind.model.objects.get(pk=loser.pk).is_live  # type: ignore[attr-defined]
    page = client.get(reverse("bin")).content.decode()
    assert "Merged into" in page
    assert survivor.get_absolute_url() in page
    assert reverse("restoration", kwargs={"kind": kind, "pk": loser.pk}) not in page


def test_three_mergers_in_a_row_lead_to_the_last(
    kind: Kind, full: Callable[..., Any], anna: Any
) -> None:
    first, second, third = (full(kind) for _ in range(3))
    merge_now(kind, anna, [second, first])
    merge_now(kind, anna, [third, second])
    assert survivor_of(first.pk, anna).pk == third.pk  # type: ignore[union-attr]
    assert survivor_of(second.pk, anna).pk == third.pk  # type: ignore[union-attr]


def test_empty_values_are_filled_and_chosen_ones_win(
    kind: Kind,
    full: Callable[..., Any],
    make: Callable[..., Any],
    anna: Any,
    kasia: Any,
    piotr: Any,
) -> None:
    empty = make(kind.key, owner=kasia, **titled(kind, "Acme"))
    other = full(kind, owner=piotr, **titled(kind, "Inna"))
    plain = [f for f in kind.all_fields().values() if f.editable and not f.many and not f.part_of]
    fields = [f for f in plain if f.key not in (*kind.title_from, "owner", "visibility")]
    for field in fields:
        field.load([empty, other], anna)
    wanted = {
        f.key: f.value(other if f.is_empty(f.value(empty)) else empty)
        for f in fields
        if f.key != "currency"
    }

    merge_now(kind, anna, [empty, other], owner=other.pk)

    merged = kind.model.objects.get(pk=empty.pk)  # type: ignore[attr-defined]
    for field in fields:
        field.load([merged], anna)
    assert {key: kind.all_fields()[key].value(merged) for key in wanted} == wanted
    assert merged.owner == piotr
    assert "Acme" in merged.title
    if kind.has_contact_data:
        assert ContactPoint.objects.filter(record=merged.pk).count() == 3
    assert {row.tag.name for row in RecordTag.objects.filter(record=merged.pk)} == {"pilne", "VIP"}


def test_the_stricter_level_stays_unless_another_is_chosen(
    kind: Kind, full: Callable[..., Any], anna: Any
) -> None:
    public, hidden = full(kind, visibility=1), full(kind, visibility=3)
    merge_now(kind, anna, [public, hidden])
    assert kind.model.objects.get(pk=public.pk).visibility == 3  # type: ignore[attr-defined]

    public, hidden = full(kind, visibility=1), full(kind, visibility=3)
    merge_now(kind, anna, [public, hidden], visibility=public.pk)
    assert kind.model.objects.get(pk=public.pk).visibility == 1  # type: ignore[attr-defined]


def test_both_sides_tell_of_it(kind: Kind, pair: list[Any], anna: Any) -> None:
    survivor, loser = pair
    changes = merge_now(kind, anna, pair)
    told = [line for entry in history(survivor, anna) for line in entry.lines]
    assert [line.after for line in told if line.label == "Merged with"] == [loser.title]
    told = [line for entry in history(loser, anna) for line in entry.lines]
    assert [line.after for line in told if line.label == "Merged into"] == [
        Record.objects.get(pk=survivor.pk).title
    ]
    assert changes.channel == "merge"


def test_who_may_not_know_of_the_loser_is_not_told(
    kind: Kind, full: Callable[..., Any], anna: Any, ewa: Any, client: Any
) -> None:
    public = full(kind, visibility=1, **titled(kind, "Jawna"))
    hidden = full(kind, visibility=3, **titled(kind, "Fuzja X"))
    merge_now(kind, anna, [public, hidden], visibility=public.pk)
    assert survivor_of(hidden.pk, ewa) is None
    client.as_(ewa)
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert "Fuzja" not in client.get(public.get_absolute_url()).content.decode()
    assert "Fuzja" not in str(history(public, ewa))


def test_a_hidden_record_is_as_one_that_does_not_exist(
    kind: Kind, full: Callable[..., Any], anna: Any, ewa: Any, client: Any
) -> None:
    mine, hidden = full(kind, owner=ewa), full(kind, visibility=3, owner=anna)
    url = reverse("merging", kwargs={"kind": kind})
    client.as_(ewa)
    for pk in (hidden.pk, UUID(int=7)):
        values = {"ids": [str(mine.pk), str(pk)], "survivor": str(mine.pk)}
        assert client.get(url, values).status_code == 404
        assert client.post(url, values).status_code == 404
    assert not Merger.objects.exists()
    assert kind.model.objects.get(pk=mine.pk).version == mine.version  # type: ignore[attr-defined]


def test_merging_takes_the_right_to_edit_and_delete_all(
    kind: Kind, full: Callable[..., Any], kasia: Any, ewa: Any, client: Any
) -> None:
    mine, other = full(kind, owner=ewa), full(kind, owner=kasia)
    url = reverse("merging", kwargs={"kind": kind})
    values = {"ids": [str(mine.pk), str(other.pk)], "survivor": str(mine.pk)}
    client.as_(ewa)
    page = client.get(url, values)
    assert page.status_code == 403
    assert other.title in page.content.decode()
    assert client.post(url, values).status_code == 403
    assert not Merger.objects.exists()


def test_the_page_merges(
    kind: Kind, full: Callable[..., Any], anna: Any, kasia: Any, piotr: Any, client: Any
) -> None:
    one, two = full(kind, **titled(kind, "Acme")), full(kind, owner=piotr, **titled(kind, "Beta"))
    url = reverse("merging", kwargs={"kind": kind})
    values = {"ids": [str(one.pk), str(two.pk)], "survivor": str(two.pk)}
    client.as_(anna)
    page = client.get(url, values).content.decode()
    for text in (one.title, two.title, kasia.name, piotr.name, f'id="value-owner-{1}"'):
        assert text in page
    title = {f"value-{kind.title_from[-1]}": str(one.pk)}
    answer = client.post(url, {**values, **title})
    assert answer["Location"] == two.get_absolute_url()
    merged = kind.model.objects.get(pk=two.pk)  # type: ignore[attr-defined]
    assert "Acme" in merged.title
    assert merged.owner == piotr
    assert survivor_of(one.pk, anna).pk == two.pk  # type: ignore[union-attr]
    assert client.post(url, values).status_code == 404


def test_a_save_of_the_loser_meanwhile_points_to_the_survivor(
    kind: Kind, pair: list[Any], anna: Any, client: Any
) -> None:
    survivor, loser = pair
    merge_now(kind, anna, pair)
    client.as_(anna)
    values = {kind.title_from[-1]: "Nowa nazwa", "visibility": "1"}
    for name, extra in (("edit", {}), ("value", {"key": kind.title_from[-1]})):
        url = reverse(name, kwargs={"kind": kind, "pk": loser.pk, **extra})
        answer = client.post(url, values)
        assert answer.status_code == 409
        assert survivor.get_absolute_url() in answer.content.decode()
        assert "Nowa nazwa" in answer.content.decode()
    gone = kind.model.objects.get(pk=loser.pk)  # type: ignore[attr-defined]
    assert "Nowa nazwa" not in gone.title


def test_the_page_costs_the_same_for_two_and_for_five(
    kind: Kind,
    full: Callable[..., Any],
    anna: Any,
    client: Any,
    django_assert_max_num_queries: Any,
) -> None:
    records = [full(kind) for _ in range(5)]
    client.as_(anna)
    url = reverse("merging", kwargs={"kind": kind})
    client.get(url, {"ids": [str(one.pk) for one in records]})
    counts = []
    for some in (records[:2], records):
        with django_assert_max_num_queries(60) as asked:
            client.get(url, {"ids": [str(one.pk) for one in some]})
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_every_foreign_key_to_a_record_is_moved(kind: Kind) -> None:
    """The database is asked, not the models: a key that no model declares is found as well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
            " WHERE c.contype = 'f' AND c.confrelid::regclass::text = ANY(%s)",
            [["records_record", kind.model._meta.db_table]],
        )
        found = set(cursor.fetchall())
    links = {(k.model._meta.db_table, k.model._meta.pk.column) for k in kinds}  # type: ignore[union-attr]
    moved = {
        (end.model._meta.db_table, end.model._meta.get_field(end.column).column)  # type: ignore[union-attr]
        for end in ends_of(kind)
    }
    left = {(table, column) for table, column in found if table in LEFT_BEHIND}
    assert found - links - left == moved


def test_no_column_keeps_the_id_of_a_record_in_secret() -> None:
    """An id without a foreign key is not moved: a new one must be thought of here."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in OWN_APPS:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.UUIDField) and not field.primary_key:
                found.add((model._meta.db_table, field.column))
    assert found <= IDS_THAT_STAY


def test_the_ledger_tells_what_moved_of_untracked_tables(
    kind: Kind, pair: list[Any], anna: Any, piotr: Any
) -> None:
    survivor, loser = pair
    follow = Follow.objects.create(record_id=loser.pk, user=piotr)
    changes = merge_now(kind, anna, pair)
    told = Change.objects.get(changeset=changes, table="activity_follow", row=str(follow.pk))
    assert told.before == {"record_id": str(loser.pk)}
    assert told.after == {"record_id": str(survivor.pk)}
