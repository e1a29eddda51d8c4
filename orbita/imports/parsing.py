"""From the cells of a row to values: all knowledge of values is in `Field.parse`."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orbita.imports.links import LONGEST, Link
from orbita.records.fields import ReferencesField
from orbita.records.fields.base import Context, is_read_alone
from orbita.records.fields.linking import UnclearNamesError, Verdict
from orbita.ui.text import clean

if TYPE_CHECKING:
    from orbita.imports.columns import Target
    from orbita.records.kinds import Kind

logger = logging.getLogger("orbita.imports")
REMEMBERED = 1000
_MISSING: Any = object()
Reading = list[tuple[int, Any]]
"""The cells of a column that say something: their place, and the value or what is wrong."""
Readings = dict[int, Reading]
"""By the index of the column."""


class AskedDatabase(Exception):  # noqa: N818 - not an error: the column is read in its turn
    """What reads ahead wanted something of the database."""


@dataclass(slots=True)
class Draft:
    """What a row says about one record: values by field key."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    nested: "dict[str, Draft]" = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    names: list[Link] = field(default_factory=list)
    """Names of other records that are not clear, and those that were left out."""
    is_rejected: bool = False
    keys: list[list[tuple[Any, ...]]] = field(default_factory=list)
    """By which it is recognised, a list for each rule of its kind; see matching.py."""
    whole: str = ""
    parts: set[str] = field(default_factory=set)
    """A name that stood in one cell, and the keys of the values into which it was divided."""

    def told(self, title: str) -> dict[str, Any]:
        """The values; where the record has this whole name already, without its divided parts."""
        if not self.parts or title != self.whole:
            return self.values
        return {key: value for key, value in self.values.items() if key not in self.parts}

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
        answers: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    ) -> None:
        self.columns = columns
        self.context = context
        self.reject_bad_cells = reject_bad_cells
        self.constants = [
            (Column(-1, target.label, target), text)
            for target, text in sorted(constants.values(), key=lambda one: not _names(one[0]))
        ]
        self._answering = {
            column.target.path: replace(context, answers=_answers(column.target, answers))
            for column in self._every_column()
            if column.target.path in answers
        }
        self._parts = list(_parts_beside_wholes([c.target for c in self._every_column()]))

    def parse(
        self, rows: Sequence[tuple[int, list[Any]]], readings: Readings | None = None
    ) -> list[Draft]:
        """A draft per row, in order; bad cells are told in it. `readings` were read before."""
        drafts = [Draft(number) for number, _cells in rows]
        for column in self.columns:
            reading = readings.get(column.index) if readings else None
            if reading is None:
                reading = self._read(column, rows)
            self._fill(column, [(drafts[place], value) for place, value in reading])
            self._note_left(column, rows, drafts)
        saying = [d for d in drafts if d.values or d.nested or d.messages]
        for column, text in self.constants:
            if _says_something(text):
                value = self._value(column, text)
                self._fill(column, [(d, value) for d in saying if self._applies(column, d)])
        for reference, key in self._parts:
            _put_last(key, [d.nested.get(reference) if reference else d for d in drafts])
        return drafts

    def _applies(self, column: Column, draft: Draft) -> bool:
        """Whether a value for all rows is one for this row, too.

        One for the other end of a reference waits for a row that names such a record, unless it is
        what such records are recognised by.
        """
        reference = column.target.reference
        return reference is None or reference.key in draft.nested or _names(column.target)

    def read_alone(self, rows: Sequence[tuple[int, list[Any]]]) -> Readings:
        """The columns that ask nobody, read before their turn."""
        found: Readings = {}
        for column in self.columns:
            if is_read_alone(column.target.field):
                with suppress(AskedDatabase):
                    found[column.index] = self._read(column, rows)
        return found

    def _read(self, column: Column, rows: Sequence[tuple[int, list[Any]]]) -> Reading:
        """What the cells of a column mean."""
        index = column.index
        filled = [
            (place, cells[index])
            for place, (_number, cells) in enumerate(rows)
            if index < len(cells) and _says_something(cells[index])
        ]
        column.target.field.prepare([cell for _place, cell in filled], self._context(column))
        return [(place, self._value(column, cell)) for place, cell in filled]

    def _value(self, column: Column, cell: Any) -> Any:
        """The value, or the error that says what is wrong with the cell."""
        try:
            return column.parse(cell, self._context(column))
        except ValidationError as error:
            return error

    def _context(self, column: Column) -> Context:
        """What reading the column's cells takes, with what was answered about its names."""
        return self._answering.get(column.target.path, self.context)

    def forget(self) -> None:
        """What cells have meant was made in a transaction that came to nothing."""
        self.context.memory.clear()
        for column in self._every_column():
            column.forget()

    def _every_column(self) -> list[Column]:
        return [*self.columns, *(column for column, _text in self.constants)]

    def _fill(self, column: Column, found: Iterable[tuple[Draft, Any]]) -> None:
        """The values of a column into their drafts."""
        reference, key = column.target.reference, column.target.field.key
        combine = column.target.field.combine if column.target.field.many else None
        for draft, value in found:
            if isinstance(value, ValidationError):
                if isinstance(value, UnclearNamesError):
                    draft.names += _unclear(column, value)
                self._problem(draft, column, " ".join(value.messages))
                continue
            place = draft
            if reference is not None:
                place = draft.nested.get(reference.key) or draft.nested.setdefault(
                    reference.key, Draft(draft.number)
                )
            if column.target.field.fills:
                self._fill_parts(place, column.target.kind, value)
                continue
            if combine is not None and key in place.values:
                value = combine(place.values[key], value)
            place.values[key] = value
            place.parts.discard(key)

    def _fill_parts(self, draft: Draft, kind: "Kind", whole: str) -> None:
        """A whole name as its parts; what a column of its own says stays."""
        draft.whole = whole
        for key, text in kind.split_title(whole).items():
            if key not in draft.values:
                draft.values[key] = text
                draft.parts.add(key)

    def _note_left(
        self, column: Column, rows: Sequence[tuple[int, list[Any]]], drafts: Sequence[Draft]
    ) -> None:
        """Say of each row which of its names an answer leaves out."""
        used = column.target.field
        left = {name for name, pk in self._context(column).answers.items() if not pk}
        if not left or not isinstance(used, ReferencesField):
            return
        for draft, (_number, cells) in zip(drafts, rows, strict=True):
            cell = cells[column.index] if column.index < len(cells) else None
            names = used.names_in(cell) if cell is not None else ()
            path, header = column.target.path, column.header
            draft.names += [Link(path, header, n, Verdict.LEFT) for n in names if n in left]

    def _problem(self, draft: Draft, column: Column, text: str) -> None:
        if self.reject_bad_cells:
            draft.reject(text, column=column.header)
        else:
            draft.note(text, column=column.header)


