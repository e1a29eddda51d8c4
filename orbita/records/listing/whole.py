"""The pages of a list without words and filters, which is what people look at most.

They differ in who looks and where the page begins, and not in their shape, so the way to them is
worded once (see `orbita.ui.questions`).
"""

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

from orbita.records.access import Standpoint, listed_from, readable_from
from orbita.records.kinds import kinds
from orbita.records.listing.cursor import Cursor
from orbita.records.listing.walking import Walk
from orbita.records.models import Record
from orbita.ui.questions import Question, Varies

if TYPE_CHECKING:
    from orbita.records.listing.query import ListQuery


def is_worded_once(query: "ListQuery") -> bool:
    """Whether the list is sorted by something that is the same for everybody and for good."""
    field = query.kind.all_fields().get(query.sort)
    ordering = field.order_by() if field else None
    return ordering is not None and ordering.lasting and not ordering.groups


class WholeWalk(Walk):
    """A way through all records of a kind that take part, in an order that every account has."""

    def __init__(self, query: "ListQuery") -> None:
        ordering = query.fields[query.sort].order_by()
        assert ordering is not None  # noqa: S101
        super().__init__(Record.objects.none(), ordering, descending=query.descending)
        self.query, self.here = query, Standpoint.of(query.viewer)

    def part(
        self, empty: bool, cursor: Cursor | None, wanted: int, down: bool
    ) -> list[tuple[Any, Any]]:
        """At most `wanted` ids of one segment with their keys."""
        query, here = self.query, self.here
        if not query.kind.may(query.viewer, "view"):
            return []
        found = PAGE.rows(
            (),
            query.kind.key,
            query.sort,
            get_language(),
            query.needs_read,
            here.is_administrator,
            *map(Varies, here[1:]),
            empty,
            down,
            query.size + 1,
            *map(Varies, (cursor.key, cursor.pk) if cursor else ()),
        )
        return found[:wanted]


def _page(
    _ids: Any,
    kind_key: str,
    sort: str,
    _language: str,
    needs_read: bool,
    is_administrator: bool,
    viewer: Any,
    people: Any,
    teams: Any,
    empty: bool,
    down: bool,
    size: int,
    *start: Any,
) -> Any:
    """One segment from its beginning, or from the key and the id of a cursor."""
    ordering = kinds.by_key(kind_key).all_fields()[sort].order_by()
    assert ordering is not None  # noqa: S101
    door = readable_from if needs_read else listed_from
    here = Standpoint(is_administrator, viewer, people, teams)
    rows = Record.objects.live().filter(door(here), kind=kind_key)
    cursor = Cursor(empty, *start) if start else None
    return Walk(rows, ordering, descending=down).segment(empty, cursor, down)[:size]


PAGE = Question(_page)
