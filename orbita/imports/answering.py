"""Names of other records that do not say clearly whom they mean, and what people answer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.db import connection
from django.utils.translation import gettext as _

from orbita.imports import importing
from orbita.imports.columns import Naming, namings
from orbita.imports.models import BadCell, Import
from orbita.records.fields.linking import Verdict
from orbita.records.fields.reference import RecordChoiceField, listed_of_kind, record_picker
from orbita.records.hints import options_of
from orbita.records.models import Record

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.ui.widgets import Option

SHOWN = 30
LEAVE = "leave"
_OPEN = """
SELECT link->>0, link->>2, link->>3, count(*), min(r.number), min((link->6)::text)
FROM imports_importrow r, jsonb_array_elements(r.links) link
WHERE r.parent_id = %s AND r.is_open AND link->>3 = ANY(%s)
GROUP BY 1, 2, 3 ORDER BY (link->>3 = %s) DESC, 4 DESC, 5 LIMIT %s
"""
ANSWERABLE = (Verdict.SEVERAL, Verdict.MISSING, Verdict.OTHER_KIND)


@dataclass(frozen=True)
class OpenName:
    """A name that is not clear: of what, in how many rows, whom it may mean."""

    naming: Naming
    text: str
    verdict: Verdict
    rows: int
    first_row: int
    candidates: tuple[UUID, ...]

    def rejects(self, imp: Import) -> bool:
        """Whether its rows are rejected as long as it stays open."""
        if self.naming.is_link:
            return False
        return self.naming.is_own or imp.option("bad_cell") == BadCell.REJECT


def open_names(imp: Import) -> list[OpenName]:
    """The names that await an answer: those that mean several first, then by their rows."""
    offered = namings(importing.targets_of(imp))
    codes = [verdict.value for verdict in ANSWERABLE]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [imp.pk, codes, Verdict.SEVERAL.value, SHOWN])
        found = cursor.fetchall()
    return [
        OpenName(offered[path], text, Verdict(code), rows, first, _uuids(json.loads(candidates)))
        for path, text, code, rows, first, candidates in found
        if path in offered
    ]


def _uuids(texts: list[str]) -> tuple[UUID, ...]:
    return tuple(map(UUID, texts))


class AnswersForm(forms.Form):
    """A choice for each open name; what is left empty stays open."""

    def __init__(self, names: list[OpenName], viewer: "User", data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.names = {f"answer-{index}": name for index, name in enumerate(names)}
        options = _options({pk for name in names for pk in name.candidates}, viewer)
        for key, name in self.names.items():
            found = [options[str(pk)] for pk in name.candidates if str(pk) in options]
            field = self._choice(name, found) if found else self._picker(name, viewer)
            field.label, field.required = name.text, False
            self.fields[key] = field
            if not found and not name.naming.is_required:
                self.fields[f"{LEAVE}-{key}"] = forms.BooleanField(
                    required=False, widget=forms.CheckboxInput({"class": "form-check-input"})
                )

    def _choice(self, name: OpenName, found: "Sequence[Option]") -> forms.Field:
        choices = [("", _("Choose"))]
        choices += [(o.value, " – ".join(filter(None, (o.title, o.detail)))) for o in found]
        if not name.naming.is_required:
            choices.append((LEAVE, name.naming.otherwise))
        return forms.ChoiceField(choices=choices)

    def _picker(self, name: OpenName, viewer: "User") -> forms.Field:
        kind = name.naming.kind
        return RecordChoiceField(
            listed_of_kind(kind.key, viewer), widget=record_picker(kind, viewer)
        )

    def rows(self) -> list[tuple[OpenName, Any, Any]]:
        """Each name with its control, and one to leave it out where a picker cannot say so."""
        leaves = {key: f"{LEAVE}-{key}" for key in self.names}
        return [
            (name, self[key], self[leaves[key]] if leaves[key] in self.fields else None)
            for key, name in self.names.items()
        ]

    def answers(self) -> dict[str, dict[str, str]]:
        """What was answered: an id by name by path, an empty one for names to leave out."""
        found: dict[str, dict[str, str]] = {}
        for key, name in self.names.items():
            value = self.cleaned_data.get(key)
            is_left = value == LEAVE or (not value and self.cleaned_data.get(f"{LEAVE}-{key}"))
            if value or is_left:
                answer = "" if is_left else str(getattr(value, "pk", value))
                found.setdefault(name.naming.path, {})[name.text] = answer
        return found


def _options(pks: set[UUID], viewer: "User") -> "dict[str, Option]":
    """The records as choices that tell two of one name apart, as far as the viewer knows them."""
    rows = Record.objects.listed_for(viewer).with_openness(viewer).filter(pk__among=list(pks))
    return {option.value: option for option in options_of(list(rows), viewer)}


def given(imp: Import, viewer: "User") -> list[dict[str, str]]:
    """The answers so far: column, name, whom it means; empty where that is none, and what then."""
    offered = namings(importing.targets_of(imp))
    answers = imp.option("answers")
    pks = [UUID(pk) for names in answers.values() for pk in names.values() if pk]
    titles = Record.objects.listed_for(viewer).filter(pk__among=pks).values_list("pk", "title")
    known = {str(pk): title for pk, title in titles}
    return [
        {
            "path": path,
            "label": offered[path].label,
            "name": name,
            "title": known.get(pk, "—") if pk else "",
            "otherwise": _("a new record") if offered[path].is_own else _("left out"),
        }
        for path, names in answers.items()
        if path in offered
        for name, pk in names.items()
    ]


def answer(imp: Import, answers: Mapping[str, Mapping[str, str]]) -> None:
    """Keep the answers beside the former ones, and have the file checked again.

    Raises ValidationError when the import is at work or done.
    """
    former = _former(imp)
    paths = dict.fromkeys([*former, *answers])
    merged = {path: {**former.get(path, {}), **answers.get(path, {})} for path in paths}
    importing.set_options(imp, {**imp.options, "answers": merged})
    importing.start(imp, dry_run=True)


def forget(imp: Import, path: str, name: str) -> None:
    """Take an answer back, and have the file checked again."""
    former = _former(imp)
    merged = {
        one: {n: pk for n, pk in names.items() if (one, n) != (path, name)}
        for one, names in former.items()
    }
    importing.set_options(imp, {**imp.options, "answers": merged})
    importing.start(imp, dry_run=True)


def _former(imp: Import) -> dict[str, dict[str, str]]:
    """The answers so far, to questions that can still be asked."""
    known = namings(importing.targets_of(imp))
    return {
        path: {name: pk for name, pk in names.items() if pk or not known[path].is_required}
        for path, names in imp.option("answers").items()
        if path in known
    }