def _answers(target: "Target", answers: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The answers about the target's names; what must be filled in leaves none out."""
    given = answers[target.path]
    return {name: pk for name, pk in given.items() if pk or not target.field.required}


def _unclear(column: Column, error: UnclearNamesError) -> list[Link]:
    """The names of a cell that wait for an answer."""
    path, header = column.target.path, column.header
    return [
        Link(path, header, one.text[:LONGEST], one.verdict, candidates=one.candidates)
        for one in error.names
    ]


def _parts_beside_wholes(targets: "Sequence[Target]") -> "Iterable[tuple[str, str]]":
    """Reference and key of each part of a value whose whole is filled from another column."""
    paths = {target.path for target in targets}
    for target in targets:
        key, part_of = target.field.key, target.field.part_of
        if part_of and target.path.removesuffix(key) + part_of in paths:
            yield target.reference.key if target.reference else "", key


def _put_last(key: str, drafts: Sequence[Draft | None]) -> None:
    """The value behind those that are there: assigned before its whole, it would be undone."""
    for draft in drafts:
        if draft is not None and key in draft.values:
            draft.values[key] = draft.values.pop(key)


def _says_something(cell: Any) -> bool:
    """Whether there is more in the cell than spaces and invisible signs."""
    if isinstance(cell, str):
        return cell[:1].isalnum() or bool(clean(cell))
    return cell is not None


def _names(target: "Target") -> bool:
    """Whether records are recognised by the field."""
    return target.field.key in {*target.kind.title_from, *chain(*target.kind.matching)}
