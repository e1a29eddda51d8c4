"""The way through many rows that are found by a text.

A text and the name that holds it are no strangers: all that are called Nowak stand side by side,
far behind the beginning of the list. To walk there along the index that sorts would ask every row
on the way. So the walk gives up soon, and the rows are gathered from the side of the text and
sorted. Streets and e-mails are spread over the list, so it is walked further for those.
"""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from orbita.records.access import RecordQuerySet
from orbita.records.listing.cursor import Cursor
from orbita.records.listing.probing import run
from orbita.records.listing.walking import Step, Walk

TOGETHER_PATIENCE, SPREAD_PATIENCE = 6_000, 12_000
"""How many rows are asked along the index: by a piece of the name in its order, or otherwise."""
NEAR = "SELECT part.pk, part.key FROM ({rows}) AS part (pk, key, hit) WHERE part.hit LIMIT %s"


class Gathering(Walk):
    """All rows, found from their own side and sorted."""

    def __init__(self, rows: RecordQuerySet, ordering: Any, *, descending: bool) -> None:
        super().__init__(rows, ordering, descending=descending)
        self.rows = rows


class NearFirst(Walk):
    """Along the index for some rows; where that gives no full page, by `gathering`.

    For fewer rows if those that match may stand `together`, far from the beginning.
    """

    def __init__(
        self, visible: RecordQuerySet, condition: Q, gathering: Gathering, *, together: bool
    ) -> None:
        super().__init__(visible, gathering.ordering, descending=gathering.descending)
        self.patience = TOGETHER_PATIENCE if together else SPREAD_PATIENCE
        self.hit = ExpressionWrapper(condition, output_field=BooleanField())
        self.gathering = gathering

    def near(self, cursor: Cursor | None, down: bool) -> Any:
        """The first rows of the way, with their sort keys and whether the condition holds."""
        rows = self.segment(False, cursor, down).annotate(hit=self.hit)
        return rows.values_list("pk", "sort_value", "hit")[: self.patience]

    def ids(self, size: int, cursor: Cursor | None, *, backwards: bool) -> tuple[list[Step], bool]:
        """The ids of a page, and whether there are more beyond."""
        start = cursor if cursor and not cursor.empty else None
        rows = self.near(start, self.descending != backwards)
        found: list[Step] = [(pk, key, False) for pk, key in run(rows, NEAR, after=[size + 1])]
        if len(found) <= size:
            return self.gathering.ids(size, cursor, backwards=backwards)
        found = found[:size]
        if backwards:
            found.reverse()
        return found, True
