"""The relations of a record as a viewer sees them who has opened it.

Whether the other ends may be known is asked edge by edge and no further than a page needs, so that
a record with 20,000 relations is read like one with ten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from orbita.records.access import Standpoint, allowed_of, listed_from, may_edit, openness
from orbita.records.hints import hints
from orbita.records.kinds import kinds
from orbita.records.listing.expressions import Has
from orbita.records.listing.probing import composed, run
from orbita.records.models import Record
from orbita.records.search import Exclusion, itself, with_details
from orbita.records.words import contains
from orbita.relations.facings import Facing, facings_for
from orbita.relations.models import Edge, Relation
from orbita.ui.formats import day
from orbita.ui.ordering import alphabetical
from orbita.ui.questions import Composition, Question, Varies, value
from orbita.ui.text import search_words

if TYPE_CHECKING:
    from orbita.accounts.models import User

SHOWN = 10
COUNTED = 1_000
PAGE = 50
MOST_WORDS = 8
ENDS = """
SELECT edge.type_id, edge.side, edge.far_id, edge.relation_id, far.name, far.is_open
FROM (
    SELECT type_id, side, far_id, relation_id FROM relations_edge
    WHERE near_id = %s AND (type_id, side) IN ({pairs}) ORDER BY {order} DESC OFFSET 0
) AS edge CROSS JOIN LATERAL ({rows}) AS far (name, is_open)
"""
"""The edges whose far ends may be known, each end asked for by itself and only while more are
wanted: OFFSET 0 and the LIMIT of the rows keep the planner from reading all records instead."""
OVER = """
CROSS JOIN LATERAL (
    SELECT hit.is_open AND coalesce(until <= %s, false) AS ended FROM relations_relation
    WHERE id = hit.relation_id LIMIT 1
) AS said
"""
GROUPS = """
SELECT type_id, side, total, far_id, relation_id FROM (
    SELECT counted.*, row_number() OVER (
        PARTITION BY type_id, side
        ORDER BY CASE WHEN total <= %s THEN ended END, CASE WHEN total <= %s THEN name END,
                 far_id DESC) AS place
    FROM (
        SELECT hit.*, said.ended, count(*) OVER (PARTITION BY hit.type_id, hit.side) AS total
        FROM unnest(%s::bigint[], %s::int[]) AS entry (of_type, of_side)
        CROSS JOIN LATERAL ({ends} LIMIT %s) AS hit {over}
    ) AS counted
) AS placed WHERE place <= %s ORDER BY place
""".replace("{ends}", ENDS).replace("{over}", OVER)
GROUPS = GROUPS.replace("{pairs}", "SELECT of_type, of_side").replace("{order}", "far_id")
"""Each group's count and first rows. Of groups beyond the count the newest records come first: to
sort all of them by name would read all of them."""
OF_PAIRS = ENDS.replace("{pairs}", "SELECT * FROM unnest(%s::bigint[], %s::int[])")
OF_PAIRS = OF_PAIRS.replace("{order}", "relation_id")
NEWEST = "SELECT type_id, side, far_id, relation_id FROM ({ends} LIMIT %s OFFSET %s) AS hit"
NEWEST = NEWEST.replace("{ends}", OF_PAIRS)
BY_NAME = """
SELECT type_id, side, far_id, relation_id FROM ({ends}) AS hit {over}
ORDER BY ended, name, far_id, type_id, side LIMIT %s OFFSET %s
""".replace("{ends}", OF_PAIRS).replace("{over}", OVER)


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


def far_ends(known: Any, here: Standpoint) -> Any:
    """The record at the far end of an edge, if it is one of the known ones: name and openness."""
    (name,) = alphabetical("sort_name")
    own = known.filter(pk=RawSQL("edge.far_id", ())).order_by()
    return own.annotate(is_open=openness(here), name=name)


def groups(record: Any, viewer: "User") -> list[Group]:
    """The groups that are not empty, in the order of the settings, each with its first relations.

    The number of queries depends neither on the relations nor on the types.
    """
    seen = facings_for(viewer, record.kind_object)
    if not seen:
        return []
    pairs = [[one.type.pk for one in seen], [int(one.side) for one in seen]]
    here = Standpoint.of(viewer)
    found = GROUPED.rows(
        (),
        get_language(),
        tuple(kind.key for kind in kinds.for_viewer(viewer)),
        here.is_administrator,
        *map(Varies, (*here[1:], *pairs, record.pk, timezone.localdate())),
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


def _grouped(
    _ids: Any,
    _language: str,
    open_kinds: Sequence[str],
    is_administrator: bool,
    viewer: Any,
    people: Any,
    teams: Any,
    *more: Any,
) -> tuple[str, list[Any]]:
    here = Standpoint(is_administrator, viewer, people, teams)
    rows = Record.objects.live().filter(listed_from(here), kind__in=open_kinds)
    ends = far_ends(rows, here).values_list("name", "is_open")[:1]
    types, sides, near, today = more
    before = [COUNTED, COUNTED, types, sides, near]
    return composed([(GROUPS, before, ends, [COUNTED + 1, today, SHOWN])])


GROUPED = Composition(_grouped)


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
    seen = facings_for(viewer, record.kind_object) if facing is None else [facing]
    if not seen:
        return [], False
    rows = far_ends(Record.objects.listed_for(viewer), Standpoint.of(viewer))
    for word in search_words(words)[:MOST_WORDS]:
        rows = rows.filter(contains("title_key", word))
    pairs = [[one.type.pk for one in seen], [int(one.side) for one in seen]]
    found = run(
        rows.values_list("name", "is_open")[:1],
        NEWEST if newest_first else BY_NAME,
        before=[record.pk, *pairs],
        after=[*([] if newest_first else [timezone.localdate()]), PAGE + 1, start],
    )
    by_side = {(one.type.pk, one.side): one for one in seen}
    hits = [(by_side[type_id, side], far, pk) for type_id, side, far, pk in found[:PAGE]]
    return ties(record, hits, viewer), len(found) > PAGE


def find_tie(record: Any, relation_id: UUID, viewer: "User") -> Tie | None:
    """The relation of the record with this id, if it exists for the viewer."""
    rows = Edge.objects.known_to(viewer).filter(near=record.pk, relation=relation_id)
    found = rows.values_list("type_id", "side", "far_id")[:1]
    by_side: dict[tuple[int, int], Facing] = {
        (one.type.pk, one.side): one for one in facings_for(viewer, record.kind_object)
    }
    hits = [
        (by_side[type_id, side], far, relation_id)
        for type_id, side, far in found
        if (type_id, side) in by_side
    ]
    return next(iter(ties(record, hits, viewer)), None)


RELATIONS = Question(lambda ids: Relation.objects.filter(pk__among=ids).order_by())


def ties(record: Any, hits: Sequence[tuple[Facing, UUID, UUID]], viewer: "User") -> list[Tie]:
    """Facing, other end and relation by id, with all that is shown of them, in this order."""
    if not hits:
        return []
    stored = {one.pk: one for one in RELATIONS.objects(pk for _facing, _far, pk in hits)}
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
    return allowed_of(viewer, fars, to="edit")


def tied(record: Any, facing: Facing) -> Exclusion:
    """The record itself, and those that are tied to it as the facing says already."""
    return Exclusion(_itself_or_tied, (record.pk, facing.type.pk, facing.side))


def _itself_or_tied(pk: Any, type_: Any, side: Any) -> Q:
    rows = Edge.objects.filter(
        near=value(pk, "uuid"),
        type=value(type_, "bigint"),
        side=value(side, "smallint"),
        far=OuterRef("pk"),
    )
    return itself(pk) | Q(Has(rows, alone=True))
