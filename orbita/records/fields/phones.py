"""Phones as fields: all of them, and those of one type for spreadsheets."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orbita.records.fields.base import Context, Field, muted, reads_alone
from orbita.records.fields.contact import ContactField, Entry, phone_key
from orbita.records.models import ContactPoint, PhoneType
from orbita.ui.html import format_html
from orbita.ui.sheets import join_items

if TYPE_CHECKING:
    from orbita.accounts.models import User

PLAIN = PhoneType.PHONE.value


class PhonesField(ContactField):
    """Phones, mobile phones and faxes in one order; the first is the main one."""

    json_type = {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "value": {"type": "string"},
                "label": {"type": "string"},
                "type": {"type": "string", "enum": PhoneType.values},
            },
            "required": ["value"],
            "additionalProperties": False,
        },
    }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.example = [{**self.example[0], "type": PhoneType.MOBILE.value}]

    def entry(self, point: ContactPoint) -> Entry:
        """With its type."""
        return {**super().entry(point), "type": point.phone_type or PLAIN}

    def made(self, value: str, label: str, given: Entry) -> Entry:
        """With its type: one of ours, or a plain phone where none is given."""
        found = given.get("type") or PLAIN
        if found not in PhoneType.values:
            raise ValidationError(
                _("Unknown value: %(text)s (allowed: %(allowed)s)")
                % {"text": str(found)[:40], "allowed": ", ".join(PhoneType.values)}
            )
        return {"value": value, "label": label, "type": str(found)}

    def stored_type(self, entry: Entry) -> str:
        """The type, empty for a plain phone."""
        found = entry.get("type", "")
        return "" if found == PLAIN else found

    def types(self) -> Sequence[tuple[str, Any]]:
        """All of them, for a choice in each row."""
        return PhoneType.choices

    def remarks(self, point: ContactPoint) -> tuple[str, ...]:
        """The type, unless it is a plain phone, and the label."""
        return (str(PhoneType(point.phone_type).label) if point.phone_type else "", point.label)

    def link(self, point: ContactPoint) -> str:
        """A link that calls; nobody calls a fax."""
        return point.value if point.phone_type == PhoneType.FAX else super().link(point)


class PhonePart(Field):
    """The phones of one type: a column of lists and spreadsheets, a part of `phones`.

    An import says by it of which type a number is, and adds what is not there yet.
    """

    icon = "phone"
    many = True
    inline = in_api = False
    part_of = "phones"

    def __init__(self, *args: Any, part: PhoneType, **options: Any) -> None:
        super().__init__(*args, **options)
        self.part = part

    def whole(self) -> PhonesField:
        """The field that holds all phones."""
        found = self.kind.all_fields()[self.part_of]  # type: ignore[union-attr]
        assert isinstance(found, PhonesField)  # noqa: S101
        return found

    def load(self, records: Sequence[Any], viewer: "User") -> None:
        """With all contact points."""
        self.whole().load(records, viewer)

    def is_own(self, entry: Entry) -> bool:
        """Whether a phone is of the type."""
        return entry.get("type") == self.part

    def value(self, record: Any) -> list[Entry]:
        """The phones of the type, in their order."""
        return [entry for entry in self.whole().value(record) if self.is_own(entry)]

    def text(self, value: Any) -> str:
        """The numbers, separated by semicolons."""
        return self.whole().text(value)

    def cell(self, record: Any) -> str:
        """The first of them, and how many more there are."""
        points = [p for p in self.whole().points(record) if p.phone_type == self.part]
        if not points:
            return ""
        more = muted(f"+{len(points) - 1}") if len(points) > 1 else ""
        return format_html("{} {}", self.whole().link(points[0]), more)

    def export(self, record: Any) -> Any:
        """The numbers; one that holds a separator stands in quotation marks."""
        return join_items([entry["value"] for entry in self.value(record)])

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """Nothing: the phones stand in the column of all."""
        return ()

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """One number or several, all of the type."""
        return [{**one, "type": str(self.part)} for one in self.whole().parse(cell, context)]

    def combine(self, old: Any, new: Any) -> Any:
        """Those that are there, and behind them those that are new."""
        return self.whole().combine(old, new)

    def assign(self, record: Any, value: Any) -> None:
        """These are the phones of the type: known numbers keep their place, new ones come last."""
        wanted = {phone_key(entry["value"])[1]: entry for entry in value or ()}
        kept = []
        for entry in self.whole().value(record):
            key = phone_key(entry["value"])[1]
            if key in wanted:
                kept.append({**entry, "type": str(self.part)})
                del wanted[key]
            elif not self.is_own(entry):
                kept.append(entry)
        self.whole().assign(record, [*kept, *wanted.values()])

    def comparable(self, value: Any) -> Any:
        """Like that of all phones."""
        return self.whole().comparable(value)
