"""Writing a planned chunk: COPY for new records, one UPDATE a table for changed ones."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.models import F
from django.db.models.expressions import DatabaseDefault
from django.db.models.functions import Now

from orbita.imports.building import search_text
from orbita.records.duplicates.noticing import notice
from orbita.records.models import Record
from orbita.records.saving import reindex, store_pending

if TYPE_CHECKING:
    from orbita.imports.plans import Change, Chunk
    from orbita.records.fields import Field
    from orbita.records.kinds import Kind
    from orbita.records.models import ChangeSet

Fields = dict[str, dict[str, "Field"]]


def write(chunk: "Chunk", fields: Fields, *, changes: "ChangeSet") -> None:
    """Write all that the chunk plans, inside the caller's transaction and change set."""
    new: dict[Kind, list[Any]] = defaultdict(list)
    for kind, record in chunk.new:
        record.changeset = changes
        new[kind].append(record)
    for kind, records in new.items():
        create(kind, fields[kind.key], records)
    changed: dict[Kind, list[Change]] = defaultdict(list)
    for change in chunk.changes:
        changed[change.kind].append(change)
    for kind, some in changed.items():
        update(fields[kind.key], some)
    notice(chunk.notices, changes)


def create(kind: "Kind", fields: "dict[str, Field]", records: Sequence[Any]) -> None:
    """Store new records of one kind with their satellites."""
    for record in records:
        record.search_text = search_text(kind, fields, record)
    copy(Record, records)
    copy(kind.model, records)
    for record in records:
        record._state.adding = False
    for model, rows in satellites(fields, records).items():
        copy(model, rows)
    store_pending(records, fields)


def satellites(fields: "dict[str, Field]", records: Sequence[Any]) -> dict[Any, list[Any]]:
    """The satellite rows of new records by model; what a field must store itself stays pending."""
    found: dict[Any, list[Any]] = defaultdict(list)
    for key in dict.fromkeys(key for record in records for key in record.pending):
        having = [record for record in records if key in record.pending]
        rows = fields[key].new_rows([(record, record.pending[key]) for record in having])
        if rows is None:
            continue
        for record in having:
            del record.pending[key]
        for row in rows:
            found[type(row)].append(row)
    return found


def copy(model: type[models.Model], rows: Sequence[Any]) -> None:
    """COPY the model's own columns of the rows; what the database has a default for it sets."""
    columns = [f for f in model._meta.local_concrete_fields if not _left_to_database(f, rows[0])]
    names = ", ".join(connection.ops.quote_name(str(f.column)) for f in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    getters = [_getter(f) for f in columns]
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as into,
    ):
        for row in rows:
            into.write_row([getter(row) for getter in getters])


def _left_to_database(field: models.Field, row: Any) -> bool:
    if isinstance(getattr(row, field.attname), DatabaseDefault):
        return True
    return isinstance(field, models.AutoField)


_PLAIN = (models.CharField, models.TextField, models.UUIDField, models.ForeignKey)
_USUAL = (models.Field.get_db_prep_save, models.ForeignKey.get_db_prep_save)


def _getter(field: models.Field) -> Callable[[Any], Any]:
    """How a row's value comes out as the driver takes it: the short way where that is safe."""
    get = attrgetter(field.attname)
    if type(field).get_db_prep_save in _USUAL:
        if isinstance(field, _PLAIN):
            return get
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
