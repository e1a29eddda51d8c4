"""Which record a row means: by the rules of `Kind.matching`, for many rows at once.

A rule counts against the records of which the importer may know: those listed for them where the
rule looks at basic fields alone, else those that they may read. Any other match stays silent. A
single identifier (NIP, SKU) that stands on both sides and differs forbids a match by later rules.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from orbita.imports.parsing import Draft
from orbita.records.fields.contact import KEYS, ContactField
from orbita.records.models import ContactType, Record
from orbita.records.naming import MOST_CANDIDATES
from orbita.records.several import Several
from orbita.ui.shelves import Shelf
from orbita.ui.text import clean

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

Key = tuple[Any, ...]


class Part:
    """One thing that a rule compares: how a draft says it and where the database keeps it."""

    def __init__(self, kind: "Kind", key: str) -> None:
        self.kind, self.key = kind, key
        self.field = kind.all_fields()[key]
        self.is_contact = isinstance(self.field, ContactField)
        self.path = "contact_points__key" if self.is_contact else self.field.path
        self.keys = [key, *(one.key for one in kind.all_fields().values() if one.part_of == key)]

    def values(self, draft: Draft) -> list[Any]:
        """What the draft says, in the form in which it is compared; empty for nothing.

        A phone counts whether it stands in the column of all phones or in that of its type.
        """
        if isinstance(self.field, ContactField):
            normal = KEYS[ContactType(self.field.type)]
            entries = [entry for key in self.keys for entry in draft.values.get(key) or ()]
            return list(dict.fromkeys(normal(entry["value"])[1] for entry in entries))
        value = draft.values.get(self.key)
        if value is None or value == "" or value == []:
            return []
        return [getattr(value, "pk", value)]

    def condition(self) -> dict[str, Any]:
        """What else the database must look at."""
        if isinstance(self.field, ContactField):
            return {"contact_points__type": self.field.type}
        return {}


class NamePart(Part):
    """The name, compared by its key; several fields may make it together."""

    def __init__(self, kind: "Kind") -> None:
        self.kind, self.key, self.path = kind, "title", "title_key"
        self.is_contact = False

    def values(self, draft: Draft) -> list[Any]:
        """The key of the name, if all its parts are given."""
        parts = [draft.values.get(key) for key in self.kind.title_from]
        if not all(parts):
            return []
        return [self.kind.title_key(clean(" ".join(map(str, parts))))[:255]]

    def condition(self) -> dict[str, Any]:
        """Nothing else."""
        return {}


class Rule:
    """One way to recognise a record; all its parts must agree."""

    def __init__(self, kind: "Kind", keys: tuple[str, ...]) -> None:
        self.kind, self.keys = kind, keys
        fields = kind.all_fields()
        has_name = set(kind.title_from) <= set(keys)
        rest = [key for key in keys if key in fields and not (has_name and key in kind.title_from)]
        self.parts = [Part(kind, key) for key in rest] + ([NamePart(kind)] if has_name else [])
        self.is_basic = all(fields[key].basic for key in keys if key in fields)
        is_single = len(self.parts) == 1 and not has_name
        self.is_number = is_single and keys == ("number",)
        self.is_identifier = is_single and not self.is_number and not self.parts[0].is_contact

    def keys_of(self, draft: Draft) -> list[Key]:
        """The combinations of values that would match; empty when one is missing."""
        if len(self.parts) == 1:
            return [(value,) for value in self.parts[0].values(draft)]
        values = [part.values(draft) for part in self.parts]
        return list(product(*values)) if all(values) else []

    def find(self, keys: Iterable[Key]) -> list[tuple[Key, UUID]]:
        """The live records that have any of the keys, in one query."""
        wanted = set(keys)
        if not wanted:
            return []
        condition: dict[str, Any] = {}
        for index, part in enumerate(self.parts):
            condition |= part.condition()
            condition[f"{part.path}__in"] = list({key[index] for key in wanted})
        rows = Record.objects.live().filter(kind=self.kind.key, **condition)
        found = rows.values_list("pk", *(part.path for part in self.parts))
        return [(tuple(key), pk) for pk, *key in found.iterator() if tuple(key) in wanted]


@dataclass(slots=True)
class Known:
    """A row of this file that stands for a record already."""

    number: int
    pk: UUID
    identifiers: tuple[Any, ...]


@dataclass(slots=True)
class Verdict:
    """What was found for a draft: one record, several (a problem), none; and what stays silent."""

    pk: UUID | None = None
    earlier_row: int = 0
    is_certain: bool = False
    """Whether a number or an identifier says so, not a name."""
    problem: str = ""
    is_several: bool = False
    candidates: tuple[UUID, ...] = ()
    """Stored records between which the draft does not tell."""
    silent: list[UUID] = field(default_factory=list)


class Matcher:
    """Finds the records of one kind for the drafts of one file, chunk by chunk.

    `look_up` asks the database about a chunk, in one query a rule and three more; `verdict` then
    answers for its drafts one after the other, and `remember` tells of drafts that stand for a
    record from now on, so that one file never makes two of one.
    """

    def __init__(self, kind: "Kind", viewer: "User") -> None:
        self.kind, self.viewer = kind, viewer
        self.rules = [rule for keys in kind.matching if (rule := Rule(kind, keys)).parts]
        self.identifiers = [rule for rule in self.rules if rule.is_identifier]
        self._places = [i for i, rule in enumerate(self.rules) if rule.is_identifier]
        self.taken: Shelf[int] = Shelf()
        """The number of the row that stands for a record, 0 where a row only names it."""
        self._journal: list[tuple[Draft, UUID]] = []
        self._known: Several[Known] = Several()
        self._under_way: tuple[list[tuple[Draft, UUID]], Several[Known]] = ([], Several())
        """The same of the chunk that is being written while this one is planned."""
        self._found: dict[Key, set[UUID]] = {}
        self._identifiers_of: dict[UUID, tuple[Any, ...]] = {}
        self._told: Shelf[tuple[Any, ...]] = Shelf()
        self._listed: set[UUID] = set()
        self._readable: set[UUID] = set()

    def look_up(self, drafts: Sequence[Draft]) -> None:
        """Ask the database about all the drafts."""
        self._found = {}
        found: set[UUID] = set()
        for draft in drafts:
            draft.keys = [rule.keys_of(draft) for rule in self.rules]
        for index, rule in enumerate(self.rules):
            for key, pk in rule.find(key for draft in drafts for key in draft.keys[index]):
                self._found.setdefault((index, *key), set()).add(pk)
                found.add(pk)
        says_any = any(draft.keys[place] for place in self._places for draft in drafts)
        self._identifiers_of = self._stored_identifiers(found) if says_any else {}
        if self.viewer.is_administrator or not found:
            self._listed = self._readable = found
            return
        listed = Record.objects.listed_for(self.viewer).filter(pk__in=found)
        readable = Record.objects.readable_by(self.viewer).filter(pk__in=found)
        self._listed = set(listed.values_list("pk", flat=True))
        self._readable = set(readable.values_list("pk", flat=True))

    def _stored_identifiers(self, found: set[UUID]) -> dict[UUID, tuple[Any, ...]]:
        """The identifiers of records that were found, from the kind's own table.

        Asked from Record, the join would read that table as a whole. Where no draft says one,
        none is asked for: nothing can contradict it.
        """
        if not found:
            return {}
        own = f"as_{self.kind.key}__"
        paths = [rule.parts[0].path.removeprefix(own) for rule in self.identifiers]
        rows = self.kind.model._base_manager.filter(pk__in=found).order_by()
        return {pk: tuple(values) for pk, *values in rows.values_list("pk", *paths)}

    def admit(self, pks: Collection[UUID]) -> set[UUID]:
        """Those of the records of which the importer may know, to be treated as found."""
        rows = Record.objects.listed_for(self.viewer, kind=self.kind)
        listed = set(rows.filter(pk__among=list(pks)).values_list("pk", flat=True))
        opened = Record.objects.readable_by(self.viewer, kind=self.kind)
        readable = opened.filter(pk__among=list(listed)).values_list("pk", flat=True)
        self._listed, self._readable = self._listed | listed, self._readable | set(readable)
        return listed

    def is_readable(self, pk: UUID) -> bool:
        """Whether the importer may open a record that was found."""
        return pk in self._readable

    def verdict(self, draft: Draft) -> Verdict:
        """The record that the draft means."""
        result = Verdict()
        own = self._identifiers(draft)
        for index, rule in enumerate(self.rules):
            keys = draft.keys[index]
            if not keys:
                continue
            found = self._candidates(index, rule, keys, own, result)
            if rule.is_number and not found:
                number = draft.values["number"]
                result.problem = _("There is no record with the ID number %(number)s") % {
                    "number": number
                }
                return result
            if len(found) == 1:
                result.pk = found.pop()
                result.earlier_row = self.taken.get(result.pk) or 0
                result.is_certain = rule.is_number or rule.is_identifier
                return result
            if found:
                result.problem, result.is_several = self._several(len(found)), True
                stored = sorted(found & (self._listed | self._readable))
                result.candidates = tuple(stored[:MOST_CANDIDATES])
                return result
        return result

    def repeated(self, draft: Draft) -> Verdict:
        """The record of an earlier row of this file with the same identifier; none else counts."""
        for index in self._places:
            for key in draft.keys[index]:
                found = {*self._found.get((index, *key), ())}
                found |= {known.pk for known in self._remembered((index, *key))}
                for pk in found:
                    if row := self.taken.get(pk):
                        return Verdict(pk, row)
        return Verdict()

    def _candidates(
        self, index: int, rule: Rule, keys: list[Key], own: tuple[Any, ...], result: Verdict
    ) -> set[UUID]:
        """The records by one rule that the importer may know; the others are noted silently."""
        found: set[UUID] = set()
        allowed = self._listed if rule.is_basic else self._readable
        for key in keys:
            for pk in self._found.get((index, *key), ()):
                if _contradicts(own, self._told.get(pk) or self._identifiers_of.get(pk, ())):
                    continue
                if pk in allowed or pk in self.taken:
                    found.add(pk)
                else:
                    result.silent.append(pk)
            for known in self._remembered((index, *key)):
                if not _contradicts(own, known.identifiers):
                    found.add(known.pk)
        return found

    def _identifiers(self, draft: Draft) -> tuple[Any, ...]:
        return tuple(draft.keys[i][0][0] if draft.keys[i] else None for i in self._places)

    def _several(self, count: int) -> str:
        labels = [str(rule.parts[0].field.label) for rule in self.identifiers]
        return _("%(kind)s: %(count)d match; give %(fields)s") % {
            "kind": self.kind.labels.many,
            "count": count,
            "fields": ", ".join([*labels, _("ID number")]),
        }

    def remember(
        self, draft: Draft, pk: UUID, *, is_row: bool = True, is_change: bool = False
    ) -> None:
        """From now on the draft's keys mean this record too; `is_row` if it is a row of its own.

        `is_change` says that the record gets the identifiers of the draft.
        """
        if is_change and any(own := self._identifiers(draft)):
            old = self._told.get(pk) or self._identifiers_of.get(pk) or own
            self._told[pk] = tuple(a or b for a, b in zip(own, old, strict=True))
        known = Known(draft.number, pk, self._identifiers(draft))
        if not self.taken.get(pk):
            self.taken[pk] = draft.number if is_row else 0
        for key in self._all_keys(draft):
            self._known.add(key, known)
        self._journal.append((draft, pk))

    def _remembered(self, key: Key) -> list[Known]:
        """The rows of this file that have the key and are not stored yet."""
        return [*self._under_way[1].of(key), *self._known.of(key)]

    def forget(self, draft: Draft, pk: UUID) -> None:
        """The record was not made after all."""
        if self.taken.get(pk) in (0, draft.number):
            self.taken.drop(pk)
        for key in self._all_keys(draft):
            for known in (self._under_way[1], self._known):
                known.drop(key, lambda e: (e.pk, e.number) == (pk, draft.number))

    def go_ahead(self) -> None:
        """The next chunk is planned while the present one is on its way into the database."""
        self._under_way = self._journal, self._known
        self._journal, self._known = [], Several()

    def step_back(self) -> None:
        """Forget what was remembered since `go_ahead`, or the last `settle`."""
        for draft, pk in self._journal:
            self.forget(draft, pk)
            self._told.drop(pk)
        self._journal = []

    def roll_back(self) -> None:
        """Forget all that was remembered since the last `settle`: its transaction failed."""
        self.step_back()
        self._journal = self._under_way[0]
        self.step_back()
        self._under_way = [], Several()

    def settle(self, *, is_stored: bool) -> None:
        """The chunk is through. Stored records the database knows, so memory stays flat."""
        self._journal, self._under_way = [], ([], Several())
        if is_stored:
            self._known.clear()
            self._told.clear()

    def _all_keys(self, draft: Draft) -> Iterator[Key]:
        for index, keys in enumerate(draft.keys):
            for key in keys:
                yield (index, *key)


def _contradicts(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Whether an identifier stands on both sides and differs."""
    return any(a and b and a != b for a, b in zip(one, other, strict=False))
