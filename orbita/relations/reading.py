"""The relations of a record as a viewer sees them who has opened it.

Whether the other ends may be known is asked edge by edge and no further than a page needs, so that
a record with 20,000 relations is read like one with ten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from orbita.records.access import may_edit
from orbita.records.hints import hints
from orbita.records.listing.expressions import Has
from orbita.records.listing.probing import run
from orbita.records.models import Record
from orbita.records.search import with_details
from orbita.records.words import contains
from orbita.relations.facings import Facing, facings_for
from orbita.relations.models import Edge, Relation
from orbita.ui.formats import day
from orbita.ui.ordering import alphabetical
from orbita.ui.text import search_words

if TYPE_CHECKING:
    from orbita.accounts.models import User

SHOWN = 10
COUNTED = 1_000
PAGE = 50
MOST_WORDS = 8
GROUPS = """
SELECT type_id, side, total, far_id, relation_id FROM (
    SELECT counted.*, row_number() OVER (
        PARTITION BY type_id, side
        ORDER BY CASE WHEN total <= %s THEN ended END, CASE WHEN total <= %s THEN name END,
                 far_id DESC) AS place
    FROM (
        SELECT hit.*, count(*) OVER (PARTITION BY type_id, side) AS total
        FROM unnest(%s::bigint[], %s::int[]) AS entry (of_type, of_side) CROSS JOIN LATERAL ({rows})
            AS hit (type_id, side, far_id, relation_id, name, ended)
    ) AS counted
) AS placed WHERE place <= %s ORDER BY place
"""
"""Each group's count and first rows. Of groups beyond the count the newest records come first: to
sort all of them by name would read all of them."""


@dataclass
class Tie:
    """A relation of the record, as it stands on its profile."""

    facing: Facing
    relation: Relation
    far: Any
    hint: str = ""
    may_edit: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the viewer may open the other end, and so knows the note and the dates."""
        return bool(self.far.is_open)

    @property
    def is_ended(self) -> bool:
        """Whether it is shown as over."""
        return self.is_open and self.relation.is_ended

    @property
    def may_describe(self) -> bool:
        """Whether the viewer may change note and dates, which only those do who see them."""
        return self.may_edit and self.is_open

    @property
    def may_end(self) -> bool:
        """Whether it can end today."""
        relation, today = self.relation, timezone.localdate()
        has_begun = relation.since is None or relation.since <= today
        return self.may_describe and has_begun and not relation.is_ended

    @property
    def period(self) -> str:
        """Since when and until when, briefly; of what is over the years alone."""
        return period(self.relation)

    @property
    def period_title(self) -> str:
        """Both dates in full."""
        dates = (self.relation.since, self.relation.until)
        return "–".join(day(one, words=False) if one else "" for one in dates)


@dataclass
class Group:
    """The relations of one type and side: how many there are, and the first of them."""

    facing: Facing
    total: int
    ties: list[Tie] = field(default_factory=list)

    @property
    def is_beyond(self) -> bool:
        """Whether there are more than are counted."""
        return self.total > COUNTED

    @property
    def counted(self) -> int:
        """The count, up to the ceiling."""
        return min(self.total, COUNTED)

    @property
    def has_more(self) -> bool:
        """Whether a panel leaves some out."""
        return self.total > len(self.ties)


def period(relation: Relation) -> str:
    """When a relation holds, in words; of what is over the years alone."""
    since, until = relation.since, relation.until
    if relation.is_ended and until is not None:
        if since is None or since.year == until.year:
            return _("ended %(year)s") % {"year": until.year}
        return f"{since.year}–{until.year}"
    if since and until:
        return f"{day(since, words=False)}–{day(until, words=False)}"
    if until:
        return _("until %(day)s") % {"day": day(until, words=False)}
    return _("since %(day)s") % {"day": day(since, words=False)} if since else ""


def edges_of(record: Any, viewer: "User") -> Any:
    """The edges of a record that the viewer has opened, whose other ends the viewer may know of.

    Callers add the types that are in use. Each end is asked for by itself, not all at once.
    """
    known = Record.objects.listed_for(viewer).order_by()
    near = Edge.objects.filter(near=record.pk)
    return near.filter(Has(known.filter(pk=OuterRef("far")), alone=True))


def ended(viewer: "User") -> Case:
    """1 for relations that are over, as far as the viewer knows their dates; they stand last."""
    open_ends = Has(Record.objects.readable_by(viewer).filter(pk=OuterRef("far")), alone=True)
    over = Q(relation__until__lte=timezone.localdate())
    return Case(
        When(over & Q(open_ends), then=Value(1)), default=Value(0), output_field=IntegerField()
    )


