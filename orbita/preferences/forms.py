"""The form of a section, made from its settings."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from orbita.preferences.changing import change
from orbita.preferences.declared import Section, settings_of
from orbita.ui.text import clean


class SectionForm(forms.Form):
    """One field per setting; saving changes all of them or none."""

    def __init__(self, section: Section, data: Any = None) -> None:
        self.settings = settings_of(section.key)
        super().__init__(data, initial={one.key: one.get() for one in self.settings})
        for setting in self.settings:
            self.fields[setting.key] = setting.formfield()

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings, in the order of declaration."""
        grouped: dict[Any, list[forms.BoundField]] = {}
        for setting in self.settings:
            grouped.setdefault(setting.group, []).append(self[setting.key])
        return list(grouped.items())

    def save(self, *, by: Any, request: HttpRequest) -> bool:
        """Whether it was saved; if not, the errors stand at the fields."""
        values = {
            key: clean(value) if isinstance(value, str) else value
            for key, value in self.cleaned_data.items()
        }
        try:
            change(values, by=by, request=request)
        except ValidationError as error:
            self.add_error(None, error)
            return False
        return True
