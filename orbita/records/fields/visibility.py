"""The level of visibility as a field."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from orbita import preferences
from orbita.accounts.models import User
from orbita.records.fields.base import Context
from orbita.records.fields.scalars import ChoiceField
from orbita.records.listing.filters import ChoiceFilter, Filter
from orbita.records.models import Visibility
from orbita.ui.text import fold
from orbita.ui.values import to_text


class LevelFilter(ChoiceFilter):
    """By level of visibility, of which no record is without."""

    operators: tuple[str, ...] = ("is", "not")

    def matches(self, operator: str, values: list[Any], viewer: User) -> Q:
        """The levels that are meant, said as such: an index knows what something is."""
        named = {str(value) for value in values}
        wanted = [one for one in Visibility.values if (str(one) in named) != (operator == "not")]
        return Q(**{f"{self.path}__in": wanted})


class VisibilityField(ChoiceField):
    """The level of visibility, as far as the account allows it for the family."""

    icon = "eye"
    preset = True
    json_type = {"enum": ["public", "restricted", "hidden"]}  # type: ignore[assignment]
    example = "public"  # type: ignore[assignment]

    def __init__(self, key: str, label: Any, **options: Any) -> None:
        super().__init__(key, label, choices=Visibility, required=True, **options)

    def allowed(self) -> list[int]:
        """The levels that may be chosen now."""
        assert self.kind is not None  # noqa: S101
        return preferences.visibility(self.kind.family)[0]

    def filter(self) -> Filter | None:
        """By any of the levels; every record has one."""
        return LevelFilter(self.path, lambda _viewer: self.options())

    def api_choices(self) -> list[dict[str, Any]]:
        """The allowed levels."""
        levels = [Visibility(level) for level in self.allowed()]
        return [{"value": level.name.lower(), "label": str(level.label)} for level in levels]

    def default(self, viewer: User) -> Any:
        """The account's default for the family."""
        assert self.kind is not None  # noqa: S101
        return Visibility(preferences.visibility(self.kind.family)[1])

    def cell(self, record: Any) -> str:
        """Icon and word."""
        from orbita.records.cells import visibility_badge

        return visibility_badge(record)

    def formfield(self, viewer: User, record: Any = None) -> forms.Field | None:
        """The allowed levels and the record's own; nothing to choose where there is one level."""
        levels = set(self.allowed()) | ({record.visibility} if record is not None else set())
        if len(levels) == 1:
            return None
        return forms.TypedChoiceField(
            label=self.label,
            coerce=int,
            choices=[(v.value, v.label) for v in Visibility if v.value in levels],
            help_text=_("Restricted: others see the name only. Hidden: others do not know of it."),
        )

    def sample_cells(self, viewer: User) -> Sequence[Any]:
        """The level that new records have."""
        return (str(self.default(viewer).label),) * 2

    def json(self, record: Any) -> Any:
        """public, restricted or hidden."""
        return Visibility(record.visibility).name.lower()

    def parse(self, cell: Any, context: Context) -> Any:
        """A level by its word in either language, in any gender."""
        from orbita.records.fields.scalars import choice_words

        text = fold(to_text(cell))
        words = choice_words(Visibility)
        words |= {
            word[:-1] + ending: v
            for word, v in words.items()
            for ending in "yaei"
            if word[-1:] in "ya"
        }
        found = words.get(text)
        if found is None:
            raise ValidationError(self._not_allowed(to_text(cell)))
        return int(found)

    def refuses(self, record: Any, value: Any, viewer: User) -> str:
        """A level that the account does not allow, unless the record has it already."""
        if value in self.allowed() or (not record._state.adding and value == record.visibility):
            return ""
        return self._not_allowed(str(Visibility(value).label))

    def _not_allowed(self, text: str) -> str:
        allowed = (str(level.label) for level in Visibility if level.value in self.allowed())
        return _("Unknown visibility: %(text)s (allowed: %(allowed)s)") % {
            "text": text,
            "allowed": ", ".join(allowed),
        }
