"""Fields over one column: text, choice, number, money, date, moment, yes or no."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Collate
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orbita.records.fields.base import Context, Field, Ordering, reads_alone, text_order
from orbita.records.listing.filters import (
    ChoiceFilter,
    Filter,
    Option,
    TextFilter,
    TitleFilter,
    YesNoFilter,
)
from orbita.records.listing.narrowing import stands_in_alphabet
from orbita.ui.formats import collation
from orbita.ui.html import format_html
from orbita.ui.text import clean, clean_lines, fold
from orbita.ui.values import parse_bool, to_text
from orbita.ui.widgets import SuggestedText

if TYPE_CHECKING:
    from orbita.accounts.models import User


class TextField(Field):
    """A line of text; with `null` its column holds NULL where there is none, else an empty text.

    One that `suggests` offers texts that are in use while one types (see used_texts.py).
    """

    bulk = True

    def __init__(
        self,
        *args: Any,
        max_length: int = 255,
        sortable: bool = True,
        null: bool = False,
        suggests: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.max_length, self.sortable, self.null = max_length, sortable, null
        self.suggests = suggests
        self.bulk = self.bulk and not null  # many records of one identifier make no sense

    def filter(self) -> Filter | None:
        """By a piece of text."""
        in_name = self.kind is not None and self.key in self.kind.title_from
        return TextFilter(
            self.path,
            empty=None if self.null else "",
            in_text=in_name,
            in_key=in_name and self.kind is not None and self.kind.is_key_folded,
            leads=self.kind is not None and self.key == self.kind.sort_from,
            in_alphabet=self.kind is not None
            and stands_in_alphabet(self.kind.model, self.path.rpartition("__")[2]),
        )

    def order_by(self) -> Ordering | None:
        """By the alphabet; identifiers, which may be NULL, by their signs."""
        if not self.sortable:
            return None
        if self.null:
            return Ordering(models.F(self.path), tie=tie_of(self.path), path=self.path)
        return text_order(self.path, tie=tie_of(self.path), empty="")

    def from_form(self, value: Any) -> Any:
        """Without invisible signs."""
        return (clean(value) if isinstance(value, str) else value) or (None if self.null else "")

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A line to type in."""
        return forms.CharField(
            label=self.label,
            required=self.required,
            max_length=self.max_length,
            help_text=self.help,
            widget=self._suggesting() if self.suggests else forms.TextInput(),
        )

    def held_texts(self) -> Any:
        """Keys of records and their texts in the alphabet of the moment, whoever may open them."""
        assert self.kind is not None  # noqa: S101
        text = Collate(self.path.rpartition("__")[2], collation(get_language()))
        return self.kind.model._base_manager.values_list("pk", text)

    def _suggesting(self) -> SuggestedText:
        place = {"kind": self.kind, "key": self.key}
        return SuggestedText(reverse("suggest-values", kwargs=place))

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """A word where there must be one."""
        return (_("Example"),) if self.required else ()

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """The text, cleaned of invisible signs; too long is refused."""
        text = check_length(clean(to_text(cell)), self.max_length)
        return text or (None if self.null else "")


