"""Controls that HTML does not have: pickers, local dates and money, repeated rows, rich text."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from orbita.ui import formats
from orbita.ui.types import Text

MAX_ROWS = 100
CURRENCIES = ("PLN", "EUR", "USD", "GBP", "CHF", "CZK", "UAH", "SEK", "NOK", "DKK")


@dataclass(frozen=True)
class Option:
    """One choice of a picker: its value, its name and what tells it from its namesakes."""

    value: str
    title: str
    detail: str = ""
    kind: str = ""
    initials: str = ""

    def as_dict(self) -> dict[str, str]:
        """The shape in which endpoints of pickers answer: {"results": [option, ...]}."""
        return {
            "value": self.value,
            "title": self.title,
            "detail": self.detail,
            "kind": self.kind,
            "initials": self.initials,
        }


class Picker(forms.Widget):
    """Chooses records or users out of many, asking `url?q=…` while the user types.

    `options(values)` names what is chosen already; with a ModelChoiceField it may be left out.
    """

    template_name = "ui/forms/picker.html"
    needs_multipart_form = False

    def __init__(
        self,
        url: Text,
        *,
        multiple: bool = False,
        options: Callable[[list[str]], Iterable[Option]] | None = None,
        create_url: Text = "",
        create_label: Text = "",
        placeholder: Text = "",
        attrs: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(dict(attrs or {}))
        self.url, self.allow_multiple_selected = url, multiple
        self.options = options
        self.create_url, self.create_label = create_url, create_label
        self.placeholder = placeholder
        self.choices: Any = ()

    def format_value(self, value: Any) -> list[str]:  # type: ignore[override]
        """The chosen values as text; None and blanks are nothing."""
        values = value if isinstance(value, list | tuple | set) else [value]
        plain = (getattr(one, "pk", one) for one in values)
        return [str(one) for one in plain if one not in (None, "")]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The posted value, or all of them."""
        if not self.allow_multiple_selected:
            return data.get(name)
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """An empty multiple select posts nothing, so absence means nothing is chosen."""
        return False

    def use_required_attribute(self, initial: Any) -> bool:
        """The visible control is not the select, so the browser must not insist on it."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template needs: the select, its address and the options chosen already."""
        context = super().get_context(name, None, attrs)
        context["widget"].update(
            url=str(self.url),
            multiple=self.allow_multiple_selected,
            options=list(self._chosen(self.format_value(value))),
            create_url=str(self.create_url),
            create_label=str(self.create_label),
            placeholder=str(self.placeholder),
        )
        return context

    def _chosen(self, values: list[str]) -> Iterable[Option]:
        if not values:
            return []
        if self.options is not None:
            return self.options(values)
        if isinstance(self.choices, ModelChoiceIterator):
            return self._chosen_from_queryset(values)
        titles = {str(value): str(title) for value, title in self.choices}
        return [Option(value, titles[value]) for value in values if value in titles]

    def _chosen_from_queryset(self, values: list[str]) -> list[Option]:
        field = self.choices.field
        key = field.to_field_name or "pk"
        try:
            found = self.choices.queryset.filter(**{f"{key}__in": values})
            return [
                Option(str(field.prepare_value(one)), str(field.label_from_instance(one)))
                for one in found
            ]
        except (ValidationError, ValueError, TypeError):
            return []


