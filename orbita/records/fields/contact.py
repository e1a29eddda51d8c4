"""Contact data as fields: many e-mails, phones, web addresses, postal addresses."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _

from orbita.records.fields.base import Context, Field, Rows, muted, reads_alone
from orbita.records.fields.satellites import load_rows, sync_rows
from orbita.records.fields.scalars import check_length
from orbita.records.held import POINTS as POINTS_HELD
from orbita.records.listing.filters import Filter
from orbita.records.listing.having import ExistsFilter
from orbita.records.models import ContactPoint, ContactType
from orbita.ui.formfields import LabelledValuesField
from orbita.ui.html import format_html, format_html_join
from orbita.ui.questions import Question
from orbita.ui.sheets import join_items, split_items
from orbita.ui.text import clean, digits, fold
from orbita.ui.values import to_text
from orbita.ui.widgets import LabelledValues

if TYPE_CHECKING:
    from orbita.accounts.models import User

Entry = dict[str, str]
MAX_ENTRIES = 30
POINT_COLUMNS = ("record_id", "type", "value", "key", "label", "phone_type", "position")
POINTS = Question(lambda ids: ContactPoint.objects.filter(record__among=ids))

_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
    re.IGNORECASE | re.ASCII,
)
"""Addresses that Django's check takes without a doubt; it is asked about all others."""
_POWER_OF_TEN = re.compile(r"\+?\d(?:[.,]\d+)?E\+?\d{1,3}", re.IGNORECASE | re.ASCII)
"""What is left of a number that a spreadsheet program has written with too few digits."""
_POLISH_PHONE = re.compile(r"\+48[ -]?([1-9](?:[ -]?[0-9]){8})")


@lru_cache(maxsize=8192)
def email_key(text: str) -> tuple[str, str]:
    """A checked e-mail address and its normal form."""
    text = clean(text).removeprefix("mailto:")
    if len(text) <= 254 and _PLAIN_EMAIL.fullmatch(text):
        return text, text.lower()
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValidationError(
            _("Invalid e-mail address: %(text)s") % {"text": text[:80]}
        ) from error
    return text, text.lower()


@lru_cache(maxsize=8192)
def phone_key(text: str) -> tuple[str, str]:
    """A phone number as people of its country write it, and its digits with the country code.

    A number without a country code is Polish. Extensions stay in the text alone. Numbers that
    libphonenumber does not know are kept when they have 3 to 15 digits (short and internal ones).
    """
    text = clean(text).removeprefix("tel:")
    if _POWER_OF_TEN.fullmatch(text):
        raise ValidationError(
            _("The spreadsheet program has cut the phone number short: %(text)s") % {"text": text}
        )
    if match := _POLISH_PHONE.fullmatch(text):
        return _polish_phone(digits(match[1]))
    try:
        number = phonenumbers.parse(text, "PL")
        if phonenumbers.is_possible_number(number) and not number.extension:
            shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
            return shown, f"{number.country_code}{number.national_number}"
    except phonenumbers.NumberParseException:
        pass
    key = digits(text)
    if not 3 <= len(key) <= 20 or re.search(r"[^\d\s+().,/a-zA-Z-]", text):
        raise ValidationError(_("Invalid phone number: %(text)s") % {"text": text[:40]})
    return text, key


def _polish_phone(national: str) -> tuple[str, str]:
    """What libphonenumber makes of a full number with +48, in a twentieth of its time."""
    groups, place = [], 0
    for length in _polish_groups(national[:4]):
        groups.append(national[place : place + length])
        place += length
    return f"+48 {' '.join(groups)}", f"48{national}"


@lru_cache(maxsize=10_000)
def _polish_groups(beginning: str) -> list[int]:
    """How nine digits are grouped: the rules look at no more than the first four."""
    number = phonenumbers.PhoneNumber(country_code=48, national_number=int(f"{beginning}00000"))
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return [len(group) for group in shown.split()[1:]]


