"""The verbs: tie two records, change what is said about it, part them.

They check the relation and not the rights on this side: callers start from `editable_by`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from orbita.records.changes import change_set
from orbita.records.models import Channel, Record
from orbita.relations import checking
from orbita.relations.holding import hold_ends
from orbita.relations.models import Edge, Relation, RelationType

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.relations.facings import Facing

_INSERT = """
INSERT INTO relations_relation (id, type_id, a_id, b_id, note, author_id)
SELECT id, %(type)s, a, b, '', %(author)s
FROM unnest(%(ids)s::uuid[], %(a)s::uuid[], %(b)s::uuid[]) v(id, a, b)
ON CONFLICT (a_id, b_id, type_id) DO NOTHING
"""


def relate(
    near: Any,
    facing: "Facing",
    far_id: UUID,
    *,
    by: "User",
    note: str = "",
    since: date | None = None,
    until: date | None = None,
    channel: str = Channel.FORM,
) -> Relation:
    """Tie `near` to the record with this id, which `by` may know of.

    Raises ValidationError with a sentence, and then nothing is stored.
    """
    checking.refuse_itself(near.pk, far_id)
    checking.refuse_backwards(since, until)
    with change_set(by=by, channel=channel):
        hold_ends([near.pk, far_id])
        facing = locked(facing)
        checking.refuse_archived(facing)
        far = find_end(facing, far_id, by)
        checking.refuse_second(facing, near.pk, far.pk)
        refuse_limits(facing, near, far, by)
        a, b = facing.ends(near.pk, far.pk)
        relation = Relation(
            type_id=facing.type.pk, a_id=a, b_id=b, note=note, since=since, until=until, author=by
        )
        try:
            with transaction.atomic():
                relation.save(force_insert=True)
        except IntegrityError as error:
            raise checking.taken() from error
    return relation


def refuse_limits(facing: "Facing", near: Any, far: Any, by: "User") -> None:
    """Refuse what goes beyond the type's limits."""
    if facing.type.has_limit:
        checking.refuse_more_than_one(facing, near, far, by)
        checking.refuse_circle(facing, near, far, by)


def locked(facing: "Facing") -> "Facing":
    """The type as it is stored now; it stays so until the transaction ends.

    Relations of a type with limits are made one after the other, so that no two of them break
    together what each of them keeps; all others at the same time.
    """
    with connection.cursor() as cursor:
        strength = "NO KEY UPDATE" if facing.type.has_limit else "SHARE"
        table = RelationType._meta.db_table
        cursor.execute(f"SELECT FROM {table} WHERE id = %s FOR {strength}", [facing.type.pk])
    now = RelationType.objects.get(pk=facing.type.pk)
    if now.has_limit and not facing.type.has_limit:
        return locked(replace(facing, type=now))
    return replace(facing, type=now)


def find_end(facing: "Facing", far_id: UUID, by: "User") -> Any:
    """The other end, of which the user may know; ValidationError if there is none."""
    from orbita.records.kinds import kinds

    rows = Record.objects.listed_for(by, kind=kinds.by_key(facing.far_kind))
    found = rows.filter(pk=far_id).first()
    if found is None:
        raise checking.gone()
    return found


def relate_many(pairs: Iterable[tuple[UUID, UUID]], facing: "Facing", *, by: "User") -> None:
    """Tie near to far ids, set-wise, inside the caller's change set; existing ones stay.

    The caller has checked both ends. Limits are the caller's too: see `refuse_limits`.
    """
    from orbita.ui.arrays import uuid_array
    from orbita.ui.ids import uuids7

    ends = [facing.ends(near, far) for near, far in pairs if near != far]
    if not ends:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "type": facing.type.pk,
                "author": by.pk,
                "ids": uuid_array(uuids7(len(ends))),
                "a": uuid_array(a for a, _b in ends),
                "b": uuid_array(b for _a, b in ends),
            },
        )


def set_ends(
    near: Any,
    facing: "Facing",
    *,
    add: Sequence[UUID],
    remove: Sequence[UUID],
    by: "User",
) -> None:
    """Part `near` from some records and tie it to others, by the same rules as one by one.

    What is there already stays as it is. Raises ValidationError with a sentence, and then nothing
    is stored.
    """
    with change_set(by=by):
        hold_ends([near.pk, *add])
        facing = locked(facing)
        there = Edge.objects.seen_as(facing).filter(near=near.pk)
        gone = list(there.filter(far__in=remove).values_list("relation", flat=True))
        if gone:
            part(Relation.objects.filter(pk__in=gone), by=by)
        new = set(add) - set(there.filter(far__in=add).values_list("far", flat=True))
        if new:
            refuse_any(near, facing, new, by)
            relate_many([(near.pk, far) for far in sorted(new)], facing, by=by)


def refuse_any(near: Any, facing: "Facing", new: set[UUID], by: "User") -> None:
    """Refuse new ends of one record if one of them cannot be."""
    checking.refuse_archived(facing)
    if near.pk in new:
        raise checking.itself()
    rows = Record.objects.listed_for(by).filter(kind=facing.far_kind, pk__in=new)
    ends = list(rows)
    if len(ends) < len(new):
        raise checking.gone()
    if facing.is_one and len(new) > 1:
        raise checking.only_one(facing)
    for end in ends:
        refuse_limits(facing, near, end, by)


def describe(
    relation: Relation,
    *,
    by: "User",
    note: str,
    since: date | None,
    until: date | None,
    channel: str = Channel.FORM,
) -> Relation:
    """Change note and dates. Raises ValidationError for an end before the beginning."""
    checking.refuse_backwards(since, until)
    with change_set(by=by, channel=channel):
        rows = Relation.objects.select_for_update().filter(pk=relation.pk)
        stored = rows.first()
        if stored is None:
            raise checking.gone()
        stored.note, stored.since, stored.until = note, since, until
        stored.save(update_fields=["note", "since", "until"])
    return stored


def part(relations: Iterable[Relation], *, by: "User", channel: str = Channel.FORM) -> int:
    """Remove the relations, on both profiles; how many there were."""
    ids = sorted(relation.pk for relation in relations)
    with change_set(by=by, channel=channel):
        count, _by_model = Relation.objects.filter(pk__in=ids).delete()
    return count
