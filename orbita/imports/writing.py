"""Writing a planned chunk: COPY for new records, one UPDATE a table for changed ones."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.models import F
from django.db.models.expressions import DatabaseDefault
from django.db.models.functions import Now

from orbita.imports.building import derive
from orbita.imports.plans import Store
from orbita.records.duplicates.noticing import notice
from orbita.records.fields.base import Rows
from orbita.records.models import Record
from orbita.records.saving import reindex, store_pending

if TYPE_CHECKING:
    from uuid import UUID

    from orbita.imports.plans import Change, Chunk
    from orbita.records.fields import Field
    from orbita.records.kinds import Kind
    from orbita.records.models import ChangeSet

Fields = dict[str, dict[str, "Field"]]


def write(chunk: "Chunk", fields: Fields, *, changes: "ChangeSet") -> None:
    """Write all that the chunk plans, inside the caller's transaction and change set."""
    for store in stores(chunk, fields, changes.pk) if chunk.ready is None else chunk.ready:
        for rows in store.tables:
            copy(rows)
        for record in store.records:
            record._state.adding = False
        store_pending(store.records, fields[store.kind.key])
    changed: dict[Kind, list[Change]] = defaultdict(list)
    for change in chunk.changes:
        changed[change.kind].append(change)
    for kind, some in changed.items():
        update(fields[kind.key], some)
    notice(chunk.notices, changes)


def make_ready(chunk: "Chunk", fields: Fields, changeset_id: "UUID") -> None:
    """Work out ahead of its turn what is stored of the chunk's new records."""
    chunk.ready = [
        Store(
            store.kind,
            store.records,
            [rows._replace(values=list(rows.values)) for rows in store.tables],
        )
        for store in stores(chunk, fields, changeset_id)
    ]


def stores(chunk: "Chunk", fields: Fields, changeset_id: "UUID") -> Iterator[Store]:
    """The new records of the chunk, kind by kind in the order of their making."""
    new: dict[Kind, list[Any]] = defaultdict(list)
    for kind, record in chunk.new:
        record.changeset_id = changeset_id
        new[kind].append(record)
    for kind, records in new.items():
        of_kind = fields[kind.key]
        for record in records:
            derive(kind, of_kind, record)
        own = [row_values(Record, records), row_values(kind.model, records)]
        yield Store(kind, records, own + satellites(of_kind, records))


def satellites(fields: "dict[str, Field]", records: Sequence[Any]) -> list[Rows]:
    """The satellite rows of new records by table; what a field must store itself stays pending."""
    pending: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for record in records:
        for key, value in record.pending.items():
            pending[key].append((record, value))
    found: dict[Any, list[Iterable[tuple[Any, ...]]]] = defaultdict(list)
    for key, pairs in pending.items():
        rows = fields[key].new_rows(pairs)
        if rows is None:
            continue
        for record, _value in pairs:
            del record.pending[key]
        found[rows.model, rows.columns].append(rows.values)
    return [
        Rows(model, columns, chain.from_iterable(values))
        for (model, columns), values in found.items()
    ]


def copy(rows: Rows) -> None:
    """COPY the rows; what is not among their columns the database sets."""
    names = ", ".join(connection.ops.quote_name(column) for column in rows.columns)
    table = connection.ops.quote_name(rows.model._meta.db_table)
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as into,
    ):
        for row in rows.values:
            into.write_row(row)


def row_values(model: type[models.Model], rows: Sequence[Any]) -> Rows:
    """The model's own columns of the rows, without those that the database has a default for."""
    columns = [f for f in model._meta.local_concrete_fields if not _left_to_database(f, rows[0])]
    getters = [(place, getter) for place, f in enumerate(columns) if (getter := _getter(f))]
    names = [f.attname for f in columns]

    def values() -> Iterator[tuple[Any, ...]]:
        for row in rows:
            one = [getattr(row, name) for name in names]
            for place, getter in getters:
                one[place] = getter(row)
            yield tuple(one)

    return Rows(model, tuple(str(f.column) for f in columns), values())


def _left_to_database(field: models.Field, row: Any) -> bool:
    if isinstance(getattr(row, field.attname), DatabaseDefault):
        return True
    return isinstance(field, models.AutoField)


_PLAIN = (models.CharField, models.TextField, models.UUIDField, models.ForeignKey)
_USUAL = (models.Field.get_db_prep_save, models.ForeignKey.get_db_prep_save)


def _getter(field: models.Field) -> Callable[[Any], Any] | None:
    """How a row's value comes out as the driver takes it; None = it is there as it is."""
    get = attrgetter(field.attname)
    if type(field).get_db_prep_save in _USUAL:
        if isinstance(field, _PLAIN):
            return None
        if isinstance(field, models.IntegerField):
            return lambda row: None if (value := get(row)) is None else int(value)
    return lambda row: _prepared(field, row)


def _prepared(field: models.Field, row: Any) -> Any:
    return field.get_db_prep_save(field.pre_save(row, True), connection)


def update(fields: "dict[str, Field]", changes: "Sequence[Change]") -> None:
    """Give stored records of one kind their new values: only the columns that differ."""
    touched: dict[models.Field, None] = {}
    records = []
    for change in changes:
        record = change.record
        before = {f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields}
        for key, value in change.values.items():
            fields[key].assign(record, value)
        record.derive()
        for column in record._meta.concrete_fields:
            if getattr(record, column.attname) != before[column.attname]:
                touched[column] = None
        records.append(record)
    for table_columns in _by_model(touched).values():
        update_columns(table_columns, records)
    Record.objects.filter(pk__in=[record.pk for record in records]).update(
        version=F("version") + 1, updated_at=Now()
    )
    store_pending(records, fields)
    reindex(records)


def _by_model(columns: Iterable[models.Field]) -> dict[Any, list[models.Field]]:
    found: dict[Any, list[models.Field]] = defaultdict(list)
    for column in columns:
        found[column.model].append(column)
    return found


def update_columns(columns: Sequence[models.Field], rows: Sequence[Any]) -> None:
    """One UPDATE of some columns of one table from arrays of values."""
    quote = connection.ops.quote_name
    meta = columns[0].model._meta
    key = quote(str(meta.pk.column))
    types = [column.db_type(connection) for column in columns]
    sets = ", ".join(f"{quote(str(c.column))} = v.c{i}" for i, c in enumerate(columns))
    names = ", ".join(["k", *(f"c{i}" for i in range(len(columns)))])
    arrays = ", ".join(["%s::uuid[]", *(f"%s::{type_}[]" for type_ in types)])
    values: list[Any] = [[row.pk for row in rows]]
    values += [[_prepared(column, row) for row in rows] for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(meta.db_table)} t SET {sets} "  # noqa: S608 - names of our own columns
            f"FROM unnest({arrays}) v({names}) WHERE t.{key} = v.k",
            values,
        )
