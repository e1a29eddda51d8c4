"""From the cells of a row to values: all knowledge of values is in `Field.parse`."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orbita.records.fields.base import Context
from orbita.ui.text import clean

if TYPE_CHECKING:
    from orbita.imports.columns import Target

logger = logging.getLogger("orbita.imports")
REMEMBERED = 1000
_MISSING: Any = object()


@dataclass(slots=True)
class Draft:
    """What a row says about one record: values by field key."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    nested: "dict[str, Draft]" = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    is_rejected: bool = False
    keys: list[list[tuple[Any, ...]]] = field(default_factory=list)
    """By which it is recognised, a list for each rule of its kind; see matching.py."""

    def note(self, text: str, *, column: str = "") -> None:
        """Something that the person should know; the row goes on."""
        self.messages.append({"column": column, "text": text, "warning": True})

    def reject(self, text: str, *, column: str = "") -> None:
        """Why the row is not taken."""
        self.messages.append({"column": column, "text": text, "warning": False})
        self.is_rejected = True


class Column:
    """One column of the file and what it becomes; remembers what cells have meant."""

    def __init__(self, index: int, header: str, target: "Target") -> None:
        self.index, self.header, self.target = index, header, target
        self._memory: dict[Any, Any] = {}

    def parse(self, cell: Any, context: Context) -> Any:
        """The value; ValidationError with a sentence. Values out of memory are never changed."""
        key = cell if isinstance(cell, str) else (type(cell), cell)
        value = self._memory.get(key, _MISSING)
        if value is _MISSING:
            value = self._parse(cell, context)
            if len(self._memory) < REMEMBERED:
                self._memory[key] = value
        return value

    def forget(self) -> None:
        """Read every cell anew."""
        self._memory.clear()

    def _parse(self, cell: Any, context: Context) -> Any:
        try:
            return self.target.field.parse(cell, context)
        except ValidationError:
            raise
        except (ValueError, TypeError, ArithmeticError) as error:
            logger.warning("Field %s could not read a cell", self.target.path, exc_info=True)
            raise ValidationError(_("The cell cannot be read")) from error


class Parser:
    """Turns rows into drafts, by the mapping and the options."""

    def __init__(
        self,
        columns: Sequence[Column],
        constants: Mapping[str, tuple["Target", str]],
        context: Context,
        *,
        reject_bad_cells: bool,
    ) -> None:
        self.columns = columns
        self.context = context
        self.reject_bad_cells = reject_bad_cells
        self.constants = [
            (Column(-1, target.label, target), text) for target, text in constants.values()
        ]

    def parse(self, rows: Sequence[tuple[int, list[Any]]]) -> list[Draft]:
        """A draft per row, in order; bad cells are told in it."""
        for column in self.columns:
            cells = [c[column.index] for _number, c in rows if column.index < len(c)]
            column.target.field.prepare([c for c in cells if c not in (None, "")], self.context)
        return [self._row(number, cells) for number, cells in rows]

    def forget(self) -> None:
        """What cells have meant was made in a transaction that came to nothing."""
        self.context.memory.clear()
        for column in [*self.columns, *(column for column, _text in self.constants)]:
            column.forget()

    def _row(self, number: int, cells: list[Any]) -> Draft:
        draft = Draft(number)
        count = len(cells)
        for column in self.columns:
            if column.index < count:
                self._cell(draft, column, cells[column.index])
        if not draft.values and not draft.nested and not draft.messages:
            return draft
        for column, text in self.constants:
            self._cell(draft, column, text)
        return draft

    def _cell(self, draft: Draft, column: Column, cell: Any) -> None:
        """One cell into the draft; an empty one says nothing."""
        if cell is None or cell == "" or (isinstance(cell, str) and not clean(cell)):
            return
        target = column.target
        try:
            value = column.parse(cell, self.context)
        except ValidationError as error:
            self._problem(draft, column, " ".join(error.messages))
            return
        place = draft
        if target.reference is not None:
            place = draft.nested.setdefault(target.reference.key, Draft(draft.number))
        key = target.field.key
        if key in place.values and target.field.many:
            value = target.field.combine(place.values[key], value)
        place.values[key] = value

    def _problem(self, draft: Draft, column: Column, text: str) -> None:
        if self.reject_bad_cells:
            draft.reject(text, column=column.header)
        else:
            draft.note(text, column=column.header)
