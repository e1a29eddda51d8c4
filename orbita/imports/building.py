"""New records out of drafts, and what a draft would change on a stored record."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db.models.base import ModelState
from django.utils.translation import gettext as _

from orbita.records.fields.base import Field as AnyField
from orbita.records.saving import new_record
from orbita.ui.ids import uuid7

if TYPE_CHECKING:
    from orbita.imports.parsing import Draft
    from orbita.imports.plans import Rules
    from orbita.records.fields import Field
    from orbita.records.kinds import Kind

NEVER = AnyField.refuses
"""What a field has that refuses nothing."""


class Blank:
    """A new record of a kind with its defaults, made once and copied for each row."""

    def __init__(self, kind: "Kind", rules: "Rules", fields: "Mapping[str, Field]") -> None:
        self.kind = kind
        self.refusing = {
            key: f for key, f in fields.items() if f.editable and type(f).refuses is not NEVER
        }
        self.original = new_record(kind, by=rules.by)
        if not rules.owner_by_account:
            self.original.owner = rules.owner

    def copy(self) -> Any:
        """An unsaved record of its own: with its own id and its own changeable parts."""
        original = self.original
        model: Any = self.kind.model
        record = model.__new__(model)
        record.__dict__.update(original.__dict__)
        record._state = ModelState()
        record._state.fields_cache = dict(original._state.fields_cache)
        record.id = uuid7()
        record.pk = record.id
        record.custom, record.pending = dict(original.custom), dict(original.pending)
        return record


def build(blank: Blank, fields: "Mapping[str, Field]", draft: "Draft", rules: "Rules") -> Any:
    """An unsaved record with the draft's values; what speaks against it rejects the draft."""
    kind, record = blank.kind, blank.copy()
    leave_refused(blank, record, draft, rules)
    for key, value in draft.values.items():
        if fields[key].editable:
            fields[key].assign(record, value)
    record.derive()
    for sentence in kind.problems(draft.values, record).values():
        draft.reject(sentence)
    if not record.title and not draft.is_rejected:
        draft.reject(_("Enter a name"), column=str(kind.labels.one))
    for key in rules.required.get(kind.key, ()):
        if key not in draft.values and fields[key].is_empty(fields[key].value(record)):
            draft.reject(_("This must be filled in"), column=str(fields[key].label))
    return record


def leave_refused(blank: Blank, record: Any, draft: "Draft", rules: "Rules") -> None:
    """Treat values that the record may not get from the importer as cells that cannot be read."""
    for key, field in blank.refusing.items():
        if key not in draft.values:
            continue
        value = field.combine(field.value(record), draft.values[key])
        sentence = field.refuses(record, value, rules.by)
        if sentence and rules.reject_bad_cells:
            draft.reject(sentence, column=str(field.label))
        elif sentence:
            draft.note(sentence, column=str(field.label))
            del draft.values[key]


def derive(kind: "Kind", fields: "Mapping[str, Field]", record: Any) -> None:
    """Set what a new record is found by; its satellites still wait to be stored."""
    words, held = list(kind.search_parts(record)), 0
    for key, value in record.pending.items():
        words += fields[key].search_words(value)
        held |= fields[key].held(value)
    record.search_text, record.held = record.make_search_text(words), held


def differences(
    fields: "Mapping[str, Field]",
    record: Any,
    values: Mapping[str, Any],
    so_far: Mapping[str, Any] = MappingProxyType({}),
) -> tuple[dict[str, Any], list[list[str]]]:
    """The values that would change the record, and for people: path, old text, new text.

    `so_far` are values that the record is about to get.
    """
    changed: dict[str, Any] = {}
    diff = []
    for key, value in values.items():
        field = fields[key]
        if not field.editable:
            continue
        old = so_far[key] if key in so_far else field.value(record)
        new = field.combine(old, value)
        if field.comparable(old) != field.comparable(new):
            changed[key] = new
            diff.append([key, field.text(old), field.text(new)])
    return changed, diff
