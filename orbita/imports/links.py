"""What the cells of relation columns name, and what becomes of each name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from orbita.imports.models import Outcome
from orbita.records.fields.linking import LinkField, Tie, Verdict
from orbita.records.naming import MOST_CANDIDATES, Names
from orbita.ui.sheets import split_items
from orbita.ui.shelves import Shelf
from orbita.ui.text import clean
from orbita.ui.values import to_text

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.imports.columns import Target
    from orbita.imports.plans import Chunk
    from orbita.records.kinds import Kind

LONGEST = 255
"""A name is cut at this length in reports."""


@dataclass(slots=True)
class Link:
    """One record that a cell names: by the column of this header to the target of this path."""

    path: str
    header: str
    text: str
    verdict: Verdict = Verdict.MISSING
    record: UUID | None = None
    sentence: str = ""
    candidates: tuple[UUID, ...] = ()

    def as_json(self) -> list[Any]:
        """A short list, since a file may have millions of them."""
        record = str(self.record) if self.record else None
        candidates = [str(pk) for pk in self.candidates]
        return [
            self.path,
            self.header,
            self.text,
            self.verdict,
            record,
            self.sentence,
            candidates,
        ]

    @classmethod
    def from_json(cls, stored: list[Any]) -> "Link":
        """Out of a row's `links`."""
        path, header, text, verdict, record, sentence, candidates = stored
        found = tuple(UUID(pk) for pk in candidates)
        return cls(
            path, header, text, Verdict(verdict), UUID(record) if record else None, sentence, found
        )


@dataclass(slots=True)
class LinkRow:
    """A row whose record is to be tied to those that it names.

    `end` is empty, or the key of the reference whose record is meant (a person's company); a row
    that names none has no `near`.
    """

    number: int
    near: UUID | None
    refusal: str = ""
    end: str = ""
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class LinkColumn:
    """A column of names, or one text for all rows (`index` is None)."""

    index: int | None
    header: str
    target: "Target"
    text: str = ""

    @property
    def link_field(self) -> LinkField:
        """The field whose values it names."""
        found = self.target.field
        assert isinstance(found, LinkField)  # noqa: S101
        return found

    @property
    def end(self) -> str:
        """Which of the row's records is tied; see `LinkRow`."""
        return self.target.end

    def cell(self, row: LinkRow, cells: Mapping[int, Any]) -> str:
        """What the row says, as text; a text for all rows waits for a row with the record."""
        if self.index is None:
            return self.text if row.near is not None else ""
        return clean_cell(cells.get(self.index))


def clean_cell(cell: Any) -> str:
    """The text of a cell; line breaks stay, since they separate names."""
    return (
        "\n".join(filter(None, map(clean, to_text(cell).split("\n")))) if cell is not None else ""
    )


