"""The form of a section, made from its settings."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from orbita.preferences.changing import change
from orbita.preferences.declared import Section, settings_of
from orbita.ui.text import clean


class SectionForm(forms.Form):
    """One field per setting, of one part where there are parts; saving changes all or none."""

    def __init__(self, section: Section, data: Any = None, *, part: str = "") -> None:
        self.settings = [one for one in settings_of(section.key) if part in ("", one.part)]
        super().__init__(data, initial={one.key: one.get() for one in self.settings})
        for setting in self.settings:
            self.fields[setting.key] = setting.formfield()

    def groups(self) -> list[tuple[Any, list[tuple[str, forms.BoundField]]]]:
        """The fields, each with the id of its place, under their headings, as declared."""
        grouped: dict[Any, list[tuple[str, forms.BoundField]]] = {}
        for setting in self.settings:
            place = (setting.anchor, self[setting.key])
            grouped.setdefault(setting.group, []).append(place)
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
            for key, messages in error.message_dict.items():
                self.add_error(key if key in self.fields else None, messages)
            return False
        return True
