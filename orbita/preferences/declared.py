"""What an account can set: sections with settings, and add-ons that are switched."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orbita.preferences import store
from orbita.ui.text import fold
from orbita.ui.types import Text

Choices = Sequence[tuple[Any, Text]]
Errors = Mapping[str, Text]
ADDON = "addons."


class Place(NamedTuple):
    """A page below a section that the search of the settings should know."""

    label: Text
    url: str


@dataclass(frozen=True)
class Section:
    """A page of the settings, or with no settings of its own a heading of the menu.

    `check` sees the values of all settings of the section, as they would be after a change, and
    returns a message per key of a setting that may not be so. With `url`, the name of a URL, the
    menu leads to a page that an app has made itself. `order` decides the group of the menu (see
    views.GROUPS). `synonyms` are words by which the search finds the section, besides its label;
    `places` are the pages below it.
    """

    key: str
    label: Text
    icon: str = "settings"
    order: int = 100
    parent: str | None = None
    help: Text = ""
    check: Callable[[Mapping[str, Any]], Errors] | None = None
    url: str = ""
    synonyms: Text = ""
    places: Callable[[], Iterable[Place]] | None = None

    def address(self) -> str:
        """Where the page is; empty for a heading."""
        if self.url:
            return reverse(self.url)
        return reverse("settings-section", args=[self.key]) if settings_of(self.key) else ""

    def parts(self) -> dict[str, Text]:
        """The pages into which the settings are divided, with their labels; mostly none."""
        return {one.part: one.group for one in settings_of(self.key) if one.part and one.is_shown}


@dataclass(frozen=True)
class Setting:
    """One value of the account; `type` is bool, int, str, or list (of choices; of none, too, where
    it is not `required`).

    `choices` are (value, label) pairs or a function that gives them; the values are of `type`, or
    of any JSON type in a list. `group` is the heading under which the form shows it; settings with
    a `part` stand on a page of that group alone. `low` and `high` are the bounds of a number, an
    empty one is `low`. `synonyms` are more words by which the search finds it.
    """

    key: str
    type: type
    default: Any
    label: Text
    section: str
    help: Text = ""
    choices: Choices | Callable[[], Choices] | None = None
    group: Text = ""
    max_length: int = 120
    required: bool = True
    part: str = ""
    low: int | None = None
    high: int | None = None
    synonyms: Text = ""
    when: Callable[[], bool] | None = None
    """Whether there is something to set now; always, where it says nothing."""

    @property
    def is_shown(self) -> bool:
        """Whether pages and the search show it."""
        return self.when is None or self.when()

    @property
    def anchor(self) -> str:
        """The id of its place on the page."""
        return f"setting-{self.key.replace('.', '-')}"

    def address(self) -> str:
        """Where it is set."""
        section = find_section(self.section)
        page = section.address() if section is not None else ""
        if self.part:
            page = reverse("settings-part", args=[self.section, self.part])
        return f"{page}#{self.anchor}"

    def get(self) -> Any:
        """The value now, one query per request for all settings together."""
        return store.values().get(self.key, self.default)

    def set(self, value: Any, *, by: Any) -> None:
        """Change the value; ValidationError leaves everything as it was. `by` is audited."""
        from orbita.preferences.changing import change

        change({self.key: value}, by=by)

    def options(self) -> Choices:
        """The choices, if there are any."""
        return (self.choices() if callable(self.choices) else self.choices) or ()

    def clean(self, value: Any) -> Any:
        """The value as it is stored, or ValidationError."""
        if self.type is list:
            return self._clean_list(value)
        if type(value) is not self.type:
            raise ValidationError(_("Choose a valid value."))
        if isinstance(value, str):
            value = value.strip()
            if len(value) > self.max_length or (self.required and not value):
                raise ValidationError(_("Choose a valid value."))
        if self.type is int and not self._is_within(value):
            raise ValidationError(_("Choose a valid value."))
        if self.choices is not None and value not in [choice for choice, _label in self.options()]:
            raise ValidationError(_("Choose a valid value."))
        return value

    def formfield(self) -> forms.Field:
        """The widget of the settings page."""
        common: dict[str, Any] = {"label": self.label, "help_text": self.help}
        if self.type is bool:
            return forms.BooleanField(required=False, **common)
        if self.type is list:
            return forms.TypedMultipleChoiceField(
                choices=self.options,
                coerce=self._coerce,
                widget=forms.CheckboxSelectMultiple,
                required=self.required,
                error_messages={"required": _("Choose at least one.")},
                **common,
            )
        if self.choices is not None:
            return forms.TypedChoiceField(choices=self.options, coerce=self._coerce, **common)
        if self.type is int:
            bounds = {"min_value": self.low, "max_value": self.high}
            return WholeNumber(required=self.low is None, empty_value=self.low, **bounds, **common)
        return forms.CharField(max_length=self.max_length, required=self.required, **common)

    def _is_within(self, value: int) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def _coerce(self, text: str) -> Any:
        return next((value for value, _label in self.options() if str(value) == text), text)

    def _clean_list(self, value: Any) -> list[Any]:
        known = [choice for choice, _label in self.options()]
        if not isinstance(value, list | tuple) or any(item not in known for item in value):
            raise ValidationError(_("Choose a valid value."))
        if self.required and not value:
            raise ValidationError(_("Choose at least one."))
        return [choice for choice in known if choice in value]


class WholeNumber(forms.IntegerField):
    """A number of which an empty field means the lowest."""

    def __init__(self, *, empty_value: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.empty_value = empty_value

    def clean(self, value: Any) -> int | None:
        """The number."""
        found = super().clean(value)
        return self.empty_value if found is None else found


@dataclass(frozen=True)
class Addon:
    """A part of the product that the account switches on; off until somebody does.

    `off` says what switching off means, `url` is the name of the page where the add-on is set up.
    `requires` are keys of add-ons without which it cannot be on. `begin` is called each time that
    it is switched on, in the transaction that does it.
    """

    key: str
    label: Text
    description: Text
    icon: str = "puzzle"
    vendor: Text = "Orbita"
    switch: Text = _("Switch on")
    """What the button says that switches it on."""
    off: Text = ""
    url: str = ""
    requires: tuple[str, ...] = ()
    begin: Callable[[], None] | None = None
    setting: Setting = field(init=False)

    def __post_init__(self) -> None:
        switch = Setting(f"{ADDON}{self.key}", bool, False, self.label, "add-ons")
        object.__setattr__(self, "setting", switch)

    @property
    def is_on(self) -> bool:
        """Whether the account uses it."""
        return bool(self.setting.get())

    def address(self) -> str:
        """Its page in the catalogue."""
        return reverse("settings-addon", args=[self.key])

    def setup_address(self) -> str:
        """Where it is set up; empty if there is nothing to set up."""
        return reverse(self.url) if self.url else ""

    def answers(self, typed: str) -> bool:
        """Whether a search in the catalogue finds it."""
        text = fold(f"{self.label} {self.description} {self.vendor}")
        return all(word in text for word in fold(typed).split())


_sections: dict[str, Section] = {}
_settings: dict[str, Setting] = {}
_addons: dict[str, Addon] = {}


def register(*declared: Section | Setting | Addon) -> None:
    """Make sections, settings and add-ons known; called from an app's `preferences.py`."""
    for item in declared:
        if isinstance(item, Section):
            _add(_sections, item)
        elif isinstance(item, Setting):
            _add(_settings, item)
        else:
            _add(_addons, item)
            _add(_settings, item.setting)


