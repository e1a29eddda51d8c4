"""How many records of another kind name this one: a column for each count that kinds declare."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, DecimalField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orbita import preferences
from orbita.records.access import PUBLIC
from orbita.records.fields.base import Field
from orbita.records.fields.numbers import MoneyField
from orbita.records.fields.reference import ReferenceField
from orbita.records.fields.references import ReferencesField
from orbita.records.listing.expressions import Has, has_many
from orbita.records.listing.filters import (
    NEED_NO_VALUE,
    BadFilterError,
    Filter,
    NumberFilter,
)
from orbita.ui import formats
from orbita.ui.html import format_html
from orbita.ui.types import Text

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Counting, Kind

Reference = ReferenceField | ReferencesField
MOST = 1_000
_WORDS: dict[str, Text] = {"filled": _("more than 0"), "empty": _("none")}


def counted_fields(kind: "Kind", viewer: "User | None") -> dict[str, Field]:
    """The counts that other kinds declare about records of this one; see `Kind.countings`."""
    from orbita.records.kinds import kinds

    found: dict[str, Field] = {}
    for other in kinds:
        if other.countings and (other.is_on() if viewer is None else other.may(viewer, "view")):
            for counting in other.countings:
                for field in _leading_to(kind, other):
                    key = (
                        counting.key if counting.key not in found else f"{counting.key}_{field.key}"
                    )
                    made = SumField if counting.summed else CountField
                    found[key] = made(key, counting, other, field, kind)
    return found


def _leading_to(kind: "Kind", other: "Kind") -> Iterator[Reference]:
    for field in other.all_fields().values():
        if isinstance(field, Reference) and field.target == kind.key:
            yield field


class CountField(Field):
    """How many of the other kind's records with one choice name the record.

    Only those that the viewer may open count: of the others the choice is not known.
    """

    align = "end"
    editable = importable = inline = in_api = False
    json_type = {"type": "integer"}
    example = 3

    def __init__(
        self, key: str, counting: "Counting", other: "Kind", field: Reference, kind: "Kind"
    ) -> None:
        super().__init__(key, counting.label)
        self.icon, self.kind = other.icon, kind
        self.counting, self.other, self.field = counting, other, field

    def load(self, records: Sequence[Any], viewer: "User") -> None:
        """The counts of all the records in one query."""
        missing = [record for record in records if f"_{self.key}" not in record.__dict__]
        if not missing:
            return
        rows, near = self.rows(viewer)
        rows = rows.filter(**{f"{near}__in": [record.pk for record in missing]}).order_by()
        found = dict(rows.values_list(near).annotate(number=self.counted()))
        for record in missing:
            record.__dict__[f"_{self.key}"] = found.get(record.pk, 0)

    def counted(self) -> Any:
        """What is asked of the rows of one record: how many there are."""
        return Count("pk")

    def rows(self, viewer: "User") -> tuple[Any, str]:
        """The rows to count, and their column that names the record."""
        with_choice = self.other.model.objects.readable_by(viewer).filter(**self._choice())
        if isinstance(self.field, ReferenceField):
            return with_choice, self.field.column_name
        return self.field.link.objects.filter(record__in=with_choice.values("pk")), "target"

    def every_row(self) -> Any:
        """The same rows and perhaps more: whoever may open them."""
        if isinstance(self.field, ReferenceField):
            return self.other.model.objects.filter(**self._choice())
        return self.field.link.objects.filter(**self._of_links(self._choice()))

    def shared_rows(self) -> tuple[Any, str]:
        """The rows that everybody may open who may see the kind, and the column of the record."""
        public = {"deleted_at": None, "visibility": PUBLIC, **self._choice()}
        if isinstance(self.field, ReferenceField):
            return self.other.model.objects.filter(**public), self.field.column_name
        return self.field.link.objects.filter(**self._of_links(public)), "target"

    def _choice(self) -> dict[str, Any]:
        by = self.other.all_fields()[self.counting.by]
        return {by.path.rpartition("__")[2]: self.counting.value}

    def _of_links(self, conditions: dict[str, Any]) -> dict[str, Any]:
        return {f"record__{column}": value for column, value in conditions.items()}

    def value(self, record: Any) -> int:
        """The number."""
        return int(record.__dict__.get(f"_{self.key}", 0))

    def text(self, value: Any) -> str:
        """The number; nothing where there are none."""
        return formats.number(value) if value else ""

    def cell(self, record: Any) -> str:
        """The number, as a link to the list of those that are counted."""
        number = self.value(record)
        if not number:
            return ""
        query = {f"{self.field.key}.is": record.pk, f"{self.counting.by}.is": self.counting.value}
        url = f"{reverse('list', kwargs={'kind': self.other})}?{urlencode(query)}"
        return format_html('<a href="{}" class="text-reset">{}</a>', url, self.text(number))

    def export(self, record: Any) -> Any:
        """The number, also where there are none."""
        return self.value(record)

    def filter(self) -> Filter | None:
        """By whether there are any, or so many."""
        return CountFilter(self)

    def shared_filter(self) -> Filter | None:
        """By how many public ones there are."""
        return SharedCountFilter(self)


class SumField(CountField):
    """What the other kind's records with one choice are worth together, in the account's currency.

    Amounts in other currencies are left out: they cannot be added.
    """

    json_type = {"type": "string", "format": "decimal"}
    example = "12500.50"  # type: ignore[assignment]

    def rows(self, viewer: "User") -> tuple[Any, str]:
        """The rows to add up; of links, those to records in the currency."""
        rows, near = super().rows(viewer)
        return rows.filter(**self._in_currency()), near

    def shared_rows(self) -> tuple[Any, str]:
        """The public ones in the currency."""
        rows, near = super().shared_rows()
        return rows.filter(**self._in_currency()), near

    def counted(self) -> Any:
        """The sum of the amounts."""
        return Sum(self._near(self._amount().path.rpartition("__")[2]))

    def _amount(self) -> MoneyField:
        amount = self.other.all_fields()[self.counting.summed]
        assert isinstance(amount, MoneyField)  # noqa: S101
        return amount

    def _in_currency(self) -> dict[str, Any]:
        return {self._near(self._amount().currency): preferences.currency()}

    def _near(self, column: str) -> str:
        """The column as the rows to add up know it: links look it up at their record."""
        return column if isinstance(self.field, ReferenceField) else f"record__{column}"

    def value(self, record: Any) -> Any:
        """The sum; None where there is nothing."""
        return record.__dict__.get(f"_{self.key}") or None

    def text(self, value: Any) -> str:
        """The amount with the currency."""
        return formats.money(value, preferences.currency()) if value else ""

    def filter(self) -> Filter | None:
        """Not at all: no index knows the sums."""
        return None


class SharedCountFilter(NumberFilter):
    """By how many public rows there are, or what they are worth, the same for everybody."""

    operators: tuple[str, ...] = ("from", "to", "filled", "empty")

    def __init__(self, field: CountField) -> None:
        super().__init__("")
        self.field = field

    def operator_label(self, operator: str) -> str:
        """The operator in words that fit records."""
        return str(_WORDS.get(operator) or super().operator_label(operator))

    def q(self, operator: str, values: list[Any], viewer: "User | None") -> Q:
        """The condition on the number, nought where there are no rows."""
        output = DecimalField(max_digits=20, decimal_places=2)
        rows, near = self.field.shared_rows()
        own = rows.filter(**{near: OuterRef("pk")}).order_by().values(near)
        number = Coalesce(
            Subquery(own.annotate(number=self.field.counted()).values("number")),
            Value(Decimal(0)),
            output_field=output,
        )
        if operator == "from":
            return Q(GreaterThanOrEqual(number, values[0]))
        if operator == "to":
            return Q(LessThanOrEqual(number, values[0]))
        found = Q(GreaterThan(number, Decimal(0)))
        return found if operator == "filled" else ~found


class CountFilter(Filter):
    """By how many there are, out of those that the viewer may open."""

    operators: tuple[str, ...] = ("filled", "empty", "atleast")
    widget = "number"
    is_costly = True

    def __init__(self, field: CountField) -> None:
        super().__init__("")
        self.field = field

    def operator_label(self, operator: str) -> str:
        """The operator in words that fit records."""
        return str(_WORDS.get(operator) or super().operator_label(operator))

    def clean_one(self, value: str, viewer: "User") -> int:
        """A number of records."""
        if not (value.isascii() and value.isdecimal() and 0 < int(value[:9]) <= MOST):
            raise BadFilterError(value)
        return int(value)

    def q(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """The condition."""
        rows, near = self.field.rows(viewer)
        if operator not in NEED_NO_VALUE:
            return has_many(rows, self.field.every_row(), near, values[0])
        found = Q(Has(rows.filter(**{near: OuterRef("pk")})))
        return found if operator == "filled" else ~found

    def word(self, value: Any) -> str:
        """In the language's format."""
        return formats.number(value)
