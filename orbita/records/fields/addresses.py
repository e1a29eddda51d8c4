"""Postal addresses as fields: all of them, and the parts of the main one."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from orbita.records.fields.base import Context, Field, Ordering, Rows, muted, reads_alone
from orbita.records.fields.identifiers import normal_postcode
from orbita.records.fields.scalars import check_length
from orbita.records.held import PARTS, holding, lacking, of_address
from orbita.records.listing.expressions import Shortcut, Sieve
from orbita.records.listing.filters import (
    NEED_NO_VALUE,
    Filter,
    TextFilter,
    found_by_text,
    lookup_of,
)
from orbita.records.listing.having import has
from orbita.records.listing.narrowing import between, stands_in_alphabet
from orbita.records.models import Address
from orbita.records.words import from_longest_run
from orbita.ui.formats import collation
from orbita.ui.formfields import AddressesField as AddressesFormField
from orbita.ui.html import format_html_join
from orbita.ui.questions import Question
from orbita.ui.text import clean, fold
from orbita.ui.values import to_text

if TYPE_CHECKING:
    from orbita.accounts.models import User
from orbita.records.fields.contact import MAX_ENTRIES, Entry, beside
from orbita.records.fields.satellites import load_rows, sync_rows

PART_LENGTHS = {
    "label": 40,
    "street": 160,
    "street2": 160,
    "postcode": 16,
    "city": 120,
    "country": 80,
}

ADDRESS_PARTS = tuple(PART_LENGTHS)
BLANK = dict.fromkeys(ADDRESS_PARTS, "")
ADDRESSES = Question(lambda ids: Address.objects.filter(record__among=ids))


class AddressesField(Field):
    """All postal addresses; the first is the main one."""

    many = True
    icon = "map-pin"
    importable = exportable = False
    column = False
    wide = True
    json_type = {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {part: {"type": "string"} for part in ADDRESS_PARTS},
            "additionalProperties": False,
        },
    }
    example: Any = [
        {
            "label": "",
            "street": "Długa 5",
            "street2": "",
            "postcode": "31-147",
            "city": "Kraków",
            "country": "Polska",
        }
    ]

    def load(self, records: Sequence[Any], viewer: "User") -> None:
        """All addresses of the records in one query."""
        load_rows(records, "_addresses", ADDRESSES)

    def value(self, record: Any) -> list[Entry]:
        """Addresses as dictionaries of their parts."""
        pending = getattr(record, "pending", {})
        if self.key in pending:
            return pending[self.key]
        return [
            {part: getattr(address, part) for part in ADDRESS_PARTS}
            for address in record.__dict__.get("_addresses", ())
        ]

    def text(self, value: Any) -> str:
        """Each on one line."""
        return "; ".join(
            str(Address(**{part: entry.get(part, "") for part in ADDRESS_PARTS}))
            for entry in value or ()
        )

    def detail(self, record: Any) -> str:
        """Each with its label and a link to a map; among several, which one is the main one."""
        addresses = record.__dict__.get("_addresses", ())
        several = len(addresses) > 1
        return format_html_join(
            "",
            '<div class="contact-line"><a href="https://www.openstreetmap.org/search?query={}" '
            'target="_blank" rel="noopener noreferrer" class="text-reset">{}</a> {}</div>',
            (
                (str(one), str(one), muted(beside(one.label, is_main=several and not place)))
                for place, one in enumerate(addresses)
            ),
        )

    def combine(self, old: Any, new: Any) -> Any:
        """Those that are there, and behind them those at another place."""
        known = {self._place(entry) for entry in old or ()}
        return [*(old or ()), *(e for e in new or () if self._place(e) not in known)]

    def _place(self, entry: Entry) -> tuple[str, ...]:
        return tuple(fold(entry.get(part) or "") for part in ADDRESS_PARTS[1:])

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """Blocks of the parts of an address."""
        field = self

        class Checked(AddressesFormField):
            def clean(self, value: Any) -> Any:
                return field.parse(super().clean(value), Context(viewer))

        return Checked(label=self.label, required=self.required)

    def parse(self, cell: Any, context: Context) -> Any:
        """A list of dictionaries, from the API."""
        entries = []
        for item in cell or ():
            entry = {part: clean(str(item.get(part) or "")) for part in ADDRESS_PARTS}
            entry["postcode"] = normal_postcode(entry["postcode"])
            for part in ADDRESS_PARTS:
                check_length(entry[part], PART_LENGTHS[part])
            if any(entry[part] for part in ADDRESS_PARTS[1:]):
                entries.append(entry)
        if len(entries) > MAX_ENTRIES:
            raise ValidationError(_("At most %(limit)d values") % {"limit": MAX_ENTRIES})
        return entries

    def assign(self, record: Any, value: Any) -> None:
        """Wait until the record is stored."""
        record.pending[self.key] = value or []

    def store(self, pending: Sequence[tuple[Any, Any]]) -> None:
        """Make the stored rows equal to the values, touching only what differs."""
        stored: dict[Any, list[Address]] = {record.pk: [] for record, _value in pending}
        for address in Address.objects.filter(record__in=list(stored)):
            stored[address.record_id].append(address)
        wanted = {record.pk: self.rows(record, value) for record, value in pending}
        sync_rows(Address, stored, wanted, (*ADDRESS_PARTS, "position"))
        for record, _value in pending:
            record.__dict__.pop("_addresses", None)

    def rows(self, record: Any, value: list[Entry]) -> list[Address]:
        """Rows for the values, not stored."""
        return [
            Address(
                record_id=record.pk,
                position=position,
                **{part: entry.get(part, "") for part in ADDRESS_PARTS},
            )
            for position, entry in enumerate(value)
        ]

    def new_rows(self, pending: Sequence[tuple[Any, Any]]) -> Rows | None:
        """The addresses of new records."""
        values = (
            (record.pk, place, *(entry.get(part, "") for part in ADDRESS_PARTS))
            for record, entries in pending
            for place, entry in enumerate(entries)
        )
        return Rows(Address, ("record_id", "position", *ADDRESS_PARTS), values)

    def held(self, value: Any) -> int:
        """The parts of the main address."""
        return of_address(*(value[0].get(part, "") for part in PARTS)) if value else 0

    def search_words(self, value: Any) -> list[str]:
        """Cities and streets."""
        return [entry.get(part, "") for entry in value or () for part in ("city", "street")]

    def comparable(self, value: Any) -> Any:
        """Lists of the parts."""
        return [[e.get(part, "") for part in ADDRESS_PARTS] for e in value or ()] or None


SAMPLES = {
    "street": ("Długa 7", "Żeglarska 12/3"),
    "street2": ("", ""),
    "postcode": ("31-146", "90-001"),
    "city": ("Kraków", "Łódź"),
    "country": ("Polska", "Polska"),
}


class AddressPart(Field):
    """One part of the main address: a column of lists and spreadsheets, set by `addresses`."""

    icon = "map-pin"
    part_of = "addresses"

    def __init__(self, *args: Any, part: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.part = part
        self.example = AddressesField.example[0][part]
        self.inline = False
        self.bulk = part in ("city", "country")

    def load(self, records: Sequence[Any], viewer: "User") -> None:
        """With the addresses."""
        self.addresses().load(records, viewer)

    def addresses(self) -> AddressesField:
        """The field that holds whole addresses."""
        found = self.kind.all_fields()["addresses"]  # type: ignore[union-attr]
        assert isinstance(found, AddressesField)  # noqa: S101
        return found

    def value(self, record: Any) -> str:
        """The part of the main address."""
        entries = self.addresses().value(record)
        return entries[0].get(self.part, "") if entries else ""

    def filter(self) -> Filter | None:
        """By the part of the main address; not by its second line, of which no index knows."""
        return AddressFilter(self.part) if self.part in PARTS else None

    def order_by(self) -> Ordering | None:
        """By the alphabet, for the part that has an index: the city."""
        if self.part != "city":
            return None
        from django.db.models.functions import Collate

        return Ordering(
            Collate(F("main_address__city"), collation(get_language())),
            tie="main_address__record",
            path="main_address__city",
            empty="",
            without=lambda: lacking(PARTS["city"]),
        )

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """The parts of two addresses."""
        return SAMPLES[self.part]

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """The text; a postcode in its normal form."""
        text = clean(to_text(cell))
        if self.part == "postcode":
            return normal_postcode(text)
        return check_length(text, PART_LENGTHS[self.part])

    def assign(self, record: Any, value: Any) -> None:
        """Change the part in the main address; the other addresses stay."""
        field = self.addresses()
        entries = field.value(record)
        main = {**BLANK, **(entries[0] if entries else BLANK), self.part: value or ""}
        field.assign(record, [main, *entries[1:]] if any(main.values()) else entries[1:])

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A line, for list operations; forms edit whole addresses."""
        if not self.bulk:
            return None
        return forms.CharField(
            label=self.label, required=self.required, max_length=PART_LENGTHS[self.part]
        )

    def from_form(self, value: Any) -> Any:
        """Without invisible signs."""
        return clean(value or "")

    def differs(self, value: Any, viewer: "User") -> Q:
        """Rows whose main address says something else there."""
        wanted = Q(**{self.part: value}) if value else Q(**{f"{self.part}__gt": ""})
        found = has(Address.objects.filter(wanted, position=0))
        return ~found if value else found

    def set_many(self, ids: Sequence[Any], value: Any) -> None:
        """Change the part in the main address of each, or begin an address with it."""
        from orbita.records.many import assign_many

        assign_many(self, ids, value)