class Suggesting(forms.TextInput):
    """A text that is typed, or chosen among a few that the browser suggests."""

    template_name = "ui/forms/suggesting.html"

    def __init__(
        self, suggested: Sequence[str] = (), attrs: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(dict(attrs or {}))
        self.suggested = suggested

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the suggestions and ties them to the control."""
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        list_id = f"{widget['attrs'].get('id', name)}_list"
        widget["attrs"]["list"] = list_id
        widget.update(suggested=self.suggested, list_id=list_id)
        return context


class Tags(Picker):
    """Chooses words out of many or adds new ones; the value is the word itself."""

    template_name = "ui/forms/tags.html"

    def __init__(self, url: Text = "", *, may_create: bool = True, **options: Any) -> None:
        super().__init__(url, multiple=True, **options)
        self.may_create = may_create

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Like a picker, with the switch for new words."""
        context = super().get_context(name, value, attrs)
        context["widget"]["may_create"] = self.may_create
        return context

    def _chosen(self, values: list[str]) -> Iterable[Option]:
        return self.options(values) if self.options else [Option(word, word) for word in values]


class SuggestedText(forms.TextInput):
    """A line of text; `url?q=…` gives texts to choose from while one types, which bind nobody.

    The browser shows them as it shows those of any list of data: with arrows, Enter and Esc.
    """

    template_name = "ui/forms/suggested.html"

    def __init__(self, url: Text, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.url = url

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the list of data, which is empty until something is typed."""
        context = super().get_context(name, value, attrs)
        own = context["widget"]["attrs"]
        own["list"] = f"{own.get('id', name)}-texts"
        own["data-texts"] = str(self.url)
        return context


class DateInput(forms.DateInput):
    """A date as people here write it (21.11.2026), with the browser's calendar beside."""

    template_name = "ui/forms/date.html"

    def format_value(self, value: Any) -> str | None:
        """A date in the format of the language; what was typed stays as it was typed."""
        if isinstance(value, date):
            return value.strftime(formats.date_input_format())
        return str(value) if value else None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the pattern that is shown while the field is empty."""
        context = super().get_context(name, value, attrs)
        pattern = formats.date_input_format()
        context["widget"]["pattern"] = pattern
        hint = pattern.replace("%d", "dd").replace("%m", "mm")
        year = "rrrr" if formats.current_language() == "pl" else "yyyy"
        context["widget"]["attrs"].setdefault("placeholder", hint.replace("%Y", year))
        return context


class NumberInput(forms.TextInput):
    """A number with the decimal sign of the language."""

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "class": "num", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """A number as it is typed; text stays as it was typed."""
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            text = f"{value:f}" if isinstance(value, Decimal) else str(value)
            return text.replace(".", ",") if formats.current_language() == "pl" else text
        return str(value) if value not in (None, "") else None


class MoneyInput(forms.MultiWidget):
    """An amount and its currency."""

    template_name = "ui/forms/money.html"
    use_fieldset = False

    def __init__(self, currencies: Sequence[str] = CURRENCIES, attrs: Any = None) -> None:
        choices = [(code, code) for code in currencies]
        select = forms.Select({"aria-label": _("Currency"), "autocomplete": "off"}, choices)
        super().__init__({"": NumberInput(), "currency": select}, attrs)
        self.usual_currency = currencies[0]

    def decompress(self, value: Any) -> list[Any]:
        """(amount, currency) as the two controls want it."""
        return list(value) if value else [None, self.usual_currency]

    def id_for_label(self, id_: str) -> str:
        """The label belongs to the amount."""
        return f"{id_}_0" if id_ else ""


@dataclass(frozen=True)
class Part:
    """One control in a repeated row; with `choices` it is a select, of which one `must_choose`."""

    name: str
    label: Text
    type: str = "text"
    autocomplete: str = "off"
    choices: Sequence[tuple[str, Text]] = ()
    size: str = ""
    max_length: int = 200
    must_choose: bool = False


class Rows(forms.Widget):
    """Repeated rows of the same controls, posted as `<name>-<index>-<part>`.

    The first is the main one. Buttons move a row up or make it the main one; the numbers in the
    names stay with their rows, so that the order is that in which they are posted.
    """

    template_name = "ui/forms/rows.html"
    use_fieldset = True
    is_wide = True
    add_label: Text = _("Add another")
    parts: Sequence[Part] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]] | None:
        """All rows in the order in which they were posted; None when there are none at all."""
        wanted = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-({self._part_names()})\Z")
        rows: dict[int, dict[str, str]] = {}
        for key in data:
            if match := wanted.match(key):
                rows.setdefault(int(match[1]), {})[match[2]] = str(data.get(key) or "")
        if not rows:
            return None
        return list(rows.values())[:MAX_ROWS]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Removing every row posts the marker alone, which empties the field."""
        return f"{name}-rows" not in data and self.value_from_datadict(data, files, name) is None

    def use_required_attribute(self, initial: Any) -> bool:
        """Only the form can tell whether one filled row is enough."""
        return False

    def id_for_label(self, id_: str) -> str:
        """The first control of the first row."""
        return f"{id_}-0-{self.parts[0].name}" if id_ else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The rows with their controls, and an empty one as the pattern for new rows."""
        context = super().get_context(name, None, attrs)
        id_ = context["widget"]["attrs"].get("id", "")
        rows = [dict(row) for row in value or ()] or [{}]
        context["widget"].update(
            rows=[self._row(name, id_, str(n), row) for n, row in enumerate(rows)],
            pattern=self._row(name, id_, "__index__", {}),
            add_label=str(self.add_label),
            layout=type(self).__name__.lower(),
        )
        return context

    def _row(self, name: str, id_: str, index: str, values: Mapping[str, Any]) -> list[dict]:
        return [
            {
                "part": part,
                "name": f"{name}-{index}-{part.name}",
                "id": f"{id_}-{index}-{part.name}" if id_ else "",
                "value": str(values.get(part.name) or ""),
            }
            for part in self.parts
        ]

    def _part_names(self) -> str:
        return "|".join(re.escape(part.name) for part in self.parts)


class LabelledValues(Rows):
    """E-mails, phones or addresses on the web, each with a label such as "work".

    `types` are the choices for what each value is, where they are told apart.
    """

    def __init__(
        self,
        *,
        value_label: Text,
        type: str = "text",
        autocomplete: str = "off",
        labels: Sequence[tuple[str, Text]] = (),
        types: Sequence[tuple[str, Text]] = (),
        add_label: Text = "",
        attrs: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(dict(attrs or {}))
        self.add_label = add_label or Rows.add_label
        told = Part("type", _("Type"), choices=types, size="type", must_choose=True)
        self.parts = (
            Part("value", value_label, type, autocomplete, size="grow", max_length=320),
            *([told] if types else ()),
            Part("label", _("Label"), choices=labels, size="label", max_length=60),
        )


class Addresses(Rows):
    """Postal addresses: street, a second line, postcode, city, country, label."""

    add_label = _("Add an address")

    def __init__(
        self, *, labels: Sequence[tuple[str, Text]] = (), attrs: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(dict(attrs or {}))
        self.parts = (
            Part("street", _("Street and number"), size="full"),
            Part("street2", _("Address, second line"), size="line", max_length=160),
            Part("postcode", _("Postcode"), size="short", max_length=20),
            Part("city", _("City"), size="grow"),
            Part("country", _("Country"), size="grow", max_length=80),
            Part("label", _("Label"), choices=labels, size="label", max_length=60),
        )


class RichText(forms.Textarea):
    """Text with bold, italic, lists, links and mentions; posts HTML that the server cleans.

    Without script it is a plain textarea.
    """

    template_name = "ui/forms/rich_text.html"
    is_wide = True

    def __init__(
        self,
        *,
        mention_url: Text = "",
        draft: str = "",
        placeholder: Text = "",
        attrs: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__({"rows": 4, **(attrs or {})})
        self.mention_url, self.draft, self.placeholder = mention_url, draft, placeholder

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds where mentions come from and the name under which a draft is kept."""
        context = super().get_context(name, value, attrs)
        context["widget"].update(
            mention_url=str(self.mention_url), draft=self.draft, placeholder=str(self.placeholder)
        )
        return context