class Linker:
    """Finds the records that rows name, and has their fields judge and add the ties.

    The same for the dry run and the real one; in a dry run it remembers the records of which the
    database will know only afterwards.
    """

    def __init__(
        self,
        columns: Sequence[LinkColumn],
        by: "User",
        answers: Mapping[str, Mapping[str, str]],
        *,
        is_dry: bool,
    ) -> None:
        self.columns, self.by, self.answers, self.is_dry = columns, by, answers, is_dry
        self.names: dict[str, Names] = {}
        for column in columns:
            kind = column.link_field.target_kind()
            self.names.setdefault(kind.key, Names(kind, by))
        self.memory: dict[str, dict[str, Any]] = {}
        self.created: Shelf[UUID] = Shelf()

    def __bool__(self) -> bool:
        """Whether there is anything to link."""
        return bool(self.columns)

    @property
    def ends(self) -> dict[str, "Kind"]:
        """The references whose records are tied besides the rows' own, and the kinds there."""
        return {column.end: column.target.kind for column in self.columns if column.end}

    @property
    def ties_own(self) -> bool:
        """Whether the rows' own records are tied."""
        return any(not column.end for column in self.columns)

    @property
    def indexes(self) -> list[int]:
        """The columns of the file whose cells it needs."""
        return [column.index for column in self.columns if column.index is not None]

    def note(self, chunk: "Chunk") -> None:
        """Remember what a dry run would have made: others may name it."""
        for plan in chunk.plans:
            if plan.pk and (plan.is_coming or plan.outcome == Outcome.CREATED):
                self.created[plan.draft.number] = plan.pk
            if plan.outcome == Outcome.UPDATED and (names := self.names.get(plan.record.kind)):
                parts = plan.record.kind_object.title_from
                if any(key in plan.values for key in parts):
                    title = [plan.values.get(k, getattr(plan.record, k, "")) for k in parts]
                    names.add(plan.record.pk, " ".join(map(str, title)), plan.values)
        for kind, record, values in chunk.made:
            if names := self.names.get(kind.key):
                names.add(record.pk, record.title, values)

    # Finding -----------------------------------------------------------------------------------

    def find(self, rows: Sequence[LinkRow], cells: Mapping[int, Mapping[int, Any]]) -> None:
        """Fill in the links of the rows: whom each name means; nothing is tied yet."""
        for names in self.names.values():
            names.forget()
        said = [
            (row, column, self._items(column, row, cells[row.number]))
            for row in rows
            for column in self.columns
            if column.end == row.end
        ]
        self._look_up(said)
        for row, column, items in said:
            row.links += self._links(row, column, items)

    def tie(self, rows: Sequence[LinkRow]) -> None:
        """Have the links judged; real ones are stored inside the caller's change set."""
        for path, fields in self._fields().items():
            ties = [
                (link, Tie(row.near, link.record, link.text))
                for row in rows
                if row.near
                for link in row.links
                if link.path == path and link.record and link.verdict == Verdict.ADDED
            ]
            if ties:
                self._tie(fields, ties)

    def _fields(self) -> dict[str, LinkField]:
        return {column.target.path: column.link_field for column in self.columns}

    def _items(self, column: LinkColumn, row: LinkRow, cells: Mapping[int, Any]) -> list[str]:
        """The names in the cell of a row, the whole of it first where it has several."""
        text = column.cell(row, cells)
        if not text:
            return []
        items = list(dict.fromkeys(map(clean, split_items(text))))
        return [clean(text), *items] if len(items) > 1 else [item[:LONGEST] for item in items]

    def _look_up(self, said: Iterable[tuple[LinkRow, LinkColumn, list[str]]]) -> None:
        texts: dict[str, set[str]] = {key: set() for key in self.names}
        for _row, column, items in said:
            answers = self.answers.get(column.target.path, {})
            texts[column.link_field.target].update(items, filter(None, map(answers.get, items)))
        for key, wanted in texts.items():
            self.names[key].look_up(wanted)

    def _links(self, row: LinkRow, column: LinkColumn, items: list[str]) -> Iterator[Link]:
        names = self.names[column.link_field.target]
        if len(items) > 1:
            whole, *items = items
            items = [whole] if names.named(whole).one else [item[:LONGEST] for item in items]
        for item in items:
            if not column.link_field.is_remark(item):
                yield self._one(row, column, item, names)

    def _one(self, row: LinkRow, column: LinkColumn, text: str, names: Names) -> Link:
        """What one name comes to, before its tie is judged."""
        link = Link(column.target.path, column.header, text)
        answer = self.answers.get(link.path, {}).get(text)
        if answer == "":
            link.verdict = Verdict.LEFT
            return link
        if answer is not None:
            names.look_up([answer])
        named = names.named(answer or text)
        label = names.kind.labels
        if row.refusal:
            link.verdict, link.sentence = Verdict.REFUSED, row.refusal
        elif named.one:
            link.verdict, link.record = Verdict.ADDED, named.one
        elif named.found:
            link.verdict, link.candidates = Verdict.SEVERAL, named.found[:MOST_CANDIDATES]
            link.sentence = _("%(kind)s: %(count)d match; give %(fields)s") % {
                "kind": label.many,
                "count": len(named.found),
                "fields": names.advice(),
            }
        elif named.other_kind:
            other = _label_of(named.other_kind)
            link.verdict = Verdict.OTHER_KIND
            link.sentence = _("%(kind)s: not found; there is one of another kind: %(other)s") % {
                "kind": label.one,
                "other": other,
            }
        else:
            link.sentence = _("%(kind)s: not found") % {"kind": label.one}
        return link

    def _tie(self, used: LinkField, found: "list[tuple[Link, Tie]]") -> None:
        memory = self.memory.setdefault(used.tie_key, {}) if self.is_dry else {}
        ties = [one for _link, one in found]
        used.tie(ties, by=self.by, memory=memory, is_rehearsal=self.is_dry)
        for link, one in found:
            link.verdict, link.sentence = one.verdict, one.sentence


def _label_of(kind_key: str) -> str:
    from orbita.records.kinds import kinds

    return str(kinds.by_key(kind_key).labels.one)