@lru_cache(maxsize=8192)
def www_key(text: str) -> tuple[str, str]:
    """A web address, http or https alone, and its form without scheme and slash at the end."""
    text = clean(text)
    address = text if re.match(r"^[a-z][a-z0-9+.-]*:", text, re.IGNORECASE) else f"https://{text}"
    if not re.match(r"^https?://[^\s/$.?#][^\s\"'<>]*\.[^\s\"'<>]+$", address, re.IGNORECASE):
        raise ValidationError(_("Invalid web address: %(text)s") % {"text": text[:80]})
    return text, re.sub(r"^https?://", "", address.lower()).rstrip("/")


KEYS = {ContactType.EMAIL: email_key, ContactType.PHONE: phone_key, ContactType.WWW: www_key}
EXAMPLES = {
    ContactType.EMAIL: "biuro@nowaera.example",
    ContactType.PHONE: "+48 600 100 200",
    ContactType.WWW: "nowaera.example",
}
SAMPLES = {
    ContactType.EMAIL: ("biuro@nowaera.example; faktury@nowaera.example", "poczta@zolta.example"),
    ContactType.PHONE: ("+48 600 100 200; +48 12 345 67 89", "+48 601 200 300"),
    ContactType.WWW: ("https://nowaera.example", "https://zolta.example"),
}
HREFS = {
    ContactType.EMAIL: "mailto:{}",
    ContactType.PHONE: "tel:+{}",
    ContactType.WWW: "https://{}",
}


