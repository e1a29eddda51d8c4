"""Which record a text names: for cells of spreadsheets that speak of other records.

A text is an ID number, an id, an identifier behind its label ("NIP: 1234563218"), an e-mail
address, a name, or a name with what tells it apart in brackets: "Nowak Transport (Opole)",
"Nowak Transport (1024)". The first of these readings that finds something holds. Nothing is
guessed: two records of one name are two, and what the viewer may not know of is not there.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from orbita.records.fields.base import Context
from orbita.records.fields.contact import KEYS
from orbita.records.fields.reference import ReferenceField
from orbita.records.models import ContactType, Record
from orbita.records.several import Several
from orbita.ui.shelves import Shelf
from orbita.ui.text import clean, fold

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind

_NUMBER = re.compile(r"(?:id\s*[:#]?\s*|#)?(\d{1,18})", re.IGNORECASE)
_LABELLED = re.compile(r"([^:]{1,40}):\s*(\S.*)", re.DOTALL)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_BRACKETS = re.compile(r"(.*\S)\s*\(([^()]+)\)", re.DOTALL)
MOST_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Named:
    """The records that a text names: one, none, or several between which it does not decide.

    Of none, `other_kind` is the key of a kind that has a record of this name.
    """

    found: tuple[UUID, ...] = ()
    other_kind: str = ""

    @property
    def one(self) -> UUID | None:
        """The record, if it is clear which."""
        return self.found[0] if len(self.found) == 1 else None


@dataclass(slots=True)
class Reading:
    """The ways in which a text can be read; those that it does not allow are None or empty."""

    pk: UUID | None = None
    number: int | None = None
    identifier: tuple[str, Any] | None = None
    email: str = ""
    name: str = ""
    base: str = ""
    brackets: str = ""


class Names:
    """Finds the records of one kind by texts, for one viewer, many at once.

    `look_up` asks the database, in a number of queries that does not depend on the texts; `named`
    then answers. Records that are yet to be stored join by `add`.
    """

    def __init__(self, kind: "Kind", viewer: "User") -> None:
        self.kind, self.viewer = kind, viewer
        fields = kind.fields(viewer)
        single = [keys[0] for keys in kind.matching if len(keys) == 1]
        self.identifiers: dict[str, Field] = {
            key: fields[key]
            for key in single
            if key in fields and key not in ("number", *kind.title_from)
        }
        self._labels = {
            fold(word): key
            for key, field in self.identifiers.items()
            for word in (key, str(field.label), *field.synonyms)
        }
        keys = dict.fromkeys([*kind.hints, *self.identifiers])
        self.details = {key: fields[key] for key in keys if key in fields}
        self._spell = [
            field.target_kind().title_key
            for field in self.details.values()
            if isinstance(field, ReferenceField)
        ]
        self._answers: dict[str, Named] = {}
        self.new_details: Shelf[tuple[str, ...]] = Shelf()
        self.new: Several[UUID] = Several()

    def add(self, pk: UUID, title: str, values: dict[str, Any]) -> None:
        """A record of which the database does not know yet; values by field key."""
        self.new.add(("name", self.kind.title_key(clean(title))[:255]), pk)
        for key in self.identifiers:
            if values.get(key):
                self.new.add((key, values[key]), pk)
        for entry in values.get("emails") or ():
            self.new.add(("email", KEYS[ContactType.EMAIL](entry["value"])[1]), pk)
        shown = [self.details[key].text(values[key]) for key in self.details if values.get(key)]
        self.new_details[pk] = tuple(set().union(*map(self.spellings, shown)))

    def spellings(self, text: str) -> set[str]:
        """A text as fields show it and as the names of the kinds that they name match."""
        return {fold(text), *(spell(text) for spell in self._spell)} - {""}

    def forget(self) -> None:
        """What was looked up may have changed since."""
        self._answers.clear()

    def named(self, text: str) -> Named:
        """What the text names; it was looked up before."""
        return self._answers[text]

    def look_up(self, texts: Iterable[str]) -> None:
        """Find the records of all the texts."""
        readings = {text: self.read(text) for text in set(texts) - self._answers.keys()}
        if not readings:
            return
        search = _Search(self, readings.values())
        for text, reading in readings.items():
            self._answers[text] = Named(search.answer(reading))
        lost = [text for text in readings if not self._answers[text].found]
        if lost:
            self._answers.update(self._elsewhere(lost))

    def read(self, text: str) -> Reading:
        """The ways in which the text can be read."""
        text = clean(text)
        reading = Reading(name=self.kind.title_key(text)[:255])
        if match := _NUMBER.fullmatch(text):
            reading.number = int(match[1])
        elif len(text) == 36:
            reading.pk = _uuid(text)
        if (match := _LABELLED.fullmatch(text)) and (key := self._labels.get(fold(match[1]))):
            reading.identifier = self._identifier(key, match[2])
        if self.kind.has_contact_data and _EMAIL.fullmatch(text):
            reading.email = KEYS[ContactType.EMAIL](text)[1]
        if match := _BRACKETS.fullmatch(text):
            reading.base = self.kind.title_key(match[1])[:255]
            reading.brackets = match[2].strip()
        return reading

    def _identifier(self, key: str, text: str) -> tuple[str, Any] | None:
        try:
            return key, self.identifiers[key].parse(text, Context(self.viewer))
        except (ValidationError, ValueError):
            return None

    def _elsewhere(self, texts: list[str]) -> dict[str, Named]:
        """Of texts that name nothing here: the kind of a record that is called so."""
        from orbita.records.kinds import kinds

        others = [k for k in kinds.for_viewer(self.viewer) if k.key != self.kind.key]
        wanted, ways = Q(pk=None), {}
        for kind in others:
            keys = {kind.title_key(clean(text))[:255]: text for text in texts}
            ways.update({(kind.key, key): text for key, text in keys.items() if key})
            wanted |= Q(kind=kind.key, title_key__in=list(keys))
        rows = Record.objects.listed_for(self.viewer).filter(wanted).order_by("kind")
        return {
            ways[kind, key]: Named(other_kind=kind)
            for kind, key in rows.values_list("kind", "title_key")
            if (kind, key) in ways
        }

    def advice(self) -> str:
        """By what a record of the kind can be named without doubt: "NIP, REGON, ID number"."""
        labels = [str(field.label) for field in self.identifiers.values()]
        return ", ".join([*labels, _("ID number")])


class _Search:
    """What the database knows for some readings."""

    def __init__(self, names: Names, readings: Iterable[Reading]) -> None:
        self.names, self.readings = names, list(readings)
        self.found: dict[tuple[str, Any], list[UUID]] = defaultdict(list)
        self.details: dict[UUID, set[str]] = {}
        self._look_up_basics()
        self._look_up_identifiers()
        self._look_up_emails()
        self._look_up_details()

    def _by(self, way: str, value: Any) -> list[UUID]:
        """The records that are called so, stored ones and those of a dry run."""
        return [*self.found.get((way, value), ()), *self.names.new.of((way, value))]

    def answer(self, reading: Reading) -> tuple[UUID, ...]:
        """The records by the first reading that finds some."""
        ways = [
            ("pk", reading.pk),
            ("number", reading.number),
            reading.identifier or ("", None),
            ("email", reading.email),
            ("name", reading.name),
        ]
        for way, value in ways:
            if value not in (None, "") and (found := self._by(way, value)):
                return tuple(sorted(set(found)))
        if not reading.base:
            return ()
        found = self._by("name", reading.base)
        return tuple(sorted({pk for pk in found if self._is_told_apart(pk, reading.brackets)}))

    def _is_told_apart(self, pk: UUID, brackets: str) -> bool:
        """Whether all that stands in the brackets is true of the record."""
        known = self.details.get(pk, set())
        parts = [part.strip().removeprefix("#") for part in re.split(r"[,·]", brackets)]
        parts = [part for part in parts if part]
        return bool(parts) and all(self.names.spellings(part) & known for part in parts)

    def _look_up_basics(self) -> None:
        """By id and by name among the records that are listed for the viewer; by number, opened."""
        kind, viewer = self.names.kind, self.names.viewer
        rows = Record.objects.listed_for(viewer, kind=kind).order_by()
        if pks := {r.pk for r in self.readings} - {None}:
            for pk in rows.filter(pk__among=list(pks)).values_list("pk", flat=True):
                self.found["pk", pk].append(pk)
        if numbers := {r.number for r in self.readings} - {None}:
            opened = Record.objects.readable_by(viewer, kind=kind).order_by()
            self._note("number", opened.filter(number__in=numbers).values_list("number", "pk"))
        if keys := {key for r in self.readings for key in (r.name, r.base)} - {""}:
            found = rows.filter(title_key__in=list(keys)).values_list("title_key", "pk")
            self._note("name", found)

    def _look_up_identifiers(self) -> None:
        wanted: dict[str, set[Any]] = defaultdict(set)
        for reading in self.readings:
            if reading.identifier:
                wanted[reading.identifier[0]].add(reading.identifier[1])
        for key, values in wanted.items():
            field = self.names.identifiers[key]
            door = Record.objects.listed_for if field.basic else Record.objects.readable_by
            rows = door(self.names.viewer, kind=self.names.kind).order_by()
            found = rows.filter(**{f"{field.path}__in": values}).values_list(field.path, "pk")
            self._note(key, found)

    def _look_up_emails(self) -> None:
        emails = {r.email for r in self.readings} - {""}
        if emails:
            rows = Record.objects.readable_by(self.names.viewer, kind=self.names.kind).order_by()
            points = {
                "contact_points__type": ContactType.EMAIL,
                "contact_points__key__in": emails,
            }
            found = rows.filter(**points).values_list("contact_points__key", "pk")
            self._note("email", found)

    def _note(self, way: str, found: Iterable[tuple[Any, UUID]]) -> None:
        for value, pk in found:
            self.found[way, value].append(pk)

    def _look_up_details(self) -> None:
        """What may stand in brackets behind a name: ID number, NIP, city, company."""
        bases = {r.base for r in self.readings if not self._by("name", r.name)} - {""}
        pks = {pk for base in bases for pk in self._by("name", base)}
        if not pks:
            return
        new = {pk: self.names.new_details.get(pk) for pk in pks}
        self.details.update({pk: set(said) for pk, said in new.items() if said is not None})
        kind, viewer = self.names.kind, self.names.viewer
        used = self.names.details.values()
        rows = kind.model.objects.listed_for(viewer).filter(pk__among=list(pks))
        records = list(rows.with_openness(viewer))
        for field in used:
            field.load([r for r in records if r.is_open or field.basic], viewer)
        for record in records:
            shown = [field.line(record) for field in used if record.is_open or field.basic]
            if record.is_open:
                shown.append(str(record.number))
            self.details[record.pk] = set().union(*map(self.names.spellings, shown))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
