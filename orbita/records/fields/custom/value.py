"""What all custom values share: where they are kept, and how they are read and written."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import F, Func, Q

from orbita.records.fields.base import Ordering, PastResolver
from orbita.records.models import CustomField

if TYPE_CHECKING:
    from orbita.accounts.models import User


class CustomValue:
    """Mix-in: reads and writes `record.custom` instead of a column."""

    definition: CustomField
    bulk = True
    indexable = False
    """Whether an expression index can serve filters and order; options have the GIN index."""

    @cached_property
    def name(self) -> str:
        """The key in the JSON."""
        return str(self.definition.pk)

    def value(self, record: Any) -> Any:
        """The stored value in Python's type."""
        return self.stored(record.custom.get(self.name))

    def stored(self, raw: Any) -> Any:
        """A stored JSON value in Python's type; None for nothing and for what cannot be read."""
        if raw is None:
            return None
        try:
            return self.read(raw)
        except (ValueError, TypeError, ArithmeticError, AttributeError, LookupError):
            return None

    def read(self, raw: Any) -> Any:
        """A stored JSON value in Python's type; may raise for one of another type."""
        if not isinstance(raw, str):
            raise TypeError(raw)
        return raw

    def write(self, value: Any) -> Any:
        """A value in a JSON type."""
        return value

    def assign(self, record: Any, value: Any) -> None:
        """Store the value; an empty one leaves no key behind."""
        custom = dict(record.custom)
        raw = self.raw(value)
        if raw is None:
            custom.pop(self.name, None)
        else:
            custom[self.name] = raw
        record.custom = custom

    def raw(self, value: Any) -> Any:
        """The value as it is stored; None where the key is left out."""
        return None if value in (None, "", []) else self.write(value)

    def differs(self, value: Any, viewer: "User") -> Q:
        """Rows with another value under the key, or without it."""
        raw = self.raw(value)
        if raw is None:
            return Q(custom__has_key=self.name)
        return ~Q(custom__has_key=self.name) | ~Q(**{f"custom__{self.name}": raw})

    def set_many(self, ids: Sequence[Any], value: Any) -> None:
        """Put the value under the key, or take the key away."""
        from orbita.records.many import set_custom

        set_custom(self.kind, ids, self.name, self.raw(value))  # type: ignore[attr-defined]

    def shown(self, value: Any) -> Any:
        """The value as the form field wants it at first."""
        return value

    def initial(self, record: Any) -> Any:
        """What the form field shows for a record that exists."""
        return self.shown(self.value(record))

    def default(self, viewer: "User") -> Any:
        """What an add form shows: the default of the definition."""
        return self.shown(self.stored(self.definition.default))

    def past(self, raw: Any, resolver: PastResolver) -> str:
        """A stored value as people read it."""
        return self.text(self.stored(raw))  # type: ignore[attr-defined,no-any-return]

    def ordering(self, expression: Any) -> Ordering:
        """Sorting by an expression; without an index of the field by the keys that there are."""
        has_index = self.definition.is_indexed and self.indexable
        key = "" if has_index else self.name
        return Ordering(expression, path=f"custom__{self.name}", key=key)

    def sort_keys(self) -> list[Any]:
        """The expressions by which lists sort in each language, for the index of the field."""
        return []


class Inside(Func):
    """A piece of SQL about the value of one key; {custom} stands for the JSON, {key} for the key.

    The text is the same wherever it is used, so that an index on it serves the lists.
    """

    def __init__(self, sql: str, key: str, **options: Any) -> None:
        super().__init__(F("custom"), **options)
        self.sql, self.key = sql, key

    def as_sql(self, compiler: Any, connection: Any, **options: Any) -> Any:  # type: ignore[override]
        """The SQL with the name of the column and the key in it."""
        column, params = compiler.compile(self.source_expressions[0])
        literal = "'" + self.key.replace("'", "''") + "'"
        text = self.sql.replace("{custom}", column).replace("{key}", literal)
        return text, [*params] * self.sql.count("{custom}")
