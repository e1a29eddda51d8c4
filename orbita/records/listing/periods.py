"""Filters by days and moments: a span of days, or a period with a name."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orbita.records.listing.filters import BadFilterError, Filter, Option
from orbita.ui import formats
from orbita.ui.types import Text
from orbita.ui.values import parse_date

if TYPE_CHECKING:
    from orbita.accounts.models import User

PERIODS: dict[str, Text] = {
    "today": _("today"),
    "yesterday": _("yesterday"),
    "week": _("this week"),
    "month": _("this month"),
    "quarter": _("this quarter"),
    "year": _("this year"),
    "last7": _("last 7 days"),
    "last30": _("last 30 days"),
    "older90": _("over 90 days ago"),
}


def period_bounds(name: str) -> tuple[date | None, date | None]:
    """The first day of a named period and the day after its last; None where it is open."""
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    first_of_quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    starts: dict[str, tuple[date | None, date | None]] = {
        "today": (today, tomorrow),
        "yesterday": (today - timedelta(days=1), today),
        "week": (today - timedelta(days=today.weekday()), tomorrow),
        "month": (today.replace(day=1), tomorrow),
        "quarter": (first_of_quarter, tomorrow),
        "year": (today.replace(month=1, day=1), tomorrow),
        "last7": (today - timedelta(days=6), tomorrow),
        "last30": (today - timedelta(days=29), tomorrow),
        "older90": (None, today - timedelta(days=90)),
    }
    return starts[name]


class DateFilter(Filter):
    """By a day, a span of days, or a named period."""

    operators: tuple[str, ...] = ("in", "from", "to", "filled", "empty")
    shared = operators
    widget = "date"
    moments = False

    def parsed(self, operator: str, values: Sequence[str], viewer: "User | None") -> list[Any]:
        """Days, or the name of a period."""
        if operator == "in":
            if not values or values[0] not in PERIODS:
                raise BadFilterError("period")
            return [values[0]]
        return super().parsed(operator, values, viewer)

    def clean_one(self, value: str, viewer: "User") -> Any:
        """A day that has a next one."""
        try:
            day = parse_date(value)
        except ValueError as error:
            raise BadFilterError(value) from error
        if day == date.max:
            raise BadFilterError(value)
        return day

    def edge(self, day: date) -> date | datetime:
        """The day as the column holds it."""
        return day

    def bounds(self, operator: str, values: list[Any]) -> tuple[date | None, date | None]:
        """The first day and the day after the last; None where it is open."""
        if operator == "in":
            return period_bounds(values[0])
        if operator == "from":
            return values[0], None
        return None, values[0] + timedelta(days=1)

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """Within."""
        first, after = self.bounds(operator, values)
        found = Q()
        if first is not None:
            found &= Q(**{f"{self.path}__gte": self.edge(first)})
        if after is not None:
            found &= Q(**{f"{self.path}__lt": self.edge(after)})
        return found

    def options(self, viewer: "User") -> list[Option]:
        """The named periods."""
        return [Option(key, label) for key, label in PERIODS.items()]

    def word(self, value: Any) -> str:
        """In the language's format."""
        return formats.day(value)


class MomentFilter(DateFilter):
    """Like DateFilter, for moments; days begin at midnight of the account's time zone."""

    operators: tuple[str, ...] = ("in", "from", "to")

    def edge(self, day: date) -> datetime:
        """The first moment of the day."""
        return timezone.make_aware(datetime.combine(day, time.min))
