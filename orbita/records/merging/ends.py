"""What points at a record, and how it comes to point at another one.

Every foreign key to Record or to a kind's own table is found by looking at the models, so that a
table that a slice adds tomorrow is moved too. A row that would break a unique rule stays where it
is: beside it stands the survivor's own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.lookups import IsNull

from orbita.records.models import Address, ContactPoint, Record
from orbita.records.triggers import record_columns

if TYPE_CHECKING:
    from orbita.records.kinds import Kind
    from orbita.records.models import ChangeSet

_FILE = """
INSERT INTO records_change (changeset_id, record_id, "table", "row", action, before, after)
SELECT %(set)s, %(after)s, %(table)s, {key}::text, 'U',
    jsonb_build_object(%(column)s::text, %(before)s::text),
    jsonb_build_object(%(column)s::text, %(after)s::text)
FROM {table} WHERE {key} = ANY(%(ids)s)
"""

Mover = Callable[[UUID, UUID], None]
_movers: dict[type[models.Model], Mover] = {}


@dataclass(frozen=True)
class End:
    """A foreign key by which rows of `model` point at records."""

    model: type[models.Model]
    column: str

    @property
    def is_tracked(self) -> bool:
        """Whether the ledger's triggers file what happens to the rows."""
        return hasattr(self.model, "ledger_record")

    @property
    def is_own(self) -> bool:
        """Whether the rows are the record's own, and not another record's that names it."""
        if issubclass(self.model, Record):
            return False
        if not self.is_tracked:
            return True
        return self.model._meta.get_field(self.column).attname in record_columns(self.model)  # type: ignore[union-attr]

    def rows(self, **condition: Any) -> "models.QuerySet[Any]":
        """The rows, whoever may see them."""
        return self.model._base_manager.filter(**condition)


def register_mover(model: type[models.Model], mover: Mover) -> None:
    """Have `mover(loser, survivor)` move the rows of a table that has rules of its own."""
    _movers[model] = mover


def ends_of(kind: "Kind") -> list[End]:
    """Every foreign key that may point at a record of the kind; derived tables are left out.

    A model with `moves_with_merger = False` is derived: who fills it fills it anew.
    """
    targets = (Record, kind.model)
    return [
        End(model, field.name)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        if getattr(model, "moves_with_merger", True)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        if field.related_model in targets and not field.primary_key
    ]


def move_all(kind: "Kind", losers: list[UUID], survivor: UUID, changes: "ChangeSet") -> None:
    """Have everything that points at the losers point at the survivor."""
    ends = ends_of(kind)
    for loser in losers:
        for model in dict.fromkeys(end.model for end in ends):
            if model in _movers:
                _movers[model](loser, survivor)
        for end in ends:
            if end.model not in _movers:
                move(end, loser, survivor, changes)
    drop_loops(ends, survivor)


def move(end: End, loser: UUID, survivor: UUID, changes: "ChangeSet") -> None:
    """Move the rows of one table; of two that may not stand together the survivor's stays."""
    rows = end.rows(**{end.column: loser})
    for condition in collisions(end, survivor):
        if end.is_own or not end.is_tracked:
            rows = rows.exclude(condition)
        else:
            rows.filter(condition).delete()
    if issubclass(end.model, Record):
        lock_records(rows)
    if end.is_tracked:
        rows.update(**{end.column: survivor})
    else:
        move_untracked(end, rows, loser, survivor, changes)


def lock_records(rows: "models.QuerySet[Any]") -> None:
    """Hold the records that name the loser as forms hold them, so that no form writes it back."""
    held = Record.objects.filter(pk__in=rows.values("pk")).order_by("pk")
    list(held.select_for_update(of=("self",)).values_list("pk", flat=True))


def collisions(end: End, survivor: UUID) -> Iterator[Q]:
    """Conditions under which a row may not be moved: one that says the same is there already."""
    for columns, nulls_are_equal in unique_sets(end.model):
        if end.column not in columns:
            continue
        twin = end.rows(**{end.column: survivor})
        for column in columns:
            if column != end.column:
                twin = twin.filter(same_value(column, nulls_are_equal=nulls_are_equal))
        yield Q(Exists(twin))


def same_value(column: str, *, nulls_are_equal: bool) -> Any:
    """The inner row has the outer row's value in the column."""
    if not nulls_are_equal:
        return Q(**{column: OuterRef(column)})
    both_empty = Q(**{f"{column}__isnull": True}) & Q(IsNull(OuterRef(column), True))
    return Q(**{column: OuterRef(column)}) | both_empty


def unique_sets(model: type[models.Model]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The columns that are unique together, and whether two empty values count as equal."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            yield tuple(constraint.fields), constraint.nulls_distinct is False
    for columns in model._meta.unique_together:
        yield tuple(columns), False
    for field in model._meta.local_fields:
        if field.unique and not field.primary_key:
            yield (field.name,), False


def move_untracked(
    end: End, rows: "models.QuerySet[Any]", loser: UUID, survivor: UUID, changes: "ChangeSet"
) -> None:
    """Move rows without triggers and write into the ledger what triggers would have written."""
    ids = list(rows.values_list("pk", flat=True))
    if ids:
        end.rows(pk__in=ids).update(**{end.column: survivor})
        file_moved(end, ids, loser, survivor, changes)


def file_moved(end: End, ids: list[Any], before: UUID, after: UUID, changes: "ChangeSet") -> None:
    """Tell the ledger that these rows name another record now."""
    quote, meta = connection.ops.quote_name, end.model._meta
    place = {"key": quote(str(meta.pk.column)), "table": quote(meta.db_table)}  # type: ignore[union-attr]
    values = {
        "set": changes.pk,
        "before": before,
        "after": after,
        "table": meta.db_table,
        "column": meta.get_field(end.column).column,  # type: ignore[union-attr]
        "ids": ids,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FILE.format(**place), values)


def drop_loops(ends: list[End], survivor: UUID) -> None:
    """A record is not related to itself: such links go, such references become empty."""
    by_model: dict[type[models.Model], list[str]] = {}
    for end in ends:
        by_model.setdefault(end.model, []).append(end.column)
    for model, columns in by_model.items():
        rows = model._base_manager
        if issubclass(model, Record):
            for column in columns:
                rows.filter(pk=survivor, **{column: survivor}).update(**{column: None})
            continue
        for index, column in enumerate(columns):
            for other in columns[index + 1 :]:
                rows.filter(**{column: survivor, other: survivor}).delete()


def move_contact_points(loser: UUID, survivor: UUID) -> None:
    """Behind the survivor's own; what it has in another spelling stays with the loser."""
    own = ContactPoint.objects.filter(record=survivor, type=OuterRef("type"), key=OuterRef("key"))
    rows = ContactPoint.objects.filter(record=loser).exclude(Exists(own))
    _append(rows, survivor, ContactPoint)


def move_addresses(loser: UUID, survivor: UUID) -> None:
    """Behind the survivor's own; equal ones stay with the loser."""
    parts = ("street", "street2", "postcode", "city", "country")
    own = Address.objects.filter(
        record=survivor, **{f"{part}__iexact": OuterRef(part) for part in parts}
    )
    _append(Address.objects.filter(record=loser).exclude(Exists(own)), survivor, Address)


def _append(rows: Any, survivor: UUID, model: type[Any]) -> None:
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        return
    own = model.objects.filter(record=survivor)
    highest = own.aggregate(last=Max("position"))["last"]
    behind = 0 if highest is None else highest + 1
    model.objects.filter(pk__in=ids).update(record=survivor, position=F("position") + behind)


register_mover(ContactPoint, move_contact_points)
register_mover(Address, move_addresses)
