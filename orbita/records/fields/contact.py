"""Contact data as fields: many e-mails, phones, web addresses, postal addresses."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F, Q
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from orbita.records.fields.base import Context, Field, Ordering, muted
from orbita.records.fields.identifiers import normal_postcode
from orbita.records.fields.scalars import check_length
from orbita.records.listing.filters import ExistsFilter, Filter, TextFilter, found_by_text, has
from orbita.records.models import Address, ContactPoint, ContactType
from orbita.ui.formats import collation
from orbita.ui.formfields import AddressesField as AddressesFormField
from orbita.ui.formfields import LabelledValuesField
from orbita.ui.text import clean, digits, fold
from orbita.ui.values import to_text
from orbita.ui.widgets import LabelledValues

if TYPE_CHECKING:
    from django.db.models import Model

    from orbita.accounts.models import User

Entry = dict[str, str]
_SEPARATORS = re.compile(r"[;|\n]+")
MAX_ENTRIES = 30


@lru_cache(maxsize=8192)
def email_key(text: str) -> tuple[str, str]:
    """A checked e-mail address and its normal form."""
    text = clean(text).removeprefix("mailto:")
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValidationError(_("Wrong e-mail address: %(text)s") % {"text": text[:80]}) from error
    return text, text.lower()


@lru_cache(maxsize=8192)
def phone_key(text: str) -> tuple[str, str]:
    """A phone number as people of its country write it, and its digits with the country code.

    A number without a country code is Polish. Extensions stay in the text alone. Numbers that
    libphonenumber does not know are kept when they have 3 to 15 digits (short and internal ones).
    """
    text = clean(text).removeprefix("tel:")
    try:
        number = phonenumbers.parse(text, "PL")
        if phonenumbers.is_possible_number(number) and not number.extension:
            shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
            return shown, f"{number.country_code}{number.national_number}"
    except phonenumbers.NumberParseException:
        pass
    key = digits(text)
    if not 3 <= len(key) <= 20 or re.search(r"[^\d\s+().,/a-zA-Z-]", text):
        raise ValidationError(_("Wrong phone number: %(text)s") % {"text": text[:40]})
    return text, key


@lru_cache(maxsize=8192)
def www_key(text: str) -> tuple[str, str]:
    """A web address, http or https alone, and its form without scheme and slash at the end."""
    text = clean(text)
    address = text if re.match(r"^[a-z][a-z0-9+.-]*:", text, re.IGNORECASE) else f"https://{text}"
    if not re.match(r"^https?://[^\s/$.?#][^\s\"'<>]*\.[^\s\"'<>]+$", address, re.IGNORECASE):
        raise ValidationError(_("Wrong web address: %(text)s") % {"text": text[:80]})
    return text, re.sub(r"^https?://", "", address.lower()).rstrip("/")


KEYS = {ContactType.EMAIL: email_key, ContactType.PHONE: phone_key, ContactType.WWW: www_key}
EXAMPLES = {
    ContactType.EMAIL: "biuro@nowaera.example",
    ContactType.PHONE: "+48 600 100 200",
    ContactType.WWW: "nowaera.example",
}
HREFS = {
    ContactType.EMAIL: "mailto:{}",
    ContactType.PHONE: "tel:+{}",
    ContactType.WWW: "https://{}",
}


class ContactField(Field):
    """All contact points of one type; the first is the main one."""

    many = True
    inline = True
    json_type = {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"value": {"type": "string"}, "label": {"type": "string"}},
            "required": ["value"],
            "additionalProperties": False,
        },
    }

    def __init__(self, *args: Any, type: ContactType, **options: Any) -> None:
        super().__init__(*args, **options)
        self.type = type
        self.icon = {"email": "mail", "phone": "phone", "www": "world"}[type]
        self.example = [{"value": EXAMPLES[type], "label": ""}]

    def load(self, records: Sequence[Any], viewer: "User") -> None:
        """All contact points of the records in one query, shared by the fields of all types."""
        missing = [r for r in records if "_contact_points" not in r.__dict__]
        if not missing:
            return
        found: dict[Any, list[ContactPoint]] = {record.pk: [] for record in missing}
        for point in ContactPoint.objects.filter(record__in=list(found)):
            found[point.record_id].append(point)
        for record in missing:
            record.__dict__["_contact_points"] = found[record.pk]

    def points(self, record: Any) -> list[ContactPoint]:
        """The stored contact points of this type."""
        return [p for p in record.__dict__.get("_contact_points", ()) if p.type == self.type]

    def value(self, record: Any) -> list[Entry]:
        """Values with their labels, the main one first."""
        pending = getattr(record, "pending", {})
        if self.key in pending:
            return pending[self.key]
        return [{"value": point.value, "label": point.label} for point in self.points(record)]

    def text(self, value: Any) -> str:
        """The values, separated by semicolons."""
        return "; ".join(entry["value"] for entry in value or ())

    def cell(self, record: Any) -> str:
        """The main one, as a link that calls, mails or opens, and how many more there are."""
        points = self.points(record)
        if not points:
            return ""
        more = muted(f"+{len(points) - 1}") if len(points) > 1 else ""
        return format_html("{} {}", self.link(points[0]), more)

    def link(self, point: ContactPoint) -> str:
        """A link that calls, mails or opens."""
        href = HREFS[ContactType(self.type)].format(point.key)
        extra = ' target="_blank" rel="noopener noreferrer"' if self.type == "www" else ""
        template = '<a href="{}"' + extra + ' class="text-reset">{}</a>'
        return format_html(template, href, point.value)

    def detail(self, record: Any) -> str:
        """Every one with its label and a button that copies it."""
        return format_html_join(
            "",
            '<div class="contact-line"><span>{}</span> {} <button type="button" '
            'class="btn-copy" data-copy="{}" title="{}" aria-label="{}"></button></div>',
            (
                (self.link(p), muted(p.label), p.value, _("Copy"), _("Copy %s") % p.value)
                for p in self.points(record)
            ),
        )

    def json(self, record: Any) -> Any:
        """Objects of value and label."""
        return self.value(record)

    @property
    def json_input(self) -> dict[str, Any]:
        """A list of the objects, or of values alone."""
        one = {"anyOf": [self.json_type["items"], {"type": "string"}]}
        return {"type": "array", "items": one}

    def filter(self) -> Filter | None:
        """By a piece of any of the values."""

        is_phone = self.type == ContactType.PHONE

        def matcher(value: str) -> Q:
            return Q(key__contains=(digits(value) if is_phone else value.lower()) or value)

        rows = ContactPoint.objects.filter(type=self.type)
        return ExistsFilter(rows.all, matcher, digits if is_phone else fold)

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """Rows of value and label."""
        return LabelledValuesField(
            label=self.label,
            required=self.required,
            help_text=self.help,
            check=lambda text: KEYS[ContactType(self.type)](text)[0],
            widget=LabelledValues(
                value_label=self.label,
                type={"email": "email", "phone": "tel", "www": "text"}[self.type],
                autocomplete="off",
            ),
        )

    def parse(self, cell: Any, context: Context) -> Any:
        """One value or several, separated by semicolons; from the API, objects or texts."""
        entries: list[Entry] = []
        for item in cell if isinstance(cell, list) else _SEPARATORS.split(to_text(cell)):
            entry = item if isinstance(item, dict) else {"value": item, "label": ""}
            if not clean(str(entry.get("value", ""))):
                continue
            value, _key = KEYS[ContactType(self.type)](str(entry["value"]))
            label = check_length(clean(str(entry.get("label") or "")), 40)
            if value not in [known["value"] for known in entries]:
                entries.append({"value": check_length(value, 254), "label": label})
        if len(entries) > MAX_ENTRIES:
            raise ValidationError(_("At most %(limit)d values") % {"limit": MAX_ENTRIES})
        return entries

    def assign(self, record: Any, value: Any) -> None:
        """Wait until the record is stored."""
        record.pending[self.key] = value or []

    def store(self, pending: Sequence[tuple[Any, Any]]) -> None:
        """Make the stored rows equal to the values, touching only what differs."""
        stored: dict[Any, list[ContactPoint]] = {record.pk: [] for record, _value in pending}
        for point in ContactPoint.objects.filter(record__in=list(stored), type=self.type):
            stored[point.record_id].append(point)
        wanted = {record.pk: self.rows(record, value) for record, value in pending}
        sync_rows(ContactPoint, stored, wanted, ("value", "key", "label", "position"))
        for record, _value in pending:
            record.__dict__.pop("_contact_points", None)

    def rows(self, record: Any, value: list[Entry]) -> list[ContactPoint]:
        """Rows for the values, not stored."""
        return [
            ContactPoint(
                record_id=record.pk,
                type=self.type,
                value=entry["value"],
                key=KEYS[ContactType(self.type)](entry["value"])[1],
                label=entry.get("label", ""),
                position=position,
            )
            for position, entry in enumerate(value)
        ]

    def combine(self, old: Any, new: Any) -> Any:
        """All that are there, and behind them those that are new."""
        key = KEYS[ContactType(self.type)]
        known = {key(entry["value"])[1] for entry in old or ()}
        return [
            *(old or ()),
            *(entry for entry in new or () if key(entry["value"])[1] not in known),
        ]

    def new_rows(self, pending: Sequence[tuple[Any, Any]]) -> "list[Model] | None":
        """The contact points of new records."""
        return [row for record, value in pending for row in self.rows(record, value)]

    def search_words(self, value: Any) -> list[str]:
        """The normal form, and the text where it differs."""
        words = []
        for entry in value or ():
            key = KEYS[ContactType(self.type)](entry["value"])[1]
            words += [key] if key == entry["value"] else [key, entry["value"]]
        return words

    def comparable(self, value: Any) -> Any:
        """Pairs of value and label."""
        return [[e["value"], e.get("label", "")] for e in value or ()] or None


PART_LENGTHS = {"label": 40, "street": 160, "postcode": 16, "city": 120, "country": 80}
ADDRESS_PARTS = tuple(PART_LENGTHS)


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
            "postcode": "31-147",
            "city": "Kraków",
            "country": "Polska",
        }
    ]

    def load(self, records: Sequence[Any], viewer: "User") -> None:
        """All addresses of the records in one query."""
        missing = [r for r in records if "_addresses" not in r.__dict__]
        if not missing:
            return
        found: dict[Any, list[Address]] = {record.pk: [] for record in missing}
        for address in Address.objects.filter(record__in=list(found)):
            found[address.record_id].append(address)
        for record in missing:
            record.__dict__["_addresses"] = found[record.pk]

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
        """Each with its label and a link to a map."""
        return format_html_join(
            "",
            '<div class="contact-line"><a href="https://www.openstreetmap.org/search?query={}" '
            'target="_blank" rel="noopener noreferrer" class="text-reset">{}</a> {}</div>',
            (
                (str(address), str(address), muted(address.label))
                for address in record.__dict__.get("_addresses", ())
            ),
        )

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

    def new_rows(self, pending: Sequence[tuple[Any, Any]]) -> "list[Model] | None":
        """The addresses of new records."""
        return [row for record, value in pending for row in self.rows(record, value)]

    def search_words(self, value: Any) -> list[str]:
        """Cities and streets."""
        return [entry.get(part, "") for entry in value or () for part in ("city", "street")]

    def comparable(self, value: Any) -> Any:
        """Lists of the parts."""
        return [[e.get(part, "") for part in ADDRESS_PARTS] for e in value or ()] or None


class AddressPart(Field):
    """One part of the main address: a column of lists and spreadsheets, set by `addresses`."""

    icon = "map-pin"
    part_of = "addresses"

    def __init__(self, *args: Any, part: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.part = part
        self.example = AddressesField.example[0][part]
        self.inline = False

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
        """By the part of the main address."""
        return AddressFilter(self.part)

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
            without=lambda: ~has(Address.objects.filter(position=0, city__gt="")),
        )

    def parse(self, cell: Any, context: Context) -> Any:
        """The text; a postcode in its normal form."""
        text = clean(to_text(cell))
        if self.part == "postcode":
            return normal_postcode(text)
        return check_length(text, PART_LENGTHS[self.part])

    def assign(self, record: Any, value: Any) -> None:
        """Change the part in the main address; the other addresses stay."""
        field = self.addresses()
        entries = [dict(entry) for entry in field.value(record)] or [
            dict.fromkeys(ADDRESS_PARTS, "")
        ]
        entries[0][self.part] = value or ""
        if not any(entries[0][part] for part in ADDRESS_PARTS):
            entries = entries[1:]
        field.assign(record, entries)


class AddressFilter(TextFilter):
    """By a part of the main address."""

    def __init__(self, part: str) -> None:
        super().__init__("", empty="")
        self.part = part

    def having(self, condition: Q, *, alone: bool = False) -> Q:
        """The records whose main address fulfils the condition."""
        return has(Address.objects.filter(condition, position=0), alone=alone)

    def filled(self) -> Q:
        """The part is filled in."""
        return self.having(Q(**{f"{self.part}__gt": ""}))

    def is_blank(self) -> Q:
        """The part is empty, or there is no address."""
        return ~self.filled()

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """Any of the texts."""
        if operator in ("is", "not"):
            found = self.having(Q(**{f"{self.part}__in": values}))
            return ~found if operator == "not" else found
        lookup = "icontains" if operator == "contains" else "istartswith"
        found = Q()
        for value in values:
            text = found_by_text(fold(value)) if self.part in ("city", "street") else Q()
            found |= self.having(Q(**{f"{self.part}__{lookup}": value}), alone=bool(text)) & text
        return found


def sync_rows(
    model: type[Any],
    stored: dict[Any, list[Any]],
    wanted: dict[Any, list[Any]],
    columns: tuple[str, ...],
) -> None:
    """Change, add and remove satellite rows so that the stored ones equal the wanted ones."""
    changed, added, removed = [], [], []
    for key, rows in wanted.items():
        old = stored.get(key, [])
        for was, now in zip(old, rows, strict=False):
            if any(getattr(was, column) != getattr(now, column) for column in columns):
                for column in columns:
                    setattr(was, column, getattr(now, column))
                changed.append(was)
        added += rows[len(old) :]
        removed += [row.pk for row in old[len(rows) :]]
    if changed:
        model.objects.bulk_update(changed, columns)
    if added:
        model.objects.bulk_create(added)
    if removed:
        model.objects.filter(pk__in=removed).delete()
