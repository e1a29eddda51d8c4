"""What administrators do with types of relations: each verb checks, writes, tells and audits.

Callers see to it that only administrators come here, and only while relations are on.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from orbita.accounts.audit import AuditAction, record_event
from orbita.preferences.cached import touch
from orbita.records.arranging import forget_field
from orbita.records.kinds import kinds
from orbita.relations.models import Relation, RelationType, Side
from orbita.relations.type_checking import (
    TypeTakenError,
    check,
    cleaned,
    is_symmetric,
    taken,
)

if TYPE_CHECKING:
    from orbita.accounts.models import User

VALUES = (
    *("kind_a", "label_a", "kind_b", "label_b"),
    *("one_a", "one_b", "section_a", "section_b", "offered_on_change"),
)
"""What `add` and `change` take by name; the sections are empty where a form does not ask."""
MOST = 300
COUNTED = 10_000
"""`usage` counts so far; one more stands for all beyond."""
_USAGE = """
SELECT t.id, least(%(most)s, (
    SELECT count(*) FROM (
        SELECT FROM relations_edge e WHERE e.type_id = t.id AND e.side = 1 LIMIT 2 * %(most)s
    ) counted
) / CASE WHEN t.is_symmetric THEN 2 ELSE 1 END)
FROM relations_relationtype t WHERE t.deleted_at IS NULL
"""


def add(
    values: Mapping[str, Any], *, by: "User", request: HttpRequest | None = None
) -> RelationType:
    """A new type, the last one; ValidationError with sentences by the names of `VALUES`."""
    given = _known(values)
    with transaction.atomic():
        rows = RelationType.objects.known()
        if rows.count() >= MOST:
            text = _("There can be at most %(most)d types of relations") % {"most": MOST}
            raise ValidationError({"label_b": text})
        type_ = _with(RelationType(), given)
        check(type_, None, by, given)
        last = RelationType.objects.aggregate(last=Max("position"))["last"]
        type_.position = 0 if last is None else last + 1
        _store(type_)
        _tell(type_, "added", by=by, request=request, after=state_of(type_))
    return type_


def change(
    type_: RelationType,
    values: Mapping[str, Any],
    *,
    by: "User",
    request: HttpRequest | None = None,
) -> RelationType:
    """The type with these values, stored unless all are as before.

    Labels may change at any time. While there are relations of the type, what it joins, and
    whether it has one label or two, stay, and no limit comes that some record is beyond.
    """
    given = _known(values)
    with transaction.atomic():
        stored = _locked(type_)
        wanted = _with(copy(stored), given)
        before, after = state_of(stored), state_of(wanted)
        changed = [name for name in VALUES if before[name] != after[name]]
        if not changed:
            return stored
        check(wanted, stored, by, given)
        _store(wanted)
        for side in Side:
            if wanted.section_of(side) != stored.section_of(side):
                forget_field(kinds.by_key(wanted.kind_of(side)), key_of(wanted, side))
        _tell(
            wanted,
            "changed",
            by=by,
            request=request,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return wanted


def archive(type_: RelationType, *, by: "User", request: HttpRequest | None = None) -> None:
    """Records keep their relations; new ones cannot be made."""
    with transaction.atomic():
        stored = _locked(type_)
        if stored.archived_at is None:
            stored.archived_at = timezone.now()
            stored.save()
            _tell(stored, "archived", by=by, request=request)


def restore(type_: RelationType, *, by: "User", request: HttpRequest | None = None) -> None:
    """Offer an archived one again."""
    with transaction.atomic():
        stored = _locked(type_)
        if stored.archived_at is not None:
            stored.archived_at = None
            stored.save()
            _tell(stored, "restored", by=by, request=request)


def delete(type_: RelationType, *, by: "User", request: HttpRequest | None = None) -> int:
    """Show it and its relations nowhere any more; how many there were.

    Their rows stay, since histories name them.
    """
    with transaction.atomic():
        stored = _locked(type_)
        count = uses(stored)
        stored.deleted_at = timezone.now()
        stored.save()
        for side in Side:
            kind = next((k for k in kinds if k.key == stored.kind_of(side)), None)
            if kind is not None:
                forget_field(kind, key_of(stored, side))
        _tell(stored, "deleted", by=by, request=request, count=count, before=state_of(stored))
    return count


def put_in_order(ids: Sequence[int], *, by: "User", request: HttpRequest | None = None) -> None:
    """The order of the ids; types that are not among them keep theirs behind."""
    with transaction.atomic():
        rows = list(
            RelationType.objects.known().select_for_update(no_key=True).order_by("position", "pk")
        )
        before = [row.pk for row in rows]
        places = {pk: place for place, pk in enumerate(ids)}
        rows.sort(key=lambda row: places.get(row.pk, len(places)))
        after = [row.pk for row in rows]
        if after == before:
            return
        for place, row in enumerate(rows):
            row.position = place
        RelationType.objects.bulk_update(rows, ["position"])
        touch("relation_types")
        names = {row.pk: str(row) for row in rows}
        record_event(
            AuditAction.SETTING_CHANGED,
            by=by,
            subject="relation types",
            request=request,
            deed="ordered",
            before=[names[pk] for pk in before],
            after=[names[pk] for pk in after],
        )


def usage() -> dict[int, int]:
    """How many relations each type has, by its id; COUNTED + 1 where there are more than COUNTED.

    Those of records in the bin count too.
    """
    with connection.cursor() as cursor:
        cursor.execute(_USAGE, {"most": COUNTED + 1})
        return dict(cursor.fetchall())


def uses(type_: RelationType) -> int:
    """How many relations one type has, to the last one."""
    return Relation.objects.filter(type=type_).count()


def key_of(type_: RelationType, side: Side) -> str:
    """The key of the type seen from this side, in forms and addresses; as `Facing.key`."""
    return f"relation{type_.pk}{'a' if side == Side.A else 'b'}"


def state_of(type_: RelationType) -> dict[str, Any]:
    """What the audit remembers of a type."""
    return {name: getattr(type_, name) for name in VALUES}


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return cleaned({name: value for name, value in values.items() if name in VALUES})


def _locked(type_: RelationType) -> RelationType:
    """The row as it is stored; no relation of the type is made until the transaction ends."""
    rows = RelationType.objects.known().select_for_update()
    stored = rows.filter(pk=type_.pk).first()
    if stored is None:
        raise ValidationError(_("The type of relation no longer exists"), code="gone")
    return stored


def _with(type_: RelationType, given: Mapping[str, Any]) -> RelationType:
    """The type with the values; a symmetric one has one limit and one section for both sides."""
    for name, value in given.items():
        setattr(type_, name, value)
    if is_symmetric(type_):
        ones = [given[name] for name in ("one_a", "one_b") if name in given]
        type_.one_a = type_.one_b = any(ones) if ones else type_.has_limit
        sections = [given[name] for name in ("section_a", "section_b") if name in given]
        type_.section_a = next(filter(None, sections or [type_.section_a, type_.section_b]), "")
        type_.section_b = ""
    type_.is_symmetric = is_symmetric(type_)
    return type_


def _store(type_: RelationType) -> None:
    try:
        with transaction.atomic():
            type_.save()
    except IntegrityError as error:
        other = taken(type_)
        if other is None:
            raise
        raise ValidationError({"label_b": [TypeTakenError(other)]}) from error


def _tell(
    type_: RelationType, deed: str, *, by: "User", request: HttpRequest | None, **details: Any
) -> None:
    record_event(
        AuditAction.SETTING_CHANGED,
        by=by,
        subject=f"relation type: {type_}",
        request=request,
        deed=deed,
        type=type_.pk,
        **details,
    )
