"""Finding records by words: in a list, over all kinds, while one types.

Words are compared without case, diacritics and order; phones and NIPs by their digits. A record
that the viewer may not open is found by its name alone.
"""

from typing import TYPE_CHECKING, Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Collate

from orbita.records.access import RecordQuerySet, having_access
from orbita.records.kinds import kinds
from orbita.records.models import Record, Visibility
from orbita.records.words import contains
from orbita.ui.text import fold, search_words

if TYPE_CHECKING:
    from orbita.accounts.models import User

MAX_WORDS = 8
CANDIDATES = 200


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

    At most three queries. The second one runs only when the first leaves room. Its candidates are
    cut off before they are sorted, so that a common syllable costs no more than a rare name.
    """
    rows = listed(viewer, kind)
    if exclude is not None:
        rows = rows.exclude(pk=exclude)
    typed = fold(query)
    if not typed:
        return []
    beginning = rows.with_openness(viewer).filter(title_key__startswith=typed)
    found = list(beginning.order_by(Collate("title_key", "C"))[:limit])
    words = search_words(query)
    if len(found) < limit and any(len(word) > 2 for word in words):
        candidates = list(
            rows.filter(words_condition(query, viewer))
            .exclude(pk__in=[record.pk for record in found])
            .values_list("pk", flat=True)[:CANDIDATES]
        )
        if candidates:
            ranked = rows.with_openness(viewer).filter(pk__in=candidates).annotate(rank=rank(words))
            found += list(ranked.order_by("rank", "sort_name", "pk")[: limit - len(found)])
    return found


def listed(viewer: "User", kind: str) -> RecordQuerySet:
    """The records that the viewer may know of, of one kind or of all."""
    return Record.objects.listed_for(viewer, kind=kinds.by_key(kind) if kind else None)


def rank(words: list[str]) -> Any:
    """0 for names in which a word begins with the first word typed, 1 for other names, else 2."""
    first = words[0]
    return Case(
        When(title_key__contains=f" {first}", then=Value(0)),
        When(title_key__contains=first, then=Value(1)),
        default=Value(2),
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
