"""Polish identifiers: NIP, REGON and postcodes, checked by python-stdnum and by form."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.pl import nip, regon

from orbita import preferences
from orbita.records.fields.base import Context, Ordering, reads_alone
from orbita.records.fields.scalars import TextField, tie_of
from orbita.records.listing.filters import Filter, NumberTextFilter
from orbita.ui.text import clean, digits
from orbita.ui.values import to_text

_POSTCODE = re.compile(r"^(\d{2})[\s-]?(\d{3})$")


class CheckedField(TextField):
    """A text with a rule: the form and the import ask the same `parse`.

    The form asks as soon as the text is left (see `views.form.checked`).
    """

    def formfield(self, viewer: Any, record: Any = None) -> forms.Field | None:
        """A line whose text must pass `parse`."""
        field = self

        class Checked(forms.CharField):
            def clean(self, value: Any) -> Any:
                cleaned = super().clean(value)
                return (
                    field.parse(cleaned, Context(viewer))
                    if cleaned
                    else field.parse("", Context(viewer))
                )

        line = forms.TextInput(attrs={"data-check": True})
        return Checked(
            label=self.label,
            required=self.required,
            max_length=60,
            help_text=self.help,
            widget=line,
        )


class IdentifierField(CheckedField):
    """Digits with a checksum, NULL where there is none; unverified ones by a setting only."""

    icon = "id-badge-2"
    bulk = False
    numbers: tuple[str, ...] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"null": True, **options})

    def filter(self) -> Filter | None:
        """By its digits."""
        return NumberTextFilter(self.path)

    def order_by(self) -> Ordering | None:
        """By its digits."""
        from django.db.models import F

        return Ordering(F(self.path), tie=tie_of(self.path), path=self.path)

    def check(self, text: str) -> str:
        """The normal form; raises stdnum's ValidationError."""
        raise NotImplementedError

    def sample_cells(self, viewer: Any) -> Sequence[Any]:
        """Numbers with a right checksum that nobody has."""
        return self.numbers

    def sentence(self) -> str:
        """What to say about a number that is wrong."""
        raise NotImplementedError

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """The digits, None for an empty text."""
        text = clean(to_text(cell))
        if not text:
            return None
        try:
            return self.check(text)
        except StdnumError as error:
            if preferences.get("records.unverified_identifiers") and 0 < len(text) <= 20:
                return re.sub(r"[\s-]", "", text)
            raise ValidationError(self.sentence()) from error


class NipField(IdentifierField):
    """NIP, the tax number: ten digits, the last a checksum (Polish Tax Register Act)."""

    example = "1234563218"
    numbers = ("9990000103", "9990000126")

    def check(self, text: str) -> str:
        """Ten digits."""
        return nip.validate(re.sub(r"^PL", "", text, flags=re.IGNORECASE))

    def sentence(self) -> str:
        """The checksum does not fit."""
        return _("Invalid NIP (checksum)")

    def text(self, value: Any) -> str:
        """In the usual groups: 123-456-32-18."""
        value = value or ""
        return nip.format(value) if len(value) == 10 else value

    def export(self, record: Any) -> Any:
        """The digits alone."""
        return self.value(record) or ""

    def comparable(self, value: Any) -> Any:
        """The digits."""
        return digits(value or "") or None


class RegonField(IdentifierField):
    """REGON, the statistical number: 9 or 14 digits with checksums (GUS)."""

    example = "123456785"
    numbers = ("999000012", "999000029")

    def check(self, text: str) -> str:
        """9 or 14 digits."""
        return regon.validate(text)

    def sentence(self) -> str:
        """The checksum does not fit."""
        return _("Invalid REGON (checksum)")


class PostcodeField(CheckedField):
    """A postcode; five digits are written the Polish way, anything else is kept as it is."""

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """00-000 for five digits."""
        return normal_postcode(to_text(cell))


def normal_postcode(text: str) -> str:
    """Five digits as 00-000; other countries' codes as they are, at most 16 signs."""
    text = clean(text)
    match = _POSTCODE.match(text)
    if match:
        return f"{match[1]}-{match[2]}"
    if len(text) > 16 or re.search(r"[^0-9A-Za-z \-]", text):
        raise ValidationError(_("Invalid postcode: %(text)s") % {"text": text[:40]})
    return text
