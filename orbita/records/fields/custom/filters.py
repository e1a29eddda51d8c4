"""Filters of custom values: by options through the GIN index, by spans through their own."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q
from django.db.models.lookups import (
    Exact,
    GreaterThanOrEqual,
    IContains,
    IExact,
    IStartsWith,
    LessThan,
    LessThanOrEqual,
)

from orbita.accounts.models import Team, User, with_descendants
from orbita.records.fields.people import UserFilter
from orbita.records.listing.filters import (
    ChoiceFilter,
    Filter,
    NumberFilter,
    Option,
    TextFilter,
    YesNoFilter,
)
from orbita.records.listing.periods import DateFilter, MomentFilter

__all__ = [
    "ChoiceByKey",
    "DateByKey",
    "MomentByKey",
    "NumberByKey",
    "TextByKey",
    "UserByKey",
    "YesNoByKey",
]


class ByKey(Filter):
    """Filled or empty by the presence of the key; what "is not" something may be empty, too."""

    key: str

    def filled(self) -> Q:
        """The key is there: said in the words of the GIN index and of the field's own ones."""
        return Q(**{"custom__has_key": self.key, f"custom__{self.key}__isnull": False})

    def q(self, operator: str, values: list[Any], viewer: Any) -> Q:
        """The condition."""
        if operator == "empty":
            return ~self.filled()
        if operator == "not":
            return ~self.filled() | ~self.matches("is", values, viewer)
        return super().q(operator, values, viewer)


class TextByKey(ByKey, TextFilter):
    """By a piece of text, in any letter case."""

    def __init__(self, key: str, text: Any) -> None:
        super().__init__("")
        self.key, self.text = key, text

    def matches(self, operator: str, values: list[Any], viewer: Any) -> Q:
        """Any of the texts."""
        lookup: Any = {"contains": IContains, "starts": IStartsWith}.get(operator, IExact)
        found = Q()
        for value in values:
            found |= Q(lookup(self.text, value))
        return found & self.filled()


class NumberByKey(ByKey, NumberFilter):
    """By a number or a span of numbers."""

    def __init__(self, key: str, number: Any) -> None:
        super().__init__("")
        self.key, self.number = key, number

    def matches(self, operator: str, values: list[Any], viewer: Any) -> Q:
        """At, from or up to."""
        lookups: dict[str, Any] = {"from": GreaterThanOrEqual, "to": LessThanOrEqual}
        lookup = lookups.get(operator, Exact)
        found = Q()
        for value in values:
            found |= Q(lookup(self.number, value))
        return found & self.filled()


class DateByKey(ByKey, DateFilter):
    """By a day, a span of days or a named period; days are kept as text that sorts by time."""

    def __init__(self, key: str, day: Any) -> None:
        super().__init__("")
        self.key, self.day = key, day

    def written(self, day: Any) -> str:
        """The day as it is kept."""
        return str(day.isoformat())

    def matches(self, operator: str, values: list[Any], viewer: Any) -> Q:
        """Within."""
        first, after = self.bounds(operator, values)
        found = self.filled()
        if first is not None:
            found &= Q(GreaterThanOrEqual(self.day, self.written(first)))
        if after is not None:
            found &= Q(LessThan(self.day, self.written(after)))
        return found


class MomentByKey(DateByKey, MomentFilter):
    """The same for moments; days begin at midnight of the account's time zone."""

    operators = DateFilter.operators

    def written(self, day: Any) -> str:
        """The first moment of the day as it is kept."""
        try:
            return write_moment(self.edge(day))
        except OverflowError:  # the first days of the calendar
            return f"{day.isoformat()}T00:00Z"


def write_moment(value: datetime) -> str:
    """A moment as it is kept: to the minute, in UTC, so that the text sorts by time."""
    return str(value.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ").rjust(17, "0"))


class YesNoByKey(ByKey, YesNoFilter):
    """A no is kept as nothing."""

    def __init__(self, key: str) -> None:
        super().__init__("")
        self.key = key

    def matches(self, operator: str, values: list[Any], viewer: Any) -> Q:
        """Either."""
        wanted = {value == "1" for value in values}
        if wanted == {True, False}:
            return Q()
        return self.filled() if True in wanted else ~self.filled()


class ChoiceByKey(ByKey, ChoiceFilter):
    """By any of the options; `many` says that a record may have several."""

    def __init__(self, key: str, choices: Callable[[], list[Option]], *, many: bool) -> None:
        super().__init__("", lambda _viewer: choices())
        self.key, self.many = key, many

    def matches(self, operator: str, values: list[Any], viewer: Any) -> Q:
        """Has any of them."""
        found = Q()
        for value in values:
            found |= Q(custom__contains={self.key: [value] if self.many else value})
        return found


class UserByKey(ByKey, UserFilter):
    """By people, by "me", and by teams with all that lies below them."""

    def __init__(self, key: str) -> None:
        super().__init__("")
        self.key = key

    def matches(self, operator: str, values: list[Any], viewer: Any) -> Q:
        """Any of the people, or of the members of the teams."""
        ids = [str(viewer.pk) if value == "me" else value for value in values]
        teams = [value[5:] for value in ids if value.startswith("team:")]
        ids = [value for value in ids if not value.startswith("team:")]
        if teams:
            known = Team.objects.filter(pk__in=teams).values_list("pk", flat=True)
            members = User.objects.filter(team__in=with_descendants(known))
            ids += [str(pk) for pk in members.values_list("pk", flat=True)]
        found = Q(pk__in=())
        for pk in ids:
            found |= Q(custom__contains={self.key: pk})
        return found
