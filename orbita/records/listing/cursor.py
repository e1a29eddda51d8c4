"""Where a page begins: the sort key and the id of the row beside it."""

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

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
    def read(cls, token: str) -> "Cursor | None":
        """The cursor of a token; None for an empty or damaged one, which means the first page."""
        try:
            padded = token + "=" * (-len(token) % 4)
            empty, key, pk = json.loads(base64.urlsafe_b64decode(padded.encode()))
            return cls(bool(empty), key, UUID(pk))
        except (ValueError, TypeError):
            return None

    def write(self) -> str:
        """A token for an address."""
        key = None if self.empty else plain(self.key)
        text = json.dumps([self.empty, key, str(self.pk)])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


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
