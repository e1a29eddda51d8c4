"""Finding records by words: in a list, over all kinds, while one types.

Words are compared without case, diacritics and order; phones and NIPs by their digits. A record
that the viewer may not open is found by its name alone.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat
from django.db.models.lookups import Exact, In

from orbita.records.access import (
    RecordQuerySet,
    Standpoint,
    listed_from,
    openness,
    readable_from,
)
from orbita.records.kinds import kinds
from orbita.records.listing.probing import Part, composed
from orbita.records.merging.survivors import survivor_of_number
from orbita.records.models import Record
from orbita.records.words import like_any, longest_run, patterns
from orbita.ui.questions import Composition, Question, Varies, pattern, value
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


class Exclusion(NamedTuple):
    """Records to leave out: `condition(*values)`, where places may stand for the values."""

    condition: Callable[..., Q]
    values: tuple[Any, ...]

    def __call__(self) -> Q:
        """The condition with its values."""
        return self.condition(*self.values)


def itself(pk: Any) -> Q:
    """The record of this id."""
    return Q(pk=value(pk, "uuid"))


def words_condition(query: str, viewer: "User") -> Q:
    """Records that contain all the words: anywhere in open ones, in the name of the others."""
    words = [patterns(word) for word in search_words(query)[:MAX_WORDS]]
    return containing_all(words, Standpoint.of(viewer))


def containing_all(words: Iterable[Sequence[Any]], here: Standpoint) -> Q:
    """The same for the patterns of each word and a standpoint, or for their places."""
    everywhere, in_title = Q(), Q()
    for word in words:
        everywhere &= like_any("search_text", word)
        in_title &= like_any("title_key", word)
    if here.is_administrator:
        return everywhere
    return everywhere & (readable_from(here) | in_title)


def suggest(
    viewer: "User", query: str, *, kind: str = "", limit: int = 10, but: Exclusion | None = None
) -> list[Record]:
    """The best records for what was typed so far: names that begin so, then those that contain it.

    Two queries: one for ids, one for the rows with what tells them apart (see `hints`). Those that
    contain it are looked for among the newest records first: a common syllable is found there, and
    only for a rare one the trigram index is asked. Records that fulfil `but` are left out.
    """
    typed, words = fold(query), search_words(query)
    if not typed:
        return []
    hits = sorted(
        candidates(viewer, kind, typed, words, limit, but),
        key=lambda hit: (rank(hit[2], typed, words), hit[2], hit[0]),
    )
    return with_details([(pk, of_kind) for pk, of_kind, _title in hits[:limit]], viewer)


def candidates(
    viewer: "User",
    kind: str,
    typed: str,
    words: Sequence[str],
    limit: int,
    but: Exclusion | None = None,
) -> set[Hit]:
    """Names that begin with what was typed, newest records that contain it, else any that do.

    They are of one kind, or of all. Only a word with a run of letters can be contained in others.
    """
    chosen = [one.key for one in kinds.for_viewer(viewer) if kind in ("", one.key)]
    if not chosen:
        return set()
    here = Standpoint.of(viewer)
    found = [patterns(word) for word in words[:MAX_WORDS]] if any(map(longest_run, words)) else []
    rows = TYPED.rows(
        (),
        tuple(chosen),
        tuple(map(len, found)),
        limit,
        but and but.condition,
        here.is_administrator,
        *map(Varies, here[1:]),
        Varies(pattern(typed)),
        *(Varies(one) for word in found for one in word),
        *map(Varies, but.values if but else ()),
    )
    return set(rows)


def _typed(
    _ids: Any,
    chosen: Sequence[str],
    lengths: Sequence[int],
    limit: int,
    but: Callable[..., Q] | None,
    is_administrator: bool,
    viewer: Any,
    people: Any,
    teams: Any,
    typed: Any,
    *more: Any,
) -> tuple[str, list[Any]]:
    """The statement behind `candidates`; its last part runs only if the others find too little.

    Names begin so along the index of each kind: all kinds together would have to be sorted. The
    newest are those that `but` leaves out too: a record tied to the 20,000 newest would have to
    step over them all.
    """
    here, places = Standpoint(is_administrator, viewer, people, teams), iter(more)
    words = [list(islice(places, length)) for length in lengths]
    less = ~but(*places) if but else Q()
    rows = Record.objects.live().filter(listed_from(here))
    beginning = rows.filter(less).filter(kind=RawSQL("entry.kind", ()), title_key__like=typed)
    ordered = beginning.order_by("title_key").values_list("pk", "kind", "title_key")[:limit]
    parts: list[Part] = [(BEGINNING, [list(chosen)], ordered, [])]
    rest: list[Part] = []
    if words:
        containing = containing_all(words, here) & less
        hit = ExpressionWrapper(containing, output_field=BooleanField())
        newest = of_kinds(rows, chosen).order_by("-created_at" if len(chosen) == 1 else "-pk")
        first = newest.annotate(hit=hit).values_list("pk", "kind", "title_key", "hit")[:NEWEST]
        parts.append((CONTAINING, [], first, [CANDIDATES]))
        others = anywhere(rows, chosen).filter(containing).order_by()
        rest.append((REST, [], others.values_list("pk", "kind", "title_key")[:CANDIDATES], [limit]))
    return composed(parts, rest, name="near")


TYPED = Composition(_typed)


def of_kinds(rows: RecordQuerySet, chosen: Sequence[str]) -> RecordQuerySet:
    """Those of these kinds; one kind is one equality, which the planner estimates better."""
    return rows.filter(kind=chosen[0]) if len(chosen) == 1 else rows.filter(kind__in=chosen)


def anywhere(rows: RecordQuerySet, chosen: Sequence[str]) -> RecordQuerySet:
    """Those of these kinds, where the rows are found by their text alone (see `of_kinds_for`)."""
    column = Concat("kind", Value(""))
    if len(chosen) > 1:
        return rows.filter(In(column, list(chosen)))
    return rows.filter(Exact(column, Value(chosen[0])))


def with_details(hits: Sequence[tuple[UUID, str]], viewer: "User") -> list[Record]:
    """The records in this order, with `is_open`, their kind's own rows and what hints join.

    They were let through by a door, so they are not asked for by it again.
    """
    from orbita.records.hints import joins

    if not hits:
        return []
    found = {key for _pk, key in hits}
    paths = joins([kind for kind in kinds if kind.key in found], viewer)
    here = Standpoint.of(viewer)
    rows = DETAILED.objects(
        [pk for pk, _kind in hits], tuple(paths), here.is_administrator, *map(Varies, here[1:])
    )
    by_id = {row.pk: row for row in rows}
    return [by_id[pk] for pk, _kind in hits if pk in by_id]


def _detailed(ids: Any, paths: Sequence[str], *here: Any) -> Any:
    rows = Record.objects.filter(pk__among=ids).order_by()
    return rows.annotate(is_open=openness(Standpoint(*here))).select_related(*paths)


DETAILED = Question(_detailed)


def listed(viewer: "User", kind: str) -> RecordQuerySet:
    """The records that the viewer may know of, of one kind or of all."""
    return Record.objects.listed_for(viewer, kind=kinds.by_key(kind) if kind else None)


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
    viewer: "User", *, kind: str = "", limit: int = 10, but: Exclusion | None = None
) -> list[Record]:
    """What the viewer opened last, newest first: what a picker offers before one types."""
    rows = listed(viewer, kind).filter(visits__user=viewer.pk)
    if but is not None:
        rows = rows.filter(~but())
    return list(rows.with_openness(viewer).order_by("-visits__at")[:limit])