class ContactField(Field):
    """All contact points of one type. The first is the main one, so the order says which it is:
    what a form makes the main one, it moves to the front.
    """

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
        load_rows(records, "_contact_points", POINTS)

    def points(self, record: Any) -> list[ContactPoint]:
        """The stored contact points of this type."""
        return [p for p in record.__dict__.get("_contact_points", ()) if p.type == self.type]

    def value(self, record: Any) -> list[Entry]:
        """Values with their labels, the main one first."""
        pending = getattr(record, "pending", {})
        if self.key in pending:
            return pending[self.key]
        return [self.entry(point) for point in self.points(record)]

    def entry(self, point: ContactPoint) -> Entry:
        """A stored contact point as a value."""
        return {"value": point.value, "label": point.label}

    def text(self, value: Any) -> str:
        """The values, separated by semicolons."""
        return "; ".join(entry["value"] for entry in value or ())

    def export(self, record: Any) -> Any:
        """The values; one that holds a separator stands in quotation marks."""
        return join_items([entry["value"] for entry in self.value(record)])

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
        """Every one with its label and a button that copies it; which one is the main one."""
        points = self.points(record)
        several = len(points) > 1
        return format_html_join(
            "",
            '<div class="contact-line"><span>{}</span> {} <button type="button" '
            'class="btn-copy" data-copy="{}" title="{}" aria-label="{}"></button></div>',
            (
                (
                    self.link(p),
                    muted(beside(*self.remarks(p), is_main=several and not place)),
                    p.value,
                    _("Copy"),
                    _("Copy %s") % p.value,
                )
                for place, p in enumerate(points)
            ),
        )

    def remarks(self, point: ContactPoint) -> tuple[str, ...]:
        """What is said beside a contact point."""
        return (point.label,)

    def json(self, record: Any) -> Any:
        """The objects, the main one first."""
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
        normal = digits if is_phone else fold
        return ExistsFilter(rows.all, matcher, normal, bit=POINTS_HELD[self.type])

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """Rows of value and label."""
        return LabelledValuesField(
            label=self.label,
            required=self.required,
            help_text=self.help,
            check=lambda text: KEYS[self.type](text)[0],
            widget=LabelledValues(
                value_label=self.label,
                type={"email": "email", "phone": "tel", "www": "text"}[self.type],
                autocomplete="off",
                types=self.types(),
            ),
        )

    def types(self) -> Sequence[tuple[str, Any]]:
        """What each value is to be told as in forms; nothing by default."""
        return ()

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """Values of nobody's, the first row with two."""
        return SAMPLES[ContactType(self.type)]

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """One value or several, separated by semicolons; from the API, objects or texts."""
        entries: list[Entry] = []
        for item in cell if isinstance(cell, list) else split_items(to_text(cell)):
            entry = item if isinstance(item, dict) else {"value": item}
            text = clean(str(entry.get("value", "")))
            if not text:
                continue
            value, _key = KEYS[self.type](text)
            label = check_length(clean(str(entry.get("label") or "")), 40) if len(entry) > 1 else ""
            if value not in [known["value"] for known in entries]:
                entries.append(self.made(check_length(value, 254), label, entry))
        if len(entries) > MAX_ENTRIES:
            raise ValidationError(_("At most %(limit)d values") % {"limit": MAX_ENTRIES})
        return entries

    def made(self, value: str, label: str, given: Entry) -> Entry:
        """A value out of its checked parts; `given` is the whole, as it came."""
        return {"value": value, "label": label}

    def assign(self, record: Any, value: Any) -> None:
        """Wait until the record is stored."""
        record.pending[self.key] = value or []

    def store(self, pending: Sequence[tuple[Any, Any]]) -> None:
        """Make the stored rows equal to the values, touching only what differs."""
        stored: dict[Any, list[ContactPoint]] = {record.pk: [] for record, _value in pending}
        for point in ContactPoint.objects.filter(record__in=list(stored), type=self.type):
            stored[point.record_id].append(point)
        wanted = {record.pk: self.rows(record, value) for record, value in pending}
        sync_rows(ContactPoint, stored, wanted, POINT_COLUMNS[2:])
        for record, _value in pending:
            record.__dict__.pop("_contact_points", None)

    def rows(self, record: Any, value: list[Entry]) -> list[ContactPoint]:
        """Rows for the values, not stored."""
        return [
            ContactPoint(
                record_id=record.pk,
                type=self.type,
                value=entry["value"],
                key=KEYS[self.type](entry["value"])[1],
                label=entry.get("label", ""),
                phone_type=self.stored_type(entry),
                position=position,
            )
            for position, entry in enumerate(value)
        ]

    def stored_type(self, entry: Entry) -> str:
        """What the column `phone_type` says of a value."""
        return ""

    def combine(self, old: Any, new: Any) -> Any:
        """All that are there, and behind them those that are new."""
        key = KEYS[self.type]
        known = {key(entry["value"])[1] for entry in old or ()}
        return [
            *(old or ()),
            *(entry for entry in new or () if key(entry["value"])[1] not in known),
        ]

    def new_rows(self, pending: Sequence[tuple[Any, Any]]) -> Rows | None:
        """The contact points of new records."""
        type_ = str(self.type)
        key = KEYS[self.type]
        values = (
            (
                *(record.pk, type_, text := entry["value"], key(text)[1]),
                *(entry.get("label", ""), self.stored_type(entry), place),
            )
            for record, entries in pending
            for place, entry in enumerate(entries)
        )
        return Rows(ContactPoint, POINT_COLUMNS, values)

    def held(self, value: Any) -> int:
        """The bit of the type."""
        return POINTS_HELD[self.type] if value else 0

    def search_words(self, value: Any) -> list[str]:
        """The normal form, and the text where it differs."""
        words = []
        for entry in value or ():
            key = KEYS[self.type](entry["value"])[1]
            words += [key] if key == entry["value"] else [key, entry["value"]]
        return words

    def comparable(self, value: Any) -> Any:
        """Lists of value, label and type."""
        return [[e["value"], e.get("label", ""), self.stored_type(e)] for e in value or ()] or None


def beside(*words: str, is_main: bool) -> str:
    """What is said beside one of several values, the main one among them."""
    return ", ".join(filter(None, (*words, _("main") if is_main else "")))
