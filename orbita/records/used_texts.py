"""Texts that records hold already, offered while one types another one."""

from typing import TYPE_CHECKING, Any

from django.db import connection

from orbita.records.access import allowed_of
from orbita.records.indexing import are_built
from orbita.records.listing.narrowing import LAST
from orbita.records.listing.probing import size_of
from orbita.ui.text import clean, fold

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.scalars import TextField

MOST = 10
LOOKED_AT = 40
HOLDERS = 25
FEW = 10_000
"""So many records of a kind may be read for texts that have no index."""
_STEPS = """
WITH RECURSIVE step (text, number) AS (
    (SELECT text, 1 FROM ({rows}) AS held (pk, text) WHERE text >= %(first)s AND text <= %(last)s
     ORDER BY text LIMIT 1)
    UNION ALL
    SELECT next.text, step.number + 1 FROM step CROSS JOIN LATERAL (
        SELECT held.text FROM ({rows}) AS held (pk, text)
        WHERE held.text > step.text AND held.text <= %(last)s
        ORDER BY held.text LIMIT 1
    ) next WHERE step.number < %(steps)s
)
SELECT step.text, ARRAY(
    SELECT held.pk FROM ({rows}) AS held (pk, text) WHERE held.text = step.text
    ORDER BY held.text, held.pk LIMIT %(holders)s
) FROM step
"""
"""From each text to the next one in the index of the alphabet, however many records share one."""
_ALL = """
SELECT text, (array_agg(pk ORDER BY pk))[:%(holders)s] FROM ({rows}) AS held (pk, text)
WHERE text >= %(first)s AND text <= %(last)s GROUP BY text ORDER BY text LIMIT %(steps)s
"""


def used_texts(field: "TextField", typed: str, viewer: "User") -> list[str]:
    """The texts that begin with what was typed, in the order of the alphabet; at most ten.

    Only texts of records that the viewer may open. The look is bounded: the first forty texts, and
    of each the 25 oldest records that hold it. A column wants an index for each alphabet that
    ends with the key, as columns have by which lists are sorted; a field of the account's own
    either has them, or its kind has few records, or nothing is offered.
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
    template = _way(field)
    if not template:
        return []
    rows, of_rows = _named(field.held_texts())
    edges = {"first": typed.lower(), "last": typed.lower() + LAST}
    limits = {"steps": LOOKED_AT, "holders": HOLDERS}
    with connection.cursor() as cursor:
        cursor.execute(template.replace("{rows}", rows), {**of_rows, **edges, **limits})
        return list(cursor.fetchall())


def _way(field: "TextField") -> str:
    """How the texts are found soon; empty where there is no such way."""
    definition = getattr(field, "definition", None)
    if definition is None or are_built(definition):
        return _STEPS
    return _ALL if size_of(field.kind.model._meta.db_table) < FEW else ""  # type: ignore[union-attr]


def _named(rows: Any) -> tuple[str, dict[str, Any]]:
    """A statement whose parameters have names, so that it can stand in another one repeatedly."""
    statement, values = rows.order_by().query.sql_with_params()
    named = {f"row_{place}": value for place, value in enumerate(values)}
    return statement % tuple(f"%({name})s" for name in named), named
