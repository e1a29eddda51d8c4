"""Finding records by words: in a list, over all kinds, while one types.

Words are compared without case, diacritics and order; phones and NIPs by their digits. A record
that the viewer may not open is found by its name alone.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    IntegerField,
    Q,
    Value,
    When,
)
from django.db.models.expressions import RawSQL

from orbita.records.access import RecordQuerySet, having_access
from orbita.records.kinds import kinds
from orbita.records.listing.probing import run_all
from orbita.records.models import Record, Visibility
from orbita.records.words import contains, longest_run
from orbita.ui.text import fold, search_words

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

MAX_WORDS = 8
CANDIDATES = 200
NEWEST = 2_000
BEGINNING = (
    "SELECT hit.pk FROM unnest(%s::text[]) AS entry (kind) CROSS JOIN LATERAL ({rows}) AS hit (pk)"
)
CONTAINING = "(SELECT newest.pk FROM ({rows}) AS newest (pk, hit) WHERE newest.hit LIMIT %s)"


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
    return everywhere & (Q(visibility=Visibility.PUBLIC) | having_access(viewer) | in_title)


def suggest(
    viewer: "User", query: str, *, kind: str = "", limit: int = 10, exclude: Any = None
) -> list[Record]:
    """The best records for what was typed so far: names that begin so, then those that contain it.

    At most three queries. Those that contain it are looked for among the newest records first: a
    common syllable is found there, and only a rare one is worth the trigram index.
    """
    chosen = [kinds.by_key(kind)] if kind else kinds.for_viewer(viewer)
    rows = listed(viewer, kind)
    if exclude is not None:
        rows = rows.exclude(pk=exclude)
    typed, words = fold(query), search_words(query)
    if not typed or not chosen:
        return []
    containing = words_condition(query, viewer) if any(map(longest_run, words)) else None
    found = beginnings_and_newest(rows, containing, typed, chosen, limit)
    if len(found) < limit and containing is not None:
        rest = rows.order_by().filter(containing).exclude(pk__in=found)
        found += rest.values_list("pk", flat=True)[:CANDIDATES]
    if not found:
        return []
    ranked = rows.with_openness(viewer).filter(pk__in=found).annotate(rank=rank(typed, words))
    return list(ranked.order_by("rank", "title_key", "pk")[:limit])


def beginnings_and_newest(
    rows: RecordQuerySet, containing: Q | None, typed: str, chosen: Sequence["Kind"], limit: int
) -> list[Any]:
    """Ids of names that begin with what was typed, and of newest records that contain it.

    Names begin so along the index of each kind: all kinds together would have to be sorted.
    """
    beginning = rows.filter(kind=RawSQL("entry.kind", ()), title_key__startswith=typed)
    ordered = beginning.order_by("title_key").values_list("pk")[:limit]
    parts: list[tuple[str, Any, Any, Any]] = [
        (BEGINNING, [[kind.key for kind in chosen]], ordered, [])
    ]
    if containing is not None:
        hit = ExpressionWrapper(containing, output_field=BooleanField())
        newest = rows.order_by("-created_at" if len(chosen) == 1 else "-pk").annotate(hit=hit)
        parts.append((CONTAINING, [], newest.values_list("pk", "hit")[:NEWEST], [CANDIDATES]))
    return list(dict.fromkeys(pk for (pk,) in run_all(parts)))


def listed(viewer: "User", kind: str) -> RecordQuerySet:
    """The records that the viewer may know of, of one kind or of all."""
    return Record.objects.listed_for(viewer, kind=kinds.by_key(kind) if kind else None)


def rank(typed: str, words: list[str]) -> Any:
    """0 for names that begin so, 1 where a word begins with the first word typed, 2 within, 3."""
    first = words[0] if words else typed
    return Case(
        When(title_key__startswith=typed, then=Value(0)),
        When(title_key__contains=f" {first}", then=Value(1)),
        When(title_key__contains=first, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )


def search(viewer: "User", query: str, *, kind: str = "", limit: int = 50) -> list[Record]:
    """The records of a search page, best first; one of the exact ID number comes first."""
    found = suggest(viewer, query, kind=kind, limit=limit)
    typed = query.strip()
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 19):
        return found
    rows = Record.objects.readable_by(viewer).with_openness(viewer).filter(number=int(typed))
    exact = list(rows.filter(kind=kind) if kind else rows)
    return exact + [record for record in found if record not in exact]


def recent(viewer: "User", *, kind: str = "", limit: int = 10) -> list[Record]:
    """What the viewer opened last, newest first: what a picker offers before one types."""
    rows = listed(viewer, kind).filter(visits__user=viewer.pk)
    return list(rows.with_openness(viewer).order_by("-visits__at")[:limit])
