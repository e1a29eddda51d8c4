"""Custom texts: short, long, and those with a form of their own (e-mail, phone, web address)."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextField as TextColumn
from django.db.models.functions import Collate
from django.utils.translation import get_language

from orbita.records.fields.base import Context, Ordering, reads_alone
from orbita.records.fields.contact import EXAMPLES, HREFS, KEYS
from orbita.records.fields.custom.filters import TextByKey
from orbita.records.fields.custom.value import CustomValue, Inside
from orbita.records.fields.scalars import LongTextField, TextField, check_length
from orbita.records.listing.filters import Filter
from orbita.records.models import ContactType, Record
from orbita.ui.formats import collation
from orbita.ui.html import format_html
from orbita.ui.text import clean
from orbita.ui.values import to_text

SHOWN = 120
LANGUAGES = ("pl", "en")


class CustomText(CustomValue, TextField):
    """A line of text."""

    indexable = True

    def sql(self) -> Any:
        """The text in the database."""
        return Inside("({custom} ->> {key})", self.name, output_field=TextColumn())

    def filter(self) -> Filter | None:
        """By a piece of text."""
        return TextByKey(self.name, self.sql())

    def order_by(self) -> Ordering | None:
        """By the alphabet."""
        return self.ordering(Collate(self.sql(), collation(get_language())))

    def held_texts(self) -> Any:
        """The same out of the JSON, worded as in the indexes of the field."""
        rows = Record._base_manager.filter(self.definition.holders)
        return rows.values_list("pk", Collate(self.sql(), collation(get_language())))

    def sort_keys(self) -> list[Any]:
        """The alphabets of all languages."""
        return [Collate(self.sql(), collation(language)) for language in LANGUAGES]


class CustomLongText(CustomValue, LongTextField):
    """Text of many lines; lists show how it begins."""

    column = True

    def filter(self) -> Filter | None:
        """By a piece of text."""
        text = Inside("({custom} ->> {key})", self.name, output_field=TextColumn())
        return TextByKey(self.name, text)

    def cell(self, record: Any) -> str:
        """The beginning, in one line."""
        text = " ".join(self.text(self.value(record)).split())
        return format_html("{}", text if len(text) <= SHOWN else f"{text[:SHOWN].rstrip()}…")


class CustomContact(CustomText):
    """A text that is checked and leads somewhere."""

    contact: ContactType
    template = '<a href="{}" class="text-reset">{}</a>'

    @property
    def example(self) -> Any:  # type: ignore[override]
        """Such a value."""
        return EXAMPLES[self.contact]

    def from_form(self, value: Any) -> Any:
        """The text in its usual form; ValidationError for what is none."""
        return self.parse(value, None)

    def sample_cells(self, viewer: Any) -> Sequence[Any]:
        """Such a value."""
        return (self.example,)

    @reads_alone
    def parse(self, cell: Any, context: Context | None) -> Any:
        """The text in its usual form; ValidationError for what is none."""
        text = clean(to_text(cell))
        if not text:
            return ""
        return check_length(KEYS[self.contact](text)[0], self.max_length)

    def cell(self, record: Any) -> str:
        """A link that mails, calls or opens."""
        text = self.value(record)
        if not text:
            return ""
        try:
            href = HREFS[self.contact].format(KEYS[self.contact](text)[1])
        except ValidationError:
            return format_html("{}", text)
        return format_html(self.template, href, text)


class CustomEmail(CustomContact):
    """One e-mail address."""

    contact, icon = ContactType.EMAIL, "mail"


class CustomPhone(CustomContact):
    """One phone number."""

    contact, icon = ContactType.PHONE, "phone"


class CustomWww(CustomContact):
    """One web address."""

    contact, icon = ContactType.WWW, "world"
    template = '<a href="{}" target="_blank" rel="noopener noreferrer" class="text-reset">{}</a>'
