"""The planner and the linker of an import, by its mapping and options and its owner's rights."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from orbita.imports import options
from orbita.imports.ahead import decoded
from orbita.imports.columns import Target, targets
from orbita.imports.links import LinkColumn, Linker
from orbita.imports.models import BadCell, DateOrder, Import, ImportRow
from orbita.imports.parsing import Column, Parser
from orbita.imports.planning import Planner
from orbita.imports.plans import Rules
from orbita.records.fields import ReferenceField
from orbita.records.fields.base import Context


def rules_of(imp: Import, required: dict[str, tuple[str, ...]], tied_ends: frozenset[str]) -> Rules:
    """How the import treats its rows; `required` are the keys that a new record must have.

    `tied_ends` are the references whose records have relation columns of their own.
    """
    return Rules(
        imp.kind_object,
        imp.owner,
        options.default_owner(imp.option("owner"), imp.owner),
        imp.option("duplicates"),
        imp.option("bad_cell") == BadCell.REJECT,
        imp.dry_run,
        required,
        owner_by_account=imp.option("owner") == options.BY_ACCOUNT,
        take_over=imp.option("take_over"),
        answers=imp.option("answers"),
        tied_ends=tied_ends,
    )


def make_planner(imp: Import) -> Planner:
    """The planner for the import's mapping and options, with its owner's rights of now."""
    kind, by = imp.kind_object, imp.owner
    offered = targets(kind, by)
    all_targets = {p: t for p, t in offered.items() if not t.is_link}
    columns = [
        Column(int(index), str(imp.columns[int(index)]), all_targets[path])
        for index, path in sorted(imp.mapping.items(), key=lambda item: int(item[0]))
        if path in all_targets and int(index) < len(imp.columns)
    ]
    filled = {column.target.path for column in columns}
    constants = {
        path: (all_targets[path], text)
        for path, text in imp.option("values").items()
        if path in all_targets and path not in filled
    }
    used = [column.target for column in columns] + [target for target, _text in constants.values()]
    required: dict[str, tuple[str, ...]] = {}
    references: dict[str, ReferenceField] = {}
    for target in used:
        if target.reference is not None:
            references[target.reference.key] = target.reference
        if target.field.required:
            required[target.kind.key] = (*required.get(target.kind.key, ()), target.field.key)
    rules = rules_of(imp, required, tied_ends_of(imp, offered))
    context = Context(
        by,
        create_missing=imp.option("create_missing"),
        create_entries=imp.option("create_entries"),
        is_rehearsal=imp.dry_run,
        decimals=imp.option("decimals"),
        month_first=imp.option("dates") == DateOrder.MONTH,
    )
    parser = Parser(
        columns,
        constants,
        context,
        reject_bad_cells=rules.reject_bad_cells,
        answers=rules.answers,
    )
    return Planner(rules, parser, list(references.values()), partial(rows_of, imp))


def tied_ends_of(imp: Import, offered: Mapping[str, Target]) -> frozenset[str]:
    """The references whose records are tied to others by a column, or by a text for all rows."""
    used = [offered[p] for p in (*imp.mapping.values(), *imp.option("values")) if p in offered]
    return frozenset(target.end for target in used if target.is_link and target.end)


def rows_of(imp: Import, numbers: Collection[int]) -> list[tuple[int, list[Any]]]:
    """The rows of the file with these numbers, in order."""
    rows = ImportRow.objects.filter(parent=imp, number__in=list(numbers)).order_by("number")
    return decoded(list(rows.values_list("number", Cast("cells", TextField()))))


def make_linker(imp: Import) -> Linker:
    """The linker for the import's relation columns, with its owner's rights of now."""
    found = {p: t for p, t in targets(imp.kind_object, imp.owner).items() if t.is_link}
    columns = [
        LinkColumn(int(index), str(imp.columns[int(index)]), found[path])
        for index, path in sorted(imp.mapping.items(), key=lambda item: int(item[0]))
        if path in found and int(index) < len(imp.columns)
    ]
    filled = {column.target.path for column in columns}
    columns += [
        LinkColumn(None, found[path].header, found[path], text)
        for path, text in imp.option("values").items()
        if path in found and path not in filled
    ]
    return Linker(columns, imp.owner, imp.option("answers"), is_dry=imp.dry_run)