def groups(record: Any, viewer: "User") -> list[Group]:
    """The groups that are not empty, in the order of the settings, each with its first relations.

    The number of queries depends neither on the relations nor on the types.
    """
    seen = facings_for(viewer, record.kind_object)
    if not seen:
        return []
    (name,) = alphabetical("far__sort_name")
    of_entry = edges_of(record, viewer).filter(
        type_id=RawSQL("entry.of_type", ()), side=RawSQL("entry.of_side", ())
    )
    rows = of_entry.annotate(name=name, ended=ended(viewer)).order_by("-far_id")
    columns = ("type_id", "side", "far_id", "relation_id", "name", "ended")
    pairs = [[one.type.pk for one in seen], [int(one.side) for one in seen]]
    found = run(
        rows.values_list(*columns)[: COUNTED + 1],
        GROUPS,
        before=[COUNTED, COUNTED, *pairs],
        after=[SHOWN],
    )
    totals = {(type_id, side): total for type_id, side, total, _far, _relation in found}
    by_side = {(one.type.pk, one.side): one for one in seen}
    hits = [(by_side[type_id, side], far, pk) for type_id, side, _total, far, pk in found]
    shown = ties(record, hits, viewer)
    return [
        Group(one, totals[key], [tie for tie in shown if tie.facing is one])
        for key, one in by_side.items()
        if key in totals
    ]


def page(
    record: Any,
    viewer: "User",
    *,
    facing: Facing | None = None,
    words: str = "",
    newest_first: bool = False,
    start: int = 0,
) -> tuple[list[Tie], bool]:
    """One page of the record's relations, and whether there are more; of one `facing` or of all."""
    seen = facings_for(viewer, record.kind_object)
    rows = edges_of(record, viewer).filter(type__in={one.type.pk for one in seen})
    if facing is not None:
        rows = rows.seen_as(facing)
    for word in search_words(words)[:MOST_WORDS]:
        rows = rows.filter(contains("far__title_key", word))
    order: list[Any] = [ended(viewer), *alphabetical("far__sort_name"), "far_id", "type_id", "side"]
    if newest_first:
        order = [F("relation_id").desc(), "side"]
    columns = ("type_id", "side", "far_id", "relation_id")
    found = list(rows.order_by(*order).values_list(*columns)[start : start + PAGE + 1])
    by_side = {(one.type.pk, one.side): one for one in seen}
    hits = [(by_side[type_id, side], far, pk) for type_id, side, far, pk in found[:PAGE]]
    return ties(record, hits, viewer), len(found) > PAGE


def find_tie(record: Any, relation_id: UUID, viewer: "User") -> Tie | None:
    """The relation of the record with this id, if it exists for the viewer."""
    rows = edges_of(record, viewer).filter(relation=relation_id)
    found = rows.values_list("type_id", "side", "far_id")[:1]
    by_side = {(f.type.pk, f.side): f for f in facings_for(viewer, record.kind_object)}
    hits = [
        (by_side[type_id, side], far, relation_id)
        for type_id, side, far in found
        if (type_id, side) in by_side
    ]
    return next(iter(ties(record, hits, viewer)), None)


def ties(record: Any, hits: Sequence[tuple[Facing, UUID, UUID]], viewer: "User") -> list[Tie]:
    """Facing, other end and relation by id, with all that is shown of them, in this order."""
    if not hits:
        return []
    stored = Relation.objects.in_bulk([pk for _facing, _far, pk in hits])
    ends = {far: facing.far_kind for facing, far, _pk in hits}
    fars: dict[UUID, Any] = {far.pk: far for far in with_details(list(ends.items()), viewer)}
    lines = hints([far for far in fars.values() if far.is_open], viewer)
    editable = _editable(record, set(fars), viewer)
    return [
        Tie(facing, stored[pk], fars[far], lines.get(far, ""), may_edit=far in editable)
        for facing, far, pk in hits
        if pk in stored and far in fars
    ]


def _editable(record: Any, fars: set[UUID], viewer: "User") -> set[UUID]:
    """The other ends whose relation the viewer may change: who may edit either end may."""
    if not hasattr(record, "viewer_may_edit"):
        record.viewer_may_edit = may_edit(record, viewer)
    if record.viewer_may_edit:
        return fars
    rows = Record.objects.editable_by(viewer).filter(pk__in=fars)
    return set(rows.values_list("pk", flat=True))


def linked(record: Any, facing: Facing) -> Has:
    """The condition on records that they are tied to this one so already."""
    rows = Edge.objects.seen_as(facing).filter(near=record.pk, far=OuterRef("pk"))
    return Has(rows, alone=True)
