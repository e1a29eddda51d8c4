"""Expression indexes for custom fields that are searched or sorted often, built while all work.

They are no part of the migrations: which there are, the account decides. Names begin with `cf_`
and a piece of the field's id, and change with its type.
"""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import connection
from django.db.models import Index
from django.db.models.functions import Upper

from orbita.records.fields.custom import TYPES, make_field
from orbita.records.models import CustomField, Record


def is_indexable(type_: str) -> bool:
    """Whether fields of this type have an index of their own; the others share the GIN index."""
    return bool(TYPES[type_].indexable)


def prefix(definition_id: Any) -> str:
    """How the names of the field's indexes begin."""
    return f"cf_{str(definition_id).replace('-', '')[-16:]}_"


def indexes(definition: CustomField) -> list[Index]:
    """The indexes that the field wants: one per order, and for texts one for pieces of them."""
    if not definition.is_indexed or not is_indexable(definition.type):
        return []
    field = make_field(definition)
    name = f"{prefix(definition.pk)}{definition.type[:6]}"
    where = definition.holders
    found: list[Index] = [
        Index(key, "id", name=f"{name}{number}", condition=where)
        for number, key in enumerate(field.sort_keys())
    ]
    if hasattr(field.filter(), "text"):
        pieces = OpClass(Upper(field.sql()), "gin_trgm_ops")
        found.append(GinIndex(pieces, name=f"{name}t", condition=where))
    return found


def are_built(definition: CustomField) -> bool:
    """Whether the field has all the indexes that it wants, and wants some."""
    wanted = indexes(definition)
    there = existing(definition.pk) if wanted else {}
    return bool(wanted) and all(there.get(index.name) for index in wanted)


def sync_indexes(definition_id: Any) -> None:
    """Build the indexes that the field wants and has not, drop those that it does not want."""
    definition = CustomField.objects.in_use().filter(pk=definition_id).first()
    wanted = {index.name: index for index in (indexes(definition) if definition else [])}
    there = existing(definition_id)
    for name, is_valid in there.items():
        if name not in wanted or not is_valid:
            _run(f'DROP INDEX {_concurrently()} IF EXISTS "{name}"')
    for name, index in wanted.items():
        if not there.get(name):
            with connection.schema_editor(atomic=False) as editor:
                editor.add_index(Record, index, concurrently=bool(_concurrently()))  # type: ignore[call-arg]
    if wanted:
        _run("ANALYZE records_record")


def existing(definition_id: Any) -> dict[str, bool]:
    """The field's indexes by name, and whether they were built to the end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE i.indrelid = 'records_record'::regclass AND starts_with(c.relname, %s)",
            [prefix(definition_id)],
        )
        return dict(cursor.fetchall())


def _concurrently() -> str:
    """Without a lock on the table, unless a transaction is open, which tests have."""
    return "" if connection.in_atomic_block else "CONCURRENTLY"


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
