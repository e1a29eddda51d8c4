"""Finding records by words: in a list, over all kinds, while one types.

Words are compared without case, diacritics and order; phones and NIPs by their digits. A record
that the viewer may not open is found by its name alone.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat
from django.db.models.lookups import Exact

from orbita.records.access import RecordQuerySet, Standpoint, readable_from
from orbita.records.kinds import kinds
from orbita.records.listing.probing import Part, run_all
from orbita.records.merging.survivors import survivor_of_number
from orbita.records.models import Record
from orbita.records.words import contains, longest_run
from orbita.ui.text import fold, search_words

if TYPE_CHECKING:
    from orbita.accounts.models import User

MAX_WORDS = 8
CANDIDATES = 200
NEWEST = 2_000
BEGINNING = (
    "SELECT hit.* FROM unnest(%s::text[]) AS entry (kind) CROSS JOIN LATERAL ({rows})"
    " AS hit (pk, kind, title_key)"
)
CONTAINING = (
    "(SELECT newest.pk, newest.kind, newest.title_key"
    " FROM ({rows}) AS newest (pk, kind, title_key, hit) WHERE newest.hit LIMIT %s)"
)
REST = (
    "SELECT * FROM near UNION ALL"
    " (SELECT * FROM ({rows}) AS rest WHERE %s > (SELECT count(*) FROM near))"
)
Hit = tuple[UUID, str, str]
"""Id, kind and folded title."""


def words_condition(query: str, viewer: "User") -> Q:
    """Records that contain all the words: anywhere in open ones, in the name of the others."""
    words = search_words(query)[:MAX_WORDS]
    everywhere = Q()
    in_title = Q()
    for word in words:
        everywhere &= contains("search_text", word)
        in_title &= contains("title_key", word)
    if viewer.is_administrator:
        return everywhere
    return everywhere & (readable_from(Standpoint.of(viewer)) | in_title)


def suggest(
    viewer: "User", query: str, *, kind: str = "", limit: int = 10, but: Q | None = None
) -> list[Record]:
    """The best records for what was typed so far: names that begin so, then those that contain it.

    Two queries: one for ids, one for the rows with what tells them apart (see `hints`). Those that
    contain it are looked for among the newest records first: a common syllable is found there, and
    only for a rare one the trigram index is asked. Records that fulfil `but` are left out.
    """
    typed, words = fold(query), search_words(query)
    if not typed:
        return []
    containing = words_condition(query, viewer) if any(map(longest_run, words)) else None
    hits = sorted(
        candidates(viewer, kind, containing, typed, limit, but),
        key=lambda hit: (rank(hit[2], typed, words), hit[2], hit[0]),
    )
    return with_details([(pk, of_kind) for pk, of_kind, _title in hits[:limit]], viewer)


def candidates(
    viewer: "User",
    kind: str,
    containing: Q | None,
    typed: str,
    limit: int,
    but: Q | None = None,
) -> set[Hit]:
    """Names that begin with what was typed, newest records that contain it, else any that do.

    One statement; its last part runs only when the others have found too little. Names begin so
    along the index of each kind: all kinds together would have to be sorted. The newest are those
    that `but` leaves out too: a record tied to the 20,000 newest would have to step over them all.
    """
    chosen = [kinds.by_key(kind)] if kind else kinds.for_viewer(viewer)
    rows, less = listed(viewer, kind), Q() if but is None else ~but
    beginning = rows.filter(less).filter(kind=RawSQL("entry.kind", ()), title_key__startswith=typed)
    ordered = beginning.order_by("title_key").values_list("pk", "kind", "title_key")[:limit]
    parts: list[Part] = [(BEGINNING, [[kind.key for kind in chosen]], ordered, [])]
    rest: list[Part] = []
    if containing is not None:
        hit = ExpressionWrapper(containing & less, output_field=BooleanField())
        newest = rows.order_by("-created_at" if len(chosen) == 1 else "-pk").annotate(hit=hit)
        first = newest.values_list("pk", "kind", "title_key", "hit")[:NEWEST]
        parts.append((CONTAINING, [], first, [CANDIDATES]))
        found = (anywhere(viewer, kind) if kind else rows).filter(containing & less)
        others = found.order_by().values_list("pk", "kind", "title_key")
        rest.append((REST, [], others[:CANDIDATES], [limit]))
    return set(run_all(parts, rest, name="near"))


def with_details(hits: Sequence[tuple[UUID, str]], viewer: "User") -> list[Record]:
    """The records in this order, with `is_open`, their kind's own rows and what hints join.

    They were let through by a door, so they are not asked for by it again.
    """
    from orbita.records.hints import joins

    if not hits:
        return []
    rows: Any = Record.objects.filter(pk__among=[pk for pk, _kind in hits])
    found_kinds = [kind for kind in kinds if any(kind.key == key for _pk, key in hits)]
    rows = rows.with_openness(viewer).select_related(*joins(found_kinds, viewer))
    by_id = {row.pk: row for row in rows}
    return [by_id[pk] for pk, _kind in hits if pk in by_id]


def listed(viewer: "User", kind: str) -> RecordQuerySet:
    """The records that the viewer may know of, of one kind or of all."""
    return Record.objects.listed_for(viewer, kind=kinds.by_key(kind) if kind else None)


def anywhere(viewer: "User", kind: str) -> RecordQuerySet:
    """As `listed`, of one kind, for rows that are found by their text alone.

    The kind is compared in a form that no index has: the planner would read the index of all
    records of the kind only to lay it over that of the text.
    """
    return listed(viewer, "").filter(Exact(Concat("kind", Value("")), Value(kind)))


def rank(title: str, typed: str, words: list[str]) -> int:
    """0 for names that begin so, 1 where a word begins with the first word typed, 2 within, 3."""
    first = words[0] if words else typed
    if title.startswith(typed):
        return 0
    if f" {first}" in title:
        return 1
    return 2 if first in title else 3


def search(viewer: "User", query: str, *, kind: str = "", limit: int = 50) -> list[Record]:
    """The records of a search page, best first; one of the exact ID number comes first."""
    found = suggest(viewer, query, kind=kind, limit=limit)
    typed = query.strip()
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 19):
        return found
    rows = Record.objects.readable_by(viewer).with_openness(viewer).filter(number=int(typed))
    exact = list(rows.filter(kind=kind) if kind else rows) or merged(int(typed), viewer, kind)
    return exact + [record for record in found if record not in exact]


def merged(number: int, viewer: "User", kind: str) -> list[Record]:
    """The record of which the one with this number became a part."""
    survivor = survivor_of_number(number, viewer, kind=kind)
    if survivor is None:
        return []
    return list(Record.objects.readable_by(viewer).with_openness(viewer).filter(pk=survivor.pk))


def recent(
    viewer: "User", *, kind: str = "", limit: int = 10, but: Q | None = None
) -> list[Record]:
    """What the viewer opened last, newest first: what a picker offers before one types."""
    rows = listed(viewer, kind).filter(visits__user=viewer.pk)
    if but is not None:
        rows = rows.filter(~but)
    return list(rows.with_openness(viewer).order_by("-visits__at")[:limit])
