"""The second way through a file: all rows have their records, now they are tied to others.

A row may name what a later row makes, so nothing is tied before the last row is settled. As in the
first way each chunk is one transaction together with its verdicts and the import's position.
"""

import json
import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext as _

from orbita.imports.ahead import Ahead, Refused, reading
from orbita.imports.links import Link, Linker, LinkRow
from orbita.imports.models import Import, ImportRow, Outcome
from orbita.records.fields.linking import Verdict
from orbita.records.models import Record

if TYPE_CHECKING:
    from orbita.imports.running import Pass, Watcher
    from orbita.records.kinds import Kind

logger = logging.getLogger("orbita.imports")
CHUNK = 2000
LINKED = (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)
SETTLED = frozenset(verdict for verdict in Verdict if not verdict.is_open)
_LINKS = """
UPDATE imports_importrow r
SET links = r.links || v.links, is_open = r.is_open OR v.is_open, outcome = v.outcome
FROM jsonb_to_recordset(%s::jsonb) v(number int, links jsonb, is_open bool, outcome text)
WHERE r.parent_id = %s AND r.number = v.number
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A settled row: its record, and the records that it names by references."""

    number: int
    pk: UUID | None
    outcome: str
    cells: dict[int, Any]
    ends: dict[str, str]


@dataclass(frozen=True)
class Part:
    """The rows of a chunk, and whom their names mean, if that was found already."""

    rows: list[Found]
    linked: list[LinkRow] | None = None


