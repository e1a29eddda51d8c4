"""Changing the type of a custom field: only when every value survives it."""

import re
from copy import copy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from orbita.records.fields.base import Context
from orbita.records.fields.custom import make_field
from orbita.records.models import CustomField, CustomFieldType
from orbita.records.rewriting import KEEP, Change, having

if TYPE_CHECKING:
    from orbita.accounts.models import User

TEXTS = (CustomFieldType.TEXT, CustomFieldType.LONG_TEXT)
_LEADING_ZERO = re.compile(r"\s*0\d")


class Retyping:
    """What becomes of the values of a field under another type."""

    def __init__(self, definition: CustomField, type_: str, *, by: "User") -> None:
        self.definition, self.type = definition, type_
        self.old, self.context = make_field(definition), Context(by)
        changed = copy(definition)
        changed.type = type_
        self.new = make_field(changed)

    def converted(self, raw: Any) -> Any:
        """The raw value under the new type; ValidationError when it would lose something."""
        record: Any = SimpleNamespace(custom={self.old.name: raw})
        value = self.old.value(record)
        if self.old.is_empty(value):
            raise ValidationError("unreadable")
        cell = self.old.export(record)
        found = self.new.parse(cell, self.context)
        if self.new.is_empty(found):
            raise ValidationError("nothing left")
        new = self.new.write(found)
        self.check(cell, value, new)
        return new

    def check(self, cell: Any, value: Any, new: Any) -> None:
        """Raise ValidationError unless the way back leads to the same value."""
        after: Any = SimpleNamespace(custom={self.new.name: new})
        back = self.new.export(after)
        if self.definition.type not in TEXTS:
            again = self.old.parse(back, self.context)
            if self.old.comparable(again) != self.old.comparable(value):
                raise ValidationError("another value")
        elif self.type in TEXTS and back != cell:
            raise ValidationError("another text")
        elif self.type not in TEXTS and _LEADING_ZERO.match(str(cell)) and self.is_number():
            raise ValidationError("leading zeros")

    def is_number(self) -> bool:
        """Whether zeros before a number would be lost."""
        return self.type in (CustomFieldType.NUMBER, CustomFieldType.PERCENT, CustomFieldType.MONEY)

    def survives(self, raw: Any) -> bool:
        """Whether the value can be converted without loss."""
        try:
            self.converted(raw)
        except (ValidationError, ValueError, TypeError, ArithmeticError):
            return False
        return True

    def lost(self) -> int:
        """How many values would be lost."""
        values = having(self.definition).values_list("custom", flat=True)
        raws = (custom[self.old.name] for custom in values.iterator(chunk_size=2000))
        return sum(1 for raw in raws if not self.survives(raw))

    def change(self) -> Change:
        """For `rewrite`: the converted values; what is of the new type already stays."""

        def convert(raw: Any) -> Any:
            new = self.converted(raw)
            return KEEP if new == raw else new

        return convert

    def default(self) -> Any:
        """The default under the new type; none when it does not survive."""
        raw = self.definition.default
        return self.converted(raw) if raw is not None and self.survives(raw) else None
