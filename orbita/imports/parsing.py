"""From the cells of a row to values: all knowledge of values is in `Field.parse`."""

import logging
from collections.abc import Iterable, Mapping, Sequence
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
        drafts = [Draft(number) for number, _cells in rows]
        for column in self.columns:
            place = column.index
            filled = [
                (draft, cells[place])
                for draft, (_number, cells) in zip(drafts, rows, strict=True)
                if place < len(cells) and _says_something(cells[place])
            ]
            column.target.field.prepare([cell for _draft, cell in filled], self.context)
            self._fill(column, filled)
        saying = [d for d in drafts if d.values or d.nested or d.messages]
        for column, text in self.constants:
            if _says_something(text):
                self._fill(column, [(draft, text) for draft in saying])
        return drafts

    def forget(self) -> None:
        """What cells have meant was made in a transaction that came to nothing."""
        self.context.memory.clear()
        for column in [*self.columns, *(column for column, _text in self.constants)]:
            column.forget()

    def _fill(self, column: Column, filled: Iterable[tuple[Draft, Any]]) -> None:
        """The cells of a column into their drafts."""
        reference, key = column.target.reference, column.target.field.key
        combine = column.target.field.combine if column.target.field.many else None
        for draft, cell in filled:
            try:
                value = column.parse(cell, self.context)
            except ValidationError as error:
                self._problem(draft, column, " ".join(error.messages))
                continue
            place = draft
            if reference is not None:
                place = draft.nested.get(reference.key) or draft.nested.setdefault(
                    reference.key, Draft(draft.number)
                )
            if combine is not None and key in place.values:
                value = combine(place.values[key], value)
            place.values[key] = value

    def _problem(self, draft: Draft, column: Column, text: str) -> None:
        if self.reject_bad_cells:
            draft.reject(text, column=column.header)
        else:
            draft.note(text, column=column.header)


def _says_something(cell: Any) -> bool:
    """Whether there is more in the cell than spaces and invisible signs."""
    if isinstance(cell, str):
        return cell[:1].isalnum() or bool(clean(cell))
    return cell is not None
