"""Which column is which field: by the header, by past imports, by what the cells look like.

Headers are compared folded and without signs, with labels in both languages and with the synonyms
that fields and kinds declare.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation

from orbita.imports.models import Import, State
from orbita.records.fields import AddressPart, ContactField, DateField, NipField, RegonField
from orbita.records.fields.base import Context
from orbita.records.models import ContactType
from orbita.ui.text import fold
from orbita.ui.values import to_text

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.imports.columns import Target
    from orbita.records.fields import Field
    from orbita.records.kinds import Kind

Mapping_ = dict[str, str]
_SIGNS = re.compile(r"[^\w]+")
_COUNTED = re.compile(r" (?:nr |no )?\d{1,2}$")
STEM = 4
ENOUGH = 0.8


def guess(
    columns: Sequence[str],
    sample: Sequence[Sequence[Any]],
    all_targets: "Mapping[str, Target]",
    viewer: "User",
    known: "Mapping[str, str] | None" = None,
) -> Mapping_:
    """The best mapping of column indexes (as text) to paths; what nobody can tell is left out.

    `known` are columns of which something else has said already what they become; an empty path
    says that they become nothing.
    """
    known = known or {}
    taken = {index: path for index, path in known.items() if path in all_targets}
    used = set(taken.values())
    settled = set(known)
    for index, paths in _contests(columns, all_targets):
        free = [path for path in paths if path not in used or all_targets[path].field.many]
        if index in settled or not free:
            continue
        settled.add(index)
        if len(free) == 1:
            taken[index] = free[0]
            used.add(free[0])
    _by_values(columns, sample, all_targets, viewer, taken, used, settled)
    return dict(sorted(taken.items(), key=lambda item: int(item[0])))


def undecided(
    columns: Sequence[str], all_targets: "Mapping[str, Target]", mapping: Mapping[str, str]
) -> dict[str, list[str]]:
    """The columns without a target whose header fits several equally well, with their paths."""
    used = set(mapping.values())
    found: dict[str, list[str]] = {}
    seen = set(mapping)
    for index, paths in _contests(columns, all_targets):
        free = [path for path in paths if path not in used or all_targets[path].field.many]
        if index not in seen and free:
            seen.add(index)
            if len(free) > 1:
                found[index] = free
    return found


def _contests(
    columns: Sequence[str], all_targets: "Mapping[str, Target]"
) -> list[tuple[str, list[str]]]:
    """Index of a column and the targets that fit it equally well, the best fits first."""
    found: dict[tuple[float, int], list[str]] = defaultdict(list)
    for score, index, path in _scores(columns, all_targets):
        found[score, index].append(path)
    best = sorted(found.items(), key=lambda item: (-item[0][0], item[0][1]))
    return [(str(index), paths) for (_score, index), paths in best]


def past(
    columns: Sequence[str], kind: str, owner: "User", all_targets: "Mapping[str, Target]"
) -> Mapping_:
    """The mapping of the owner's last import of a file with the same headers; empty for none."""
    done = (State.PLANNED, State.RUNNING, State.DONE)
    rows = Import.objects.filter(owner=owner, kind=kind, mapping_is_chosen=True, state__in=done)
    rows = rows.order_by("-created_at")
    for imp in rows[:20]:
        if imp.columns == list(columns):
            return {index: path for index, path in imp.mapping.items() if path in all_targets}
    return {}


def plain(header: Any) -> str:
    """A header as it is compared.

    >>> plain("Telefon (kom.) 2")
    'telefon kom'
    """
    text = _SIGNS.sub(" ", fold(to_text(header)).replace("_", " ")).strip()
    return _COUNTED.sub("", text)


def _scores(
    columns: Sequence[str], all_targets: "Mapping[str, Target]"
) -> Iterator[tuple[float, int, str]]:
    """How well each column's header fits each target; only what fits at all."""
    headers = [plain(column) for column in columns]
    own = _Own.of([t.field for t in all_targets.values() if t.reference is None])
    for path, target in all_targets.items():
        labels, synonyms = _labels(target.field), {plain(s) for s in target.field.synonyms}
        for index, header in enumerate(headers):
            if not header:
                continue
            if target.reference is None:
                score = _own_score(header, target, labels, synonyms)
            else:
                score = _nested_score(header, target, labels, synonyms, own)
            if score:
                yield score, index, path


@dataclass(frozen=True)
class _Own:
    """What the rows' own fields are called: their keys, and all words for them."""

    keys: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, fields: "Sequence[Field]") -> "_Own":
        words = {word for f in fields for word in (*_labels(f), *map(plain, f.synonyms))}
        return cls(frozenset(f.key for f in fields), frozenset(words))