class LinkPass:
    """One way through the settled rows, dry or real."""

    def __init__(self, parent: "Pass", linker: Linker) -> None:
        self.parent, self.linker, self.imp = parent, linker, parent.imp
        self.ahead: Ahead[Part] = Ahead()

    def run(self, watcher: "Watcher") -> None:
        """Chunk after chunk to the end."""
        with self.ahead:
            while (part := self.ahead.take() or Part(self._rows_after(self.imp.linked))).rows:
                watcher.check_cancelled()
                self._settle(part, go_ahead=self.ahead.may_ask and not self.imp.dry_run)
                self.parent.linked_rows += len(part.rows)
                watcher.update(done=self.parent.done())
                self.parent.tidy()

    def _rows_after(self, number: int) -> list[Found]:
        rows = ImportRow.objects.filter(parent=self.imp, number__gt=number)
        indexes = self.linker.indexes
        found = rows.filter(number__lte=self.imp.position).order_by("number")
        cells = (KeyTransform(index, "cells") for index in indexes)
        values = found.values_list("number", "record_id", "outcome", "ends", *cells)
        return [
            Found(number, pk, outcome, dict(zip(indexes, cells, strict=True)), ends)
            for number, pk, outcome, ends, *cells in values[:CHUNK]
        ]

    def _settle(self, part: Part, *, go_ahead: bool = False) -> None:
        """One transaction for the rows; what the database refuses is narrowed down to its row.

        Names are found by one thread at a time: those of the next rows once these are known.
        """
        linked, counts = self.imp.linked, self.imp.counts
        try:
            with self.parent.transaction():
                rows = self._find(part.rows) if part.linked is None else part.linked
                if go_ahead:
                    self.ahead.start(partial(self._find_ahead, part.rows[-1].number))
                self.linker.tie(rows)
                self._note(part.rows, rows)
        except BaseException as error:
            with suppress(Exception):
                self.ahead.take()
            self.imp.linked, self.imp.counts = linked, counts
            if not isinstance(error, DataError | IntegrityError):
                raise
            self._narrow_down(part.rows)

    def _narrow_down(self, rows: list[Found]) -> None:
        if len(rows) > 1:
            middle = len(rows) // 2
            self._settle(Part(rows[:middle]))
            self._settle(Part(rows[middle:]))
            return
        logger.exception("The relations of a row could not be stored")
        with transaction.atomic():
            self._note(rows, [])

    def _find_ahead(self, number: int) -> Part | None:
        """Whom the next rows name, while the relations of the present ones are being written.

        What became of the records since then, the judging sees when it holds them.
        """
        try:
            with reading():
                rows = self._rows_after(number)
                return Part(rows, self._find(rows))
        except Refused:
            return None

    def _find(self, rows: list[Found]) -> list[LinkRow]:
        """The rows that have a record, with whom the names in them mean."""
        linked = self._own_ends(rows) if self.linker.ties_own else []
        for end, kind in self.linker.ends.items():
            linked += self._other_ends(rows, end, kind)
        self.linker.find(linked, {row.number: row.cells for row in rows})
        return linked

    def _own_ends(self, rows: list[Found]) -> list[LinkRow]:
        """The rows with their own records as near ends."""
        near = {row.number: row.pk for row in rows if row.outcome in LINKED and row.pk}
        refusals = self._refusals(self.parent.kind, set(near.values()))
        if self.imp.dry_run:
            near |= {row.number: pk for row in rows if (pk := self.linker.created.get(row.number))}
        return [LinkRow(number, pk, refusals.get(pk, "")) for number, pk in near.items()]

    def _other_ends(self, rows: list[Found], end: str, kind: "Kind") -> list[LinkRow]:
        """The rows with the records as near ends that they name by a reference."""
        taken = [row for row in rows if row.outcome in LINKED]
        near = {row.number: UUID(row.ends[end]) for row in taken if end in row.ends}
        refusals = self._refusals(kind, set(near.values()))
        none = _("%(kind)s: not in this row") % {"kind": kind.labels.one}
        return [
            LinkRow(row.number, pk, refusals.get(pk, "") if pk else none, end)
            for row in taken
            for pk in [near.get(row.number)]
        ]

    def _refusals(self, kind: "Kind", pks: set[UUID]) -> dict[UUID, str]:
        """Why some of the records that were there already take no ties from this user.

        A dry run knows records that the database does not: those that it would make.
        """
        by, deed = self.imp.owner, self.imp.changeset_id
        alive = Record.objects.live().filter(pk__among=list(pks))
        stored = {
            pk: (title, made) for pk, title, made in alive.values_list("pk", "title", "changeset")
        }
        former = [pk for pk, (_title, made) in stored.items() if not made or made != deed]
        rows = kind.model.objects.editable_by(by).filter(pk__among=former)
        editable = set(rows.values_list("pk", flat=True))
        gone = set() if self.imp.dry_run else pks - stored.keys()
        found = {pk: _("The record is gone") for pk in gone}
        for pk in set(former) - editable:
            found[pk] = _("You may not change %(name)s") % {"name": stored[pk][0]}
        return found

    def _note(self, rows: list[Found], linked: list[LinkRow]) -> None:
        """Store the verdicts and move on; a second worker on the same import stops here."""
        counts = Counter(self.imp.counts)
        noted = []
        found: Counter[Verdict] = Counter()
        said: dict[int, list[Link]] = {}
        for one in linked:
            said.setdefault(one.number, []).extend(one.links)
        for row in rows:
            links, outcome = said.get(row.number, []), row.outcome
            verdicts = [link.verdict for link in links]
            if Verdict.ADDED in verdicts and outcome == Outcome.UNCHANGED:
                counts[Outcome.UNCHANGED.value] -= 1
                counts[Outcome.UPDATED.value] += 1
                outcome = Outcome.UPDATED.value
            if links:
                found.update(verdicts)
                is_open = not SETTLED.issuperset(verdicts)
                values = {"number": row.number, "is_open": is_open, "outcome": outcome}
                noted.append(values | {"links": [x.as_json() for x in links]})
        counts.update({f"links_{verdict.value}": count for verdict, count in found.items()})
        if noted:
            with connection.cursor() as cursor:
                cursor.execute(_LINKS, [json.dumps(noted), self.imp.pk])
        before, self.imp.linked = self.imp.linked, rows[-1].number
        self.imp.counts = dict(counts)
        moved = Import.objects.filter(pk=self.imp.pk, linked=before).update(
            linked=self.imp.linked, counts=self.imp.counts, changeset_id=self.imp.changeset_id
        )
        if not moved:
            raise RuntimeError("The import is being run by another worker")