def sections() -> list[Section]:
    """All sections in the order of the menu."""
    return sorted(_sections.values(), key=lambda section: (section.order, section.key))


def find_section(key: str) -> Section | None:
    """The section with this key."""
    return _sections.get(key)


def find_setting(key: str) -> Setting:
    """The setting with this key; LookupError for an unknown one."""
    if key not in _settings:
        raise LookupError(f"No setting is called {key}")
    return _settings[key]


def settings_of(section: str) -> list[Setting]:
    """The settings of a section, as declared."""
    return [setting for setting in _settings.values() if setting.section == section]


def find_addon(key: str) -> Addon | None:
    """The add-on with this key."""
    return _addons.get(key)


def addons() -> Iterable[Addon]:
    """All add-ons, as declared."""
    return _addons.values()


def addon_of(setting: str) -> Addon | None:
    """The add-on that this setting switches."""
    return _addons.get(setting.removeprefix(ADDON)) if setting.startswith(ADDON) else None


def feature_enabled(key: str) -> bool:
    """Whether the add-on is there and switched on."""
    addon = _addons.get(key)
    return addon is not None and addon.is_on


def _add(registry: dict[str, Any], item: Any) -> None:
    if item.key in registry:
        raise ImproperlyConfigured(f"{item.key} is declared twice")
    registry[item.key] = item
