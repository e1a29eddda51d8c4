"""What an import did or would do: counts and rows by outcome."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from orbita.imports.columns import targets
from orbita.imports.links import Link
from orbita.imports.models import Import, ImportRow, Outcome
from orbita.records.fields.linking import Verdict
from orbita.records.made_entries import made_by

if TYPE_CHECKING:
    from orbita.imports.columns import Target

OPEN, REMARKED = "open", "remarked"


def report(
    imp: Import, *, outcome: str = Outcome.REJECTED, limit: int | None = None
) -> dict[str, Any]:
    """The import as plain data: state, counts, columns, and the rows of one outcome.

    `new_entries` are the names that it puts into dictionaries (groups, tags, sources) by field key.
    `counts` has rows, created, updated, unchanged, skipped, rejected, warnings, nested_created,
    nested_updated, and links_added, links_missing and so on for each verdict about a record that a
    cell names. Rows have number, outcome, messages (column, text, warning), changes (field,
    old, new) and the id of their record.
    """
    rows = rows_of(imp, outcome)[:limit] if limit else rows_of(imp, outcome)
    offered = targets(imp.kind_object, imp.owner)
    return {
        "id": str(imp.pk),
        "kind": imp.kind,
        "name": imp.name,
        "state": imp.state,
        "message": imp.message,
        "dry_run": imp.dry_run,
        "counts": counts(imp),
        "mapping": {imp.columns[int(i)]: path for i, path in imp.mapping.items()},
        "unmapped": unmapped(imp),
        "new_entries": new_entries(imp),
        "rows": [as_json(row, offered) for row in rows],
    }


def counts(imp: Import) -> dict[str, int]:
    """All counts, zeros included."""
    names = [*(o.value for o in Outcome), "warnings", "nested_created", "nested_updated"]
    names += [f"links_{verdict.value}" for verdict in Verdict]
    found = {name: imp.counts.get(name, 0) for name in names if name != Outcome.WAITING}
    rows = imp.counts.get("rows", imp.inspection.get("data_rows", 0))
    return {"rows": rows, **found}


def new_entries(imp: Import) -> dict[str, list[str]]:
    """The names that it put into dictionaries, or would put there, by field key."""
    return imp.coming if imp.changeset_id is None else made_by(imp.changeset_id)


def unmapped(imp: Import) -> list[str]:
    """The columns that become nothing, also since their field or relation is gone by now."""
    offered = targets(imp.kind_object, imp.owner)
    return [n for i, n in enumerate(imp.columns) if imp.mapping.get(str(i)) not in offered]


def missing(imp: Import) -> "list[Target]":
    """Fields that a form would demand and that neither a column nor a value for all rows fills."""
    filled = {*imp.mapping.values(), *imp.option("values")}
    return [target for target in demanded(imp, filled) if target.path not in filled]


def demanded(imp: Import, filled: Collection[str]) -> "list[Target]":
    """Fields that a form would demand and that have no value by themselves.

    Those of other ends (a person's company) count where the `filled` paths can make such records;
    what they are called comes with them.
    """
    offered = targets(imp.kind_object, imp.owner)
    ends = {offered[path].end for path in filled if path in offered and not offered[path].is_link}
    return [
        target
        for target in offered.values()
        if (target.reference is None or _comes_along(target, ends))
        and target.field.required
        and target.field.editable
        and target.field.default(imp.owner) in (None, "")
        and not _column_default(target)
    ]


def _comes_along(target: "Target", ends: Collection[str]) -> bool:
    """Whether rows can make records at the other end of the target's reference."""
    assert target.reference is not None  # noqa: S101
    return target.reference.key in ends and target.field.key not in target.kind.title_from


def _column_default(target: "Target") -> Any:
    """What a new record has without being told."""
    return getattr(target.kind.model(), target.field.key, None)


def rows_of(imp: Import, outcome: str = "") -> Any:
    """The settled rows, of one outcome or all.

    OPEN are those with names that are not clear or could not be linked, REMARKED those that went
    in with a remark: a cell that was left out, an owner that was not found.
    """
    rows = ImportRow.objects.filter(parent=imp, number__lte=imp.position)
    if outcome == OPEN:
        return rows.filter(is_open=True)
    if outcome == REMARKED:
        return rows.exclude(messages=[]).exclude(outcome=Outcome.REJECTED)
    return rows.filter(outcome=outcome) if outcome else rows


def as_json(row: ImportRow, offered: "dict[str, Target]") -> dict[str, Any]:
    """A row as plain data."""
    return {
        "number": row.number,
        "outcome": row.outcome,
        "record": str(row.record_id) if row.record_id else None,
        "messages": row.messages,
        "changes": [
            {"field": label_of(path, offered), "old": old, "new": new}
            for path, old, new in row.diff
        ],
        "links": [link_json(Link.from_json(link)) for link in row.links],
    }


def link_json(link: Link) -> dict[str, Any]:
    """What became of one record that a cell names, as plain data."""
    return {
        "column": link.header,
        "field": link.path,
        "name": link.text,
        "verdict": link.verdict.value,
        "record": str(link.record) if link.record else None,
        "sentence": link.sentence,
        "candidates": [str(pk) for pk in link.candidates],
    }


def label_of(path: str, offered: "dict[str, Target]") -> str:
    """What people call a target; its path when it is gone."""
    if path in offered:
        return offered[path].label
    return next(
        (
            str(t.reference.label)
            for t in offered.values()
            if t.reference and t.reference.key == path
        ),
        path,
    )


def reason(row: ImportRow) -> str:
    """All that is wrong with a row, in one line."""
    return "; ".join(
        f"{m['column']}: {m['text']}" if m["column"] else m["text"] for m in row.messages
    )


def untold_links(row: ImportRow) -> list[Link]:
    """What became of the names of a row, but for those of which its messages speak already."""
    said = [(message["column"], message["text"]) for message in row.messages]
    return [
        link
        for link in map(Link.from_json, row.links)
        if not any(column == link.header and link.text in text for column, text in said)
    ]


def link_reason(row: ImportRow) -> str:
    """The names of a row that could not be linked, each with the reason, in one line."""
    links = [link for link in map(Link.from_json, row.links) if link.verdict.is_open]
    return "; ".join(f"{x.header}: {x.text} – {x.sentence or x.verdict.label}" for x in links)