class AddressFilter(TextFilter):
    """By a part of the main address."""

    def __init__(self, part: str) -> None:
        super().__init__("", empty="")
        self.part = part

    def looks_elsewhere(self, operator: str) -> bool:
        """The values stand there; that there are some, the record knows itself."""
        return operator not in NEED_NO_VALUE

    def having(self, condition: Q, *, alone: bool = False) -> Q:
        """The records whose main address fulfils the condition."""
        return has(Address.objects.filter(condition, position=0), alone=alone)

    def filled(self) -> Q:
        """The part is filled in."""
        return holding(PARTS[self.part])

    def is_blank(self) -> Q:
        """The part is empty, or there is no address."""
        return lacking(PARTS[self.part])

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """Any of the texts."""
        if operator in ("is", "not"):
            found = self.having(Q(**{f"{self.part}__in": values}))
            return ~found if operator == "not" else self.sieved(values) & self.found(values) & found
        found = Q()
        for value in values:
            condition = Q(**{f"{self.part}__{lookup_of(operator, value)}": value})
            place = self.place(operator, value)
            text = Q() if place else self.in_search(value)
            near = self.sieved([value]) if place else text
            found |= near & self.having(condition & place, alone=bool(text))
        return found

    def place(self, operator: str, value: str) -> Q:
        """Where the cities stand that begin so, in the index by which lists are sorted."""
        if operator != "starts" or not stands_in_alphabet(Address, self.part):
            return Q()
        found = between(self.part, value)
        return Q(Shortcut(found)) if found else found

    def in_search(self, value: str) -> Q:
        """What the searchable text says about a record with this value."""
        return found_by_text(fold(value)) if self.part in ("city", "street") else Q()

    def sieved(self, values: list[Any]) -> Q:
        """The same of any of the values, asked where rows are asked one by one."""
        texts = [self.in_search(value) for value in values]
        return Q(Sieve(reduce(or_, texts))) if all(texts) else Q()

    def found(self, values: list[Any]) -> Q:
        """How the searchable text finds streets, which no index has, by name and number."""
        if self.part != "street":
            return Q()
        texts = [from_longest_run(fold(value)) for value in values]
        if not all(texts):
            return Q()
        return Q(Shortcut(reduce(or_, [Q(search_text__contains=text) for text in texts])))