class TitleField(TextField):
    """The name of a record."""

    icon = "heading"
    bulk = False
    example = "Nowa Era"

    def filter(self) -> Filter | None:
        """By the folded name."""
        if self.kind is None:
            return TitleFilter(fold, is_folded=True)
        return TitleFilter(self.kind.title_key, is_folded=self.kind.is_key_folded)

    def order_by(self) -> Ordering | None:
        """By the sort name, which every record has."""
        return text_order("sort_name", total=True)

    def cell(self, record: Any) -> str:
        """A link to the profile; a lock where it is closed to the viewer."""
        from orbita.records.cells import title_link

        return title_link(record)

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A line that must be filled in."""
        return forms.CharField(
            label=self.label,
            max_length=self.max_length,
            help_text=self.help,
            error_messages={"required": gettext_lazy("Enter a name")},
        )

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """The word for such a record, counted."""
        one = self.kind.labels.one if self.kind is not None else self.label
        return (f"{one} 1", f"{one} 2")

    def from_form(self, value: Any) -> Any:
        """The name; one of invisible signs alone is none."""
        name = super().from_form(value)
        if not name:
            raise ValidationError(_("Enter a name"))
        return name

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """The name; an empty one is refused."""
        name = super().parse(cell, context)
        if not name:
            raise ValidationError(_("Enter a name"))
        return name


class LongTextField(Field):
    """Text of many lines; neither column nor order."""

    icon = "align-left"
    column = False
    bulk = True
    wide = True

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A box to type in."""
        return forms.CharField(
            label=self.label,
            required=self.required,
            help_text=self.help,
            max_length=10_000,
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    def from_form(self, value: Any) -> Any:
        """Without invisible signs; line breaks stay."""
        return clean_lines(value or "")

    def detail(self, record: Any) -> str:
        """With its line breaks."""
        value = self.text(self.value(record))
        return format_html('<div class="text-pre-line">{}</div>', value) if value else ""

    def filter(self) -> Filter | None:
        """By a piece of text."""
        return TextFilter(self.path, empty="")

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """A word where there must be one."""
        return (_("Example"),) if self.required else ()

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """The text with its line breaks."""
        text = to_text(cell) if not isinstance(cell, str) else cell
        return check_length(clean_lines(text), 10_000)


class ChoiceField(Field):
    """One of fixed choices, given as a Django choices class."""

    icon = "list"
    bulk = True

    def __init__(self, *args: Any, choices: type[models.Choices], **options: Any) -> None:
        super().__init__(*args, **options)
        self.choices = choices

    @property
    def json_type(self) -> dict[str, Any]:  # type: ignore[override]
        """One of the values."""
        return {"enum": list(self.choices.values)}

    @property
    def example(self) -> Any:  # type: ignore[override]
        """The first of them."""
        return self.choices.values[0]

    def text(self, value: Any) -> str:
        """The label of the choice."""
        return str(dict(self.choices.choices).get(value, "")) if value not in (None, "") else ""

    def filter(self) -> Filter | None:
        """By any of the choices."""
        empty = "" if issubclass(self.choices, str) else None
        return ChoiceFilter(self.path, lambda _viewer: self.options(), empty=empty)

    def options(self) -> list[Option]:
        """The choices for a filter."""
        return [Option(str(value), label) for value, label in self.choices.choices]

    def api_choices(self) -> list[dict[str, Any]]:
        """All of them."""
        return [{"value": value, "label": str(label)} for value, label in self.choices.choices]

    def order_by(self) -> Ordering | None:
        """By the stored value, whose index serves the list."""
        return Ordering(models.F(self.path), tie=tie_of(self.path), path=self.path, total=True)

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A list to choose from."""
        choices = [*self.choices.choices]
        if not self.required:
            choices.insert(0, ("", "—"))
        return forms.ChoiceField(
            label=self.label, required=self.required, choices=choices, help_text=self.help
        )

    def default(self, viewer: "User") -> Any:
        """The column's default."""
        assert self.kind is not None  # noqa: S101
        column: Any = self.kind.model._meta.get_field(self.path.rpartition("__")[2])
        return column.get_default()

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """The first labels."""
        return [str(label) for label in self.choices.labels[:2]]

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """The choice whose value or label, in either language, this is."""
        text = fold(to_text(cell))
        if not text:
            return ""
        found = choice_words(self.choices).get(text)
        if found is None:
            allowed = ", ".join(str(label) for label in self.choices.labels)
            raise ValidationError(
                _("Unknown value: %(text)s (allowed: %(allowed)s)")
                % {"text": to_text(cell), "allowed": allowed}
            )
        return found

    def comparable(self, value: Any) -> Any:
        """The stored value."""
        return value or None


class YesNoField(Field):
    """Yes or no."""

    icon = "checkbox"
    bulk = True
    json_type = {"type": "boolean"}
    example = True

    def text(self, value: Any) -> str:
        """The word."""
        return _("yes") if value else _("no")

    def filter(self) -> Filter | None:
        """By either."""
        return YesNoFilter(self.path)

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A box to tick."""
        return forms.BooleanField(label=self.label, required=False, help_text=self.help)

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """Both words."""
        return (_("yes"), _("no"))

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """The usual words for yes and no."""
        try:
            return bool(parse_bool(cell)) if cell not in (None, "") else False
        except ValueError as error:
            raise ValidationError(str(getattr(error, "sentence", error))) from error

    def comparable(self, value: Any) -> Any:
        """True or False."""
        return bool(value)


def tie_of(path: str) -> str:
    """The primary key that lies in the same table, and so in the same index, as the column."""
    parent = path.rpartition("__")[0]
    return f"{parent}__pk" if parent else "pk"


def check_length(text: str, limit: int) -> str:
    """The text; ValidationError when it is longer than `limit` signs."""
    if len(text) > limit:
        raise ValidationError(
            _("At most %(limit)d characters; this has %(count)d")
            % {"limit": limit, "count": len(text)}
        )
    return text


def choice_words(choices: type[models.Choices]) -> dict[str, Any]:
    """Every word that means a choice, folded: stored values and labels in both languages."""
    from django.utils import translation

    words: dict[str, Any] = {}
    for value, label in choices.choices:
        words[fold(str(value))] = value
        words[fold(str(getattr(choices(value), "name", value)))] = value
        for language in ("pl", "en"):
            with translation.override(language):
                words[fold(str(label))] = value
    return words
