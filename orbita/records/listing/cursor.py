"""Where a page begins: the sort key and the id of the row beside it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core import signing
from django.db.models import Value
from django.db.models.functions import Cast, Collate

if TYPE_CHECKING:
    from orbita.records.fields.base import Ordering


@dataclass
class Cursor:
    """A place in the order; `empty` says that it lies among the rows without a value."""

    empty: bool
    key: Any
    pk: UUID

    @classmethod
    def read(cls, token: str, scope: str) -> "Cursor | None":
        """The cursor of a token; None for an empty, foreign or forged one: the first page.

        `scope` names the list and its order. Tokens are signed, so that the key always has the
        type of the column that it is compared with.
        """
        try:
            empty, key, pk = signing.loads(token, salt=f"cursor:{scope}")
            return cls(bool(empty), key, UUID(pk))
        except (signing.BadSignature, ValueError, TypeError):
            return None

    def write(self, scope: str) -> str:
        """A token for an address."""
        key = None if self.empty else plain(self.key)
        return signing.dumps([self.empty, key, str(self.pk)], salt=f"cursor:{scope}")


def plain(key: Any) -> Any:
    """A sort key as JSON; PostgreSQL reads it back as the type that it compares with."""
    return key if isinstance(key, str | int) or key is None else str(key)


def like(ordering: "Ordering", value: Any) -> Any:
    """The value compared in the way of the sort key."""
    if isinstance(ordering.expression, Collate):
        collate: Any = ordering.expression
        return Collate(Value(value), collate.collation)
    if isinstance(ordering.expression, Cast):
        return Cast(Value(value), ordering.expression.output_field)
    return Value(value)