def _own_score(header: str, target: "Target", labels: set[str], synonyms: set[str]) -> float:
    """A field that only finds records (the ID number) must be called by its full name."""
    if header in labels:
        return 1.0
    return 0.9 if header in synonyms and (target.field.editable or target.field.fills) else 0.0


def _nested_score(
    header: str, target: "Target", labels: set[str], synonyms: set[str], own: _Own
) -> float:
    """ "Company", "Company: NIP", "NIP of the company", and "NIP" where only a company has one.

    A relation of the company is named alone only where no field of the row itself is called so.
    """
    assert target.reference is not None  # noqa: S101
    references = _labels(target.reference) | _names_of_kind(target.kind)
    is_name = target.field.key in target.kind.title_from
    if is_name and header in references:
        return 0.95
    for words, score in ((labels, 0.95), (synonyms, 0.93)):
        if any(header == f"{r} {word}" for r in references for word in words):
            return score
    rest = _without_reference(header, references)
    if rest != header and (rest in labels or rest in synonyms):
        return 0.8 if target.field.editable or rest in labels else 0.0
    is_own = target.field.key in own.keys or (target.is_link and header in own.words)
    if is_own or not target.field.editable:
        return 0.0
    if is_name:
        return 0.75 if header in synonyms else 0.0
    return 0.7 if header in labels else 0.6 if header in synonyms else 0.0


def _without_reference(header: str, references: set[str]) -> str:
    """The header without words that name the other end, in any case: "nip firmy" → "nip"."""
    stems = {word[:STEM] for reference in references for word in reference.split()}
    words = header.split()
    return " ".join(word for word in words if word[:STEM] not in stems or len(word) < STEM)


def _labels(field: "Field") -> set[str]:
    """The field's label in every language."""
    return {plain(text) for text in _in_all_languages(field.label)}


def _names_of_kind(kind: "Kind") -> set[str]:
    """Words for a record of the kind: "company", and what else its name is called in one word."""
    words = {plain(text) for key in kind.title_from for text in kind.headers.get(key, ())}
    one_word = {word for word in words if " " not in word}
    return one_word | {plain(text) for text in _in_all_languages(kind.labels.one)}


def _in_all_languages(text: Any) -> Iterator[str]:
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield str(text)


def _by_values(
    columns: Sequence[str],
    sample: Sequence[Sequence[Any]],
    all_targets: "Mapping[str, Target]",
    viewer: "User",
    taken: Mapping_,
    used: set[str],
    settled: set[str],
) -> None:
    """Columns without a telling header, by what their cells look like."""
    context = Context(viewer)
    unsettable = _set_by_nobody(all_targets, viewer)
    for index, header in enumerate(columns):
        cells = [row[index] for row in sample if index < len(row) and row[index] not in (None, "")]
        if str(index) in settled or len(cells) < 2 or plain(header) in unsettable:
            continue
        for path, target in all_targets.items():
            if path not in used and _looks_like(target.field, cells, context):
                taken[str(index)] = path
                used.add(path)
                break


def _set_by_nobody(all_targets: "Mapping[str, Target]", viewer: "User") -> set[str]:
    """Headers of an export that no import fills: who added a record, and when."""
    own = next((t.kind for t in all_targets.values() if t.reference is None), None)
    fields = own.fields(viewer).values() if own is not None else ()
    return {word for f in fields if not f.importable for word in _labels(f)}


_TELLING: dict[ContactType, re.Pattern[str]] = {
    ContactType.EMAIL: re.compile(r".*@.*"),
    ContactType.WWW: re.compile(r"(https?://|www\.).*", re.IGNORECASE),
    ContactType.PHONE: re.compile(r"(\+|00)?[\d\s().-]{9,18}"),
}


def _looks_like(field: "Field", cells: Sequence[Any], context: Context) -> bool:
    """Whether most cells are unmistakably values of the field."""
    if isinstance(field, ContactField):
        shape = _TELLING[ContactType(field.type)]
    elif isinstance(field, NipField | RegonField):
        shape = re.compile(r"(PL)?[\d\s-]{9,17}", re.IGNORECASE)
    elif isinstance(field, AddressPart) and field.part == "postcode":
        shape = re.compile(r"\d\d-\d\d\d")
    elif isinstance(field, DateField):
        shape = re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{4}")
    else:
        return False
    good = sum(1 for cell in cells if _is_value(field, shape, cell, context))
    return good >= len(cells) * ENOUGH


def _is_value(field: "Field", shape: re.Pattern[str], cell: Any, context: Context) -> bool:
    if not shape.fullmatch(to_text(cell).strip()):
        return False
    try:
        field.parse(cell, context)
    except (ValidationError, ValueError):
        return False
    return True
