"""Days and moments as fields."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from orbita.records.fields.base import Context, Field, Ordering, reads_alone
from orbita.records.listing.filters import (
    Filter,
)
from orbita.records.listing.periods import DateFilter, MomentFilter
from orbita.ui import formats
from orbita.ui.formfields import DateField as DateFormField
from orbita.ui.values import parse_date

if TYPE_CHECKING:
    from orbita.accounts.models import User
from orbita.records.fields.scalars import tie_of


class DateField(Field):
    """A day."""

    icon = "calendar"
    bulk = True
    json_type = {"type": "string", "format": "date"}
    example = "2026-11-21"

    def text(self, value: Any) -> str:
        """In the language's format."""
        if isinstance(value, str) and value:
            value = date.fromisoformat(value)
        return formats.day(value) if value else ""

    def filter(self) -> Filter | None:
        """By a period."""
        return DateFilter(self.path)

    def order_by(self) -> Ordering | None:
        """By time."""
        return Ordering(models.F(self.path), tie=tie_of(self.path), path=self.path)

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A line for a day, with a calendar."""
        return DateFormField(label=self.label, required=self.required, help_text=self.help)

    def export(self, record: Any) -> Any:
        """The day itself."""
        return self.value(record)

    def json(self, record: Any) -> Any:
        """ISO 8601."""
        value = self.value(record)
        return value.isoformat() if value else None

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """Two days of this year."""
        year = timezone.localdate().year
        return (date(year, 3, 31), date(year, 11, 21))

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """The day, in any usual writing."""
        if cell is None or cell == "":
            return None
        try:
            return parse_date(cell, month_first=context.month_first)
        except ValueError as error:
            raise ValidationError(str(getattr(error, "sentence", error))) from error

    def comparable(self, value: Any) -> Any:
        """ISO 8601."""
        return value.isoformat() if value else None


class MomentField(Field):
    """A moment that the system sets; nobody edits it."""

    icon = "clock"
    editable = importable = inline = False
    json_type = {"type": "string", "format": "date-time"}
    example = "2026-11-21T14:05:00+01:00"

    def text(self, value: Any) -> str:
        """In the language's format and the account's time zone."""
        if isinstance(value, str) and value:
            value = parse_datetime(value)
        return formats.moment(value) if value else ""

    def filter(self) -> Filter | None:
        """By a period."""
        return MomentFilter(self.path)

    def order_by(self) -> Ordering | None:
        """By time."""
        return Ordering(models.F(self.path), path=self.path, total=True)

    def export(self, record: Any) -> Any:
        """Local time without zone, as spreadsheets hold it."""
        value: datetime | None = self.value(record)
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if value else None

    def json(self, record: Any) -> Any:
        """ISO 8601 with zone."""
        value = self.value(record)
        return value.isoformat() if value else None
