"""What is selected: rows ticked by id, or the filter of a list, asked when it is needed."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import QueryDict

from orbita.records.binned import BinQuery
from orbita.records.listing.listing import Listing
from orbita.records.listing.query import ListQuery
from orbita.records.models import Record

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.access import RecordQuerySet
    from orbita.records.kinds import Kind

MOST_IDS = 10_000


@dataclass(frozen=True)
class Selection:
    """Rows of a kind's list, or of the bin where `kind` is None.

    With `ids` the ticked ones; else all that match `query`, the query string of the address of the
    list or of the bin. Who selects sees in it what the list would show them now, and nothing else.
    """

    kind: "Kind | None"
    ids: tuple[UUID, ...] | None = field(default=())
    query: str = ""

    @classmethod
    def read(cls, kind: "Kind | None", data: QueryDict) -> Self:
        """Out of a posted form: `all` and `query`, or `ids`, one by one or joined by commas."""
        query = data.get("query", "")[:8000]
        if data.get("all") == "1":
            return cls(kind, None, query)
        found: dict[UUID, None] = {}
        for text in ",".join(data.getlist("ids")).split(",")[:MOST_IDS]:
            try:
                found[UUID(text.strip())] = None
            except ValueError:
                continue
        return cls(kind, tuple(found), query)

    @classmethod
    def load(cls, kind: "Kind | None", stored: dict[str, Any]) -> Self:
        """Out of the form in which `stored` keeps it."""
        ids = stored.get("ids")
        return cls(
            kind, None if ids is None else tuple(UUID(pk) for pk in ids), stored.get("query", "")
        )

    def stored(self) -> dict[str, Any]:
        """JSON that `load` reads."""
        ids = None if self.ids is None else [str(pk) for pk in self.ids]
        return {"ids": ids, "query": self.query}

    def inputs(self) -> list[tuple[str, str]]:
        """Names and values of hidden inputs that carry it to the next page."""
        pairs = [("query", self.query)]
        if self.ids is None:
            return [*pairs, ("all", "1")]
        return [*pairs, ("ids", ",".join(str(pk) for pk in self.ids))]

    def rows(self, viewer: "User") -> "RecordQuerySet":
        """The selected records of which the viewer may know now, in no order.

        Raises ValidationError for a filter that is not known: it must not select more than meant.
        """
        doors: Any = Record.objects
        if self.kind is None:
            whole = BinQuery() if self.ids is not None else BinQuery.read(QueryDict(self.query))
            rows = whole.rows(viewer)
        elif self.ids is None:
            return self._matching(viewer)
        else:
            rows = doors.listed_for(viewer, kind=self.kind)
        return rows if self.ids is None else rows.filter(pk__in=self.ids)

    def _matching(self, viewer: "User") -> "RecordQuerySet":
        assert self.kind is not None  # noqa: S101
        query = ListQuery.read(self.kind, viewer, QueryDict(self.query))
        if query.errors:
            raise ValidationError(query.errors)
        return Listing(query).matching()
