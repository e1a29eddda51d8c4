"""Filters: how a list is narrowed by a value. One object a field; the address names it.

An address holds `<key>.<operator>=<value>`, repeated for several values: `city.is=Kraków`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orbita.records.listing.expressions import Shortcut
from orbita.records.listing.narrowing import between, sorted_under
from orbita.records.words import contains, has_edge, longest_run
from orbita.ui import formats
from orbita.ui.questions import pattern
from orbita.ui.text import clean, digits, fold
from orbita.ui.types import Text
from orbita.ui.values import parse_decimal

if TYPE_CHECKING:
    from orbita.accounts.models import User

OPERATORS: dict[str, Text] = {
    "is": _("is"),
    "not": _("is not"),
    "contains": _("contains"),
    "starts": _("starts with"),
    "from": _("from"),
    "to": _("to"),
    "atleast": _("at least"),
    "in": _("in the period"),
    "filled": _("is filled in"),
    "empty": _("is empty"),
}
NEED_NO_VALUE = ("filled", "empty")


class BadFilterError(ValueError):
    """A filter in the address that makes no sense; such a filter is refused, never guessed."""


@dataclass
class Option:
    """One choice of a filter."""

    value: str
    label: Text


class Filter:
    """How to narrow by one field. `q` may rely on values having passed `clean`.

    With `many_values` one can choose several at once. To ask a row by `is_costly` ones takes as
    long as several rows by others. `shared` are operators whose answer depends neither on who asks
    nor on what they may see.
    """

    operators: tuple[str, ...] = ("is", "filled", "empty")
    shared: tuple[str, ...] = ()
    widget = "text"
    many_values = is_costly = False

    def __init__(self, path: str, *, nullable: bool = True, empty: str | None = None) -> None:
        self.path, self.nullable, self.blank = path, nullable, empty

    def shared_operators(self) -> list[str]:
        """Those of the operators that mean the same for everybody, in their order."""
        return [operator for operator in self.operators if operator in self.shared]

    def clean(self, operator: str, values: Sequence[str], viewer: "User") -> list[Any]:
        """The values in Python's types; raises BadFilterError."""
        return self.parsed(operator, values, viewer)

    def parsed(self, operator: str, values: Sequence[str], viewer: "User | None") -> list[Any]:
        """The same without a question whether what is named by its id exists."""
        if operator not in self.operators:
            raise BadFilterError(operator)
        if operator in NEED_NO_VALUE:
            return []
        texts = [clean(value) for value in values[:200]]
        cleaned = [self.clean_one(text, viewer) for text in texts if text]  # type: ignore[arg-type]
        if not cleaned:
            raise BadFilterError("no value")
        return cleaned

    def clean_one(self, value: str, viewer: "User") -> Any:
        """One value in Python's type; raises BadFilterError."""
        return value[:255]

    def q(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """The condition."""
        if operator == "filled":
            return self.filled()
        if operator == "empty":
            return ~self.filled() if self.blank is None else self.is_blank()
        return self.matches(operator, values, viewer)

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """The condition for operators that take values."""
        found = Q(**{f"{self.path}__in": values})
        return ~found if operator == "not" else found

    def narrowing(self, operator: str, values: list[Any]) -> Q:
        """What follows for the searchable text, whose index is quicker; nothing by default."""
        return Q()

    def word_start(self, operator: str, values: list[Any]) -> str:
        """With what a word of each name begins that is asked for; nothing by default."""
        return ""

    def looks_elsewhere(self, operator: str) -> bool:
        """Whether a row is asked by a look-up in another table than that of records."""
        return self.path.startswith("as_")

    def has_place(self, operator: str, values: list[Any]) -> bool:
        """Whether the values stand side by side in an index; of others a text may be known."""
        return False

    def filled(self) -> Q:
        """Has a value."""
        if self.blank is not None:
            return Q(**{f"{self.path}__gt": self.blank})
        return Q(**{f"{self.path}__isnull": False})

    def is_blank(self) -> Q:
        """Has no value, in a column that keeps an empty text."""
        return Q(**{self.path: self.blank}) | Q(**{f"{self.path}__isnull": True})

    def options(self, viewer: "User") -> list[Option]:
        """The choices to offer, for filters that have a fixed set."""
        return []

    def operator_label(self, operator: str) -> str:
        """The operator in words."""
        return str(OPERATORS[operator])

    def describe(self, operator: str, values: list[Any], viewer: "User") -> str:
        """The values in words, for the chip above the list."""
        if operator in NEED_NO_VALUE:
            return ""
        known = {option.value: str(option.label) for option in self.options(viewer)}
        return ", ".join(known.get(str(value)) or self.word(value) for value in values)

    def word(self, value: Any) -> str:
        """One value in words."""
        return str(value)


class TextFilter(Filter):
    """By a piece of text in any letter case; `in_text` is what the searchable text contains.

    With `leads` it is what the sort name begins with, with `in_key` the folded name contains it,
    with `in_alphabet` an index keeps the column in the order of the alphabet.
    """

    operators: tuple[str, ...] = ("contains", "is", "not", "starts", "filled", "empty")
    shared = operators

    def __init__(
        self,
        path: str,
        *,
        in_text: bool = False,
        leads: bool = False,
        in_key: bool = False,
        in_alphabet: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(path, **options)
        self.in_text, self.leads, self.in_key = in_text, leads, in_key
        self.in_alphabet = in_alphabet

    def narrowing(self, operator: str, values: list[Any]) -> Q:
        """The text contains one of the values, if all of them have letters to look for."""
        if self.leads and operator in ("is", "starts"):
            ranges = [sorted_under(value) for value in values]
            if all(ranges):
                return reduce(or_, ranges)
        texts = [found_by_text(fold(value), in_key=self.in_key) for value in values]
        if not self.in_text or operator not in ("contains", "is", "starts") or not all(texts):
            return Q()
        return reduce(or_, texts)

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """Any of the texts."""
        found = Q()
        for value in values:
            place = self.place(operator, value)
            same = Q(**{f"{self.path}__{lookup_of(operator, value)}": value})
            found |= same & Q(Shortcut(place)) if place else same
        return ~found if operator == "not" else found

    def has_place(self, operator: str, values: list[Any]) -> bool:
        """In the alphabet."""
        return all(self.place(operator, value) for value in values)

    def place(self, operator: str, value: str) -> Q:
        """Where the column has such texts in the index of its alphabet; nothing without one."""
        if not self.in_alphabet or operator not in ("is", "starts"):
            return Q()
        found = between(self.path, value)
        return Q(Shortcut(found)) if found else found


def lookup_of(operator: str, value: str) -> str:
    """How a column is compared with a piece of text in any letter case.

    Text without letters has no case. Then the column is taken as it is, which an index answers and
    which costs a quarter: the alphabet's own upper case is slow.
    """
    lookup = {"contains": "contains", "starts": "startswith"}.get(operator, "exact")
    return lookup if value.upper() == value.lower() else f"i{lookup}"


def found_by_text(text: str, *, in_key: bool = False) -> Q:
    """What the searchable text says about a value that is in it: narrows through its index.

    Rows that are asked one by one are asked it first, which spares most of them the look-up of a
    satellite, so it stands before that. Of what is in the folded name they are asked that alone.
    """
    piece = longest_run(text) or (text if has_edge(text) else "")
    if not piece:
        return Q()
    found = Q(search_text__contains=piece)
    return Q(title_key__contains=piece) & Q(Shortcut(found)) if in_key else found


class TitleFilter(TextFilter):
    """By the name in the form in which two equal names match, through the indexes on it."""

    operators: tuple[str, ...] = ("contains", "is", "not", "starts")

    def __init__(self, normal: Callable[[str], str], *, is_folded: bool = False) -> None:
        super().__init__("title_key")
        self.normal, self.is_folded = normal, is_folded

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """Any of the texts, case and diacritics ignored."""
        found = Q()
        for value in values:
            if operator == "contains":
                found |= self.contains(value)
            elif operator == "starts":
                found |= Q(title_key__startswith=fold(value))
            else:
                found |= Q(title_key=self.normal(value))
        return ~found if operator == "not" else found

    def word_start(self, operator: str, values: list[Any]) -> str:
        """A piece of one or two letters is looked for where words begin.

        Not one that is spelled otherwise in the form of names, as a legal form may be.
        """
        if operator != "contains" or len(values) > 1:
            return ""
        key = self.normal(values[0])
        return "" if longest_run(key) or key != fold(values[0]) else str(values[0])

    def contains(self, value: str) -> Q:
        """A piece of the name; the searchable text begins with the name and has the index."""
        key, folded = self.normal(value), fold(value)
        found = contains("title_key", key)
        if not longest_run(key):
            return found & self._by_short_words(key)
        if not longest_run(folded) or longest_run(folded) not in key:
            return found
        if self.is_folded:  # then the searchable text has the whole piece
            return found & Q(Shortcut(Q(search_text__contains=folded)))
        return found & Q(Shortcut(found_by_text(folded)))

    def _by_short_words(self, key: str) -> Q:
        """What follows for the searchable text of a piece without three letters in a row.

        Nothing of one with signs, where the kind has a spelling of its own: "S.A." may be written
        out in the text. Where a word ends or begins inside, one look at the index is enough.
        """
        if not self.is_folded and not key.isalnum():
            return Q()
        if has_edge(key):
            return Q(Shortcut(Q(search_text__like=pattern(key, before="%"))))
        return Q(Shortcut(contains("search_text", key)))


class NumberTextFilter(TextFilter):
    """By an identifier made of digits; separators in the question do not matter."""

    operators: tuple[str, ...] = ("is", "starts", "filled", "empty")

    def clean_one(self, value: str, viewer: "User") -> str:
        """Its digits."""
        cleaned = digits(value)
        if not cleaned:
            raise BadFilterError(value)
        return cleaned

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """Any of the numbers."""
        lookup = "startswith" if operator == "starts" else "exact"
        found = Q()
        for value in values:
            found |= Q(**{f"{self.path}__{lookup}": value})
        return found


class ChoiceFilter(Filter):
    """By one or several of fixed choices."""

    operators: tuple[str, ...] = ("is", "not", "filled", "empty")
    shared = operators
    widget = "choice"

    def __init__(
        self, path: str, choices: Callable[["User"], list[Option]], **options: Any
    ) -> None:
        super().__init__(path, **options)
        self.choices = choices

    def clean_one(self, value: str, viewer: "User") -> Any:
        """A choice that exists."""
        if value not in {option.value for option in self.options(viewer)}:
            raise BadFilterError(value)
        return value

    def options(self, viewer: "User") -> list[Option]:
        """The choices."""
        return self.choices(viewer)


class YesNoFilter(ChoiceFilter):
    """By yes or no."""

    operators: tuple[str, ...] = ("is",)

    def __init__(self, path: str) -> None:
        super().__init__(path, lambda _viewer: [Option("1", _("yes")), Option("0", _("no"))])

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """Either."""
        return Q(**{f"{self.path}__in": [value == "1" for value in values]})


class NumberFilter(Filter):
    """By a number or a span of numbers."""

    operators: tuple[str, ...] = ("is", "from", "to", "filled", "empty")
    shared = operators
    widget = "number"

    def clean_one(self, value: str, viewer: "User") -> Any:
        """A decimal."""
        try:
            return parse_decimal(value)
        except ValueError as error:
            raise BadFilterError(value) from error

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """At, from or up to."""
        if operator == "from":
            return Q(**{f"{self.path}__gte": values[0]})
        if operator == "to":
            return Q(**{f"{self.path}__lte": values[0]})
        return super().matches(operator, values, viewer)

    def word(self, value: Any) -> str:
        """In the language's format."""
        return formats.number(value)
