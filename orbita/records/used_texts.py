"""Texts that a column holds already, offered while one types another one."""

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import get_language

from orbita.records.access import allowed_of
from orbita.records.listing.narrowing import LAST
from orbita.ui.formats import collation
from orbita.ui.text import clean, fold

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.scalars import TextField

MOST = 10
LOOKED_AT = 40
HOLDERS = 25
_STEPS = """
WITH RECURSIVE step (text, number) AS (
    (SELECT {text}, 1 FROM {table} WHERE {text} >= %(first)s AND {text} <= %(last)s
     ORDER BY {text} LIMIT 1)
    UNION ALL
    SELECT next.text, step.number + 1 FROM step CROSS JOIN LATERAL (
        SELECT {text} AS text FROM {table} WHERE {text} > step.text AND {text} <= %(last)s
        ORDER BY {text} LIMIT 1
    ) next WHERE step.number < %(steps)s
)
SELECT step.text, ARRAY(
    SELECT {key} FROM {table} WHERE {text} = step.text ORDER BY {text}, {key} LIMIT %(holders)s
) FROM step
"""
"""From each text to the next one in the index of the alphabet, however many records share one."""


def used_texts(field: "TextField", typed: str, viewer: "User") -> list[str]:
    """The texts that begin with what was typed, in the order of the alphabet; at most ten.

    Only texts of records that the viewer may open. The look is bounded: the first forty texts, and
    of each the 25 oldest records that hold it. The column wants an index for each alphabet that
    ends with the key, as columns have by which lists are sorted.
    """
    typed = clean(typed)
    if not typed or field.kind is None:
        return []
    found = _texts(field, typed)
    known = allowed_of(viewer, {pk for _text, holders in found for pk in holders}, to="view")
    texts: dict[str, str] = {}
    for text, holders in found:
        if fold(text).startswith(fold(typed)) and not known.isdisjoint(holders):
            texts.setdefault(fold(text), text)
    return list(texts.values())[:MOST]


def _texts(field: "TextField", typed: str) -> list[tuple[str, list[Any]]]:
    """Texts with the ids of some records that hold them, whoever may open these."""
    meta = field.kind.model._meta  # type: ignore[union-attr]
    column: Any = meta.get_field(field.path.rpartition("__")[2])
    key: Any = meta.pk
    quote = connection.ops.quote_name
    statement = _STEPS.format(
        table=quote(meta.db_table),
        key=quote(key.column),
        text=f"({quote(column.column)} COLLATE {quote(collation(get_language() or ''))})",
    )
    edges = {"first": typed.lower(), "last": typed.lower() + LAST}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**edges, "steps": LOOKED_AT, "holders": HOLDERS})
        return list(cursor.fetchall())
