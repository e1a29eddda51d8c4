"""What the undo must know of a tracked table, read from its model."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection, models

from orbita.records.models import Record
from orbita.records.triggers import record_columns, tracked_models

RECORD = Record._meta.db_table
PLAIN = {"owner_id", "visibility", "source_id", "deleted_at", "deleted_by_id"}
"""Columns of a record from which neither its name nor its searchable text follows."""
SEARCHED = {"records_contactpoint", "records_address"}
"""Satellites whose words are in the record's searchable text."""


def quoted(name: str) -> str:
    """The name as SQL takes it."""
    return str(connection.ops.quote_name(name))


@dataclass(frozen=True)
class Table:
    """One tracked table."""

    model: type[models.Model]

    @property
    def name(self) -> str:
        """Its name in the database."""
        return self.model._meta.db_table

    @property
    def sql(self) -> str:
        """Its name as SQL takes it."""
        return quoted(self.name)

    @property
    def key(self) -> str:
        """The column of the primary key."""
        return str(self.model._meta.pk.column)  # type: ignore[union-attr]

    @property
    def key_type(self) -> str:
        """The type to which the ledger's text of a key is cast."""
        key: Any = self.model._meta.pk
        return str(key.rel_db_type(connection) if key.remote_field is None else "uuid")

    @cached_property
    def fields(self) -> dict[str, models.Field]:
        """The model's fields by column."""
        return {str(f.column): f for f in self.model._meta.local_concrete_fields}

    @property
    def skipped(self) -> list[str]:
        """The columns that the ledger does not keep."""
        return list(getattr(self.model, "ledger_skip", ()))

    @property
    def is_record(self) -> bool:
        """Whether it holds columns of records themselves, and not of what hangs on them."""
        key: Any = self.model._meta.pk
        return self.name == RECORD or key.remote_field is not None

    @property
    def keeps_all(self) -> bool:
        """Whether the ledger has whole rows, so that a removed one can be put back."""
        return not self.is_record and not self.skipped

    @property
    def references(self) -> list[tuple[str, str, str, str]]:
        """Foreign keys: column, the other table, its key and the key's type."""
        found = []
        for column, f in self.fields.items():
            if isinstance(f, models.ForeignKey) and getattr(f, "db_constraint", True):
                target = f.target_field
                other = quoted(target.model._meta.db_table)
                found.append(
                    (column, other, quoted(str(target.column)), str(f.db_type(connection)))
                )
        return found

    @property
    def ends(self) -> tuple[str, ...]:
        """The columns that name records, where a row concerns several of them; else none."""
        columns = record_columns(self.model)
        return columns if len(columns) > 1 else ()


def tables() -> dict[str, Table]:
    """Every tracked table by its name."""
    return {model._meta.db_table: Table(model) for model in tracked_models()}
