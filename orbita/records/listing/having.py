"""Narrowing by rows that hang on records: contact points, addresses, labels."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q

from orbita.records.held import holding, lacking
from orbita.records.listing.expressions import Has
from orbita.records.listing.filters import NEED_NO_VALUE, Filter, found_by_text

if TYPE_CHECKING:
    from orbita.accounts.models import User


def has(rows: Any, *, alone: bool = False) -> Q:
    """The record has one of these rows of a satellite.

    As EXISTS: "not in" a list that is longer than the working memory would read it for each row.
    Asked `alone`, for each row by itself, where another condition narrows by an index.
    """
    return Q(Has(rows.filter(record=OuterRef("pk")), alone=alone))


class ExistsFilter(Filter):
    """By contact points; `rows` gives those of one type, `bit` says that there are some."""

    operators: tuple[str, ...] = ("contains", "filled", "empty")
    shared = operators

    def __init__(
        self,
        rows: Callable[[], Any],
        matcher: Callable[[str], Q],
        normal: Callable[[str], str],
        *,
        bit: int,
    ) -> None:
        super().__init__("", empty="")
        self.rows, self.matcher, self.normal, self.bit = rows, matcher, normal, bit

    def looks_elsewhere(self, operator: str) -> bool:
        """The values stand there; that there are some, the record knows itself."""
        return operator not in NEED_NO_VALUE

    def filled(self) -> Q:
        """Has at least one."""
        return holding(self.bit)

    def is_blank(self) -> Q:
        """Has none."""
        return lacking(self.bit)

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """Has one that matches any of the values; their letters narrow by the searchable text."""
        found = Q()
        for value in values:
            rows = self.rows().filter(self.matcher(value))
            text = found_by_text(self.normal(value))
            found |= text & has(rows, alone=bool(text))
        return ~found if operator == "not" else found
