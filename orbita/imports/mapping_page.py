"""The table of columns: what each can become, what fits equally well, values for all rows."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from orbita.imports import importing, recognising, reporting, saved
from orbita.imports.columns import Target
from orbita.imports.guess import undecided
from orbita.imports.models import Import
from orbita.imports.values import FixedValue, fixed_value
from orbita.preferences import feature_enabled
from orbita.records.fields.custom.value import CustomValue
from orbita.ui.values import to_text

if TYPE_CHECKING:
    from orbita.accounts.models import User

SAMPLES, CELL_LENGTH = 3, 80
Groups = list[tuple[str, list[Target]]]


def table_context(
    imp: Import,
    viewer: "User",
    chosen: Mapping[str, str],
    values: Mapping[str, str],
    made: tuple[str, str] = ("", ""),
) -> dict[str, Any]:
    """The columns with what they become, and all that stands around them.

    `made` is a column and the field that was just created from it.
    """
    offered = importing.targets_of(imp)
    mapping = dict(chosen)
    if made[0].isdecimal() and int(made[0]) < len(imp.columns) and made[1] in offered:
        mapping[made[0]] = made[1]
    fixed = fixed_values(imp, mapping, values)
    used = {*mapping.values(), *(one.target.path for one in fixed)}
    return {
        "columns": columns_of(imp, mapping, offered),
        "left_out": sum(1 for index in range(len(imp.columns)) if not mapping.get(str(index))),
        "groups": grouped(offered.values()),
        "fixed": fixed,
        "fixed_groups": grouped(t for path, t in offered.items() if path not in used),
        "has_relations": feature_enabled("relations"),
        "program": recognising.layout_of(imp),
        "recognised": recognising.recognised(imp.columns, imp.kind_object.key),
        "offers": saved.offers(imp, viewer),
    }


def columns_of(
    imp: Import, mapping: Mapping[str, str], offered: Mapping[str, Target]
) -> list[dict[str, Any]]:
    """Each column of the file: name, first values, target, and targets that fit equally well."""
    open_ones = undecided(imp.columns, offered, {i: path for i, path in mapping.items() if path})
    rows = data_rows(imp)
    return [
        {
            "index": str(index),
            "letter": importing.column_letter(index),
            "name": name,
            "path": mapping.get(str(index), ""),
            "samples": [text for row in rows if (text := cell_text(row, index))][:SAMPLES],
            "candidates": [candidate(offered[path]) for path in open_ones.get(str(index), ())],
        }
        for index, name in enumerate(imp.columns)
    ]


def data_rows(imp: Import) -> list[list[Any]]:
    """The first rows below the header."""
    header = imp.reading.header_row
    return list(imp.sample[header + 1 if header is not None else 0 :])


def cell_text(row: list[Any], index: int) -> str:
    """A cell of the sample, cut short."""
    return to_text(row[index])[:CELL_LENGTH] if index < len(row) and row[index] is not None else ""


def candidate(target: Target) -> dict[str, str]:
    """One of several targets for a header, with what tells it apart from the others."""
    label = target.label if target.is_link else f"{target.label} ({group_of(target)})"
    return {"path": target.path, "label": label}


def grouped(offered: Iterable[Target]) -> Groups:
    """The targets under their groups, in order; fields of the account's own have one of theirs."""
    groups: dict[str, list[Target]] = {}
    for target in offered:
        groups.setdefault(group_of(target), []).append(target)
    return list(groups.items())


def group_of(target: Target) -> str:
    """Under what a target stands."""
    if target.reference is None and isinstance(target.field, CustomValue):
        return _("Custom fields")
    return target.group


def fixed_values(
    imp: Import, mapping: Mapping[str, str], values: Mapping[str, str]
) -> list[FixedValue]:
    """What must be given and no column gives, then the other values for all rows."""
    offered = importing.targets_of(imp)
    taken = {path for path in mapping.values() if path}
    filled = taken | {path for path, text in values.items() if text}
    needed = [target for target in reporting.demanded(imp, filled) if target.path not in taken]
    keys = {target.path for target in needed}
    others = [offered[path] for path in values if path in offered and path not in keys]
    return [
        fixed_value(target, values.get(target.path, ""), imp.owner, is_required=target.path in keys)
        for target in [*needed, *others]
    ]


def keep_draft(imp: Import, mapping: Mapping[str, str], options: Mapping[str, Any]) -> None:
    """Remember what the page holds, such as it is, until the viewer is back."""
    imp.draft = {"mapping": dict(mapping), "options": dict(options)}
    imp.save(update_fields=["draft"])


def field_url(imp: Import, index: int, proposed: tuple[str, list[str]]) -> str:
    """Where an administrator creates a field out of a column, and comes back from."""
    query = QueryDict(mutable=True)
    type_, options = proposed
    back = f"{reverse('import-mapping', args=[imp.pk])}?column={index}"
    query.update({"type": type_, "label": imp.columns[index][:120], "back": back})
    query.setlist("option", options)
    return f"{reverse('settings-field-new', kwargs={'kind': imp.kind})}?{query.urlencode()}"
