"""Paths and schemas of imports."""

from typing import Any

from django.utils.translation import gettext as _

from orbita.api.imports import ALL, REPORT_LIMIT
from orbita.api.openapi.parts import (
    Paths,
    content,
    id_parameter,
    limit_parameter,
    operation_of_account,
    query,
    request_body,
    shape,
)
from orbita.api.openapi.schemas import ref
from orbita.imports.models import BadCell, DateOrder, Decimals, Duplicates, Outcome, State
from orbita.imports.readers import ENCODINGS, SEPARATORS
from orbita.imports.readers.repairs import REPAIRS
from orbita.imports.readers.shapes import PREVIEW_ROWS
from orbita.imports.reporting import OPEN, REMARKED
from orbita.records.fields.linking import Verdict
from orbita.records.listing.export import WRITERS
from orbita.records.models import LeftoverReason, UndoState

FILES = sorted({type_.partition(";")[0] for _writer, type_ in WRITERS.values()}, reverse=True)
TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
MOMENT = {"type": ["string", "null"], "format": "date-time"}


def import_paths() -> Paths:
    """The addresses of imports."""
    one = "/imports/{id}"
    return {
        "/imports": {"get": list_operation(), "post": upload_operation()},
        one: {"parameters": [id_parameter()], "get": get_operation()},
        f"{one}/mapping": {"parameters": [id_parameter()], "put": mapping_operation()},
        f"{one}/plan": verb(
            "planImport", _("Find out what the import would do; writes no record"), 202
        ),
        f"{one}/run": verb("runImport", _("Do it; one that stopped midway goes on"), 202, 200),
        f"{one}/cancellation": verb("cancelImport", _("Stop it; what is done stays done"), 200),
        f"{one}/reading": {"parameters": [id_parameter()], "put": reading_operation()},
        f"{one}/rejected": {"parameters": [id_parameter()], "get": rejected_operation()},
        f"{one}/undo": undo_operation()
        | verb("undoImport", _("Take back what it wrote; what was edited since is kept"), 202, 200),
        f"{one}/report": {"parameters": [id_parameter()], "get": report_operation()},
    }


def operation(
    name: str, summary: str, answers: dict[str, Any], *problems: int, **more: Any
) -> dict[str, Any]:
    """An operation of imports."""
    return operation_of_account(name, summary, answers, *problems, tag="imports", **more)


def list_operation() -> dict[str, Any]:
    """GET /imports"""
    items = {"type": "array", "items": ref("Import")}
    body = {"type": "object", "required": ["items"], "properties": {"items": items}}
    return operation(
        "listImports",
        _("Your latest imports"),
        {"200": content(body)},
        parameters=[limit_parameter(_("How many imports to answer"))],
    )


def upload_operation() -> dict[str, Any]:
    """POST /imports"""
    form = {
        "type": "object",
        "required": ["file", "kind"],
        "additionalProperties": False,
        "properties": {
            "file": {
                "type": "string",
                "format": "binary",
                "description": _("csv, xls, xlsx, ods or vcf"),
            },
            "kind": {"type": "string", "description": _("The slug of a kind")},
        },
    }
    return operation(
        "uploadImport",
        _("Upload a file; how it is read and what its columns become is guessed"),
        {"201": content(ref("ImportDetails"))},
        *(403, 409, 413, 415, 422),
        requestBody={"required": True, "content": {"multipart/form-data": {"schema": form}}},
    )


def get_operation() -> dict[str, Any]:
    """GET /imports/{id}"""
    answer = {"200": content(ref("ImportDetails"))}
    return operation("getImport", _("Where an import stands"), answer, 404)


def mapping_operation() -> dict[str, Any]:
    """PUT /imports/{id}/mapping"""
    return operation(
        "mapImport",
        _("Say what the columns become"),
        {"200": content(ref("ImportDetails"))},
        *(403, 404, 409, 413, 415, 422),
        requestBody=request_body("ImportMapping", {"mapping": {"0": "title", "1": "nip"}}),
    )


def verb(name: str, summary: str, *statuses: int) -> dict[str, Any]:
    """POST /imports/{id}/run and the like."""
    answer = {str(status): content(ref("ImportDetails")) for status in statuses}
    return {"parameters": [id_parameter()], "post": operation(name, summary, answer, 403, 404, 409)}


def reading_operation() -> dict[str, Any]:
    """PUT /imports/{id}/reading"""
    return operation(
        "readImport",
        _("Have the file read in another way; its columns are matched anew"),
        {"200": content(ref("ImportDetails"))},
        *(403, 404, 409, 413, 415, 422),
        requestBody=request_body("ImportReading", {"encoding": "cp1250", "separator": ";"}),
    )


def rejected_operation() -> dict[str, Any]:
    """GET /imports/{id}/rejected"""
    files = dict.fromkeys(FILES, {"schema": {"type": "string", "format": "binary"}})
    return operation(
        "rejectedRows",
        _("The rejected rows with their reasons as a file, to be mended and uploaded again"),
        {"200": {"description": _("The file"), "content": files}},
        404,
        parameters=[
            query("format", _("That of the upload unless it says so"), {"enum": list(WRITERS)})
        ],
    )


def report_operation() -> dict[str, Any]:
    """GET /imports/{id}/report"""
    words = [ALL, *Outcome.values, OPEN, REMARKED]
    outcomes = {"enum": words, "default": Outcome.REJECTED.value}
    return operation(
        "reportImport",
        _("What it did or would do: counts, and rows with their reasons"),
        {"200": content(ref("ImportReport"))},
        404,
        parameters=[
            query("outcome", _("The rows of which outcome"), outcomes),
            limit_parameter(_("How many rows"), REPORT_LIMIT),
            query("after", _("next of the page before"), {"type": "integer", "minimum": 0}),
        ],
    )


def undo_operation() -> dict[str, Any]:
    """GET /imports/{id}/undo"""
    return {
        "get": operation(
            "undoneImport",
            _("How far it is taken back, and the records that stayed with the later edits"),
            {"200": content(ref("ImportUndo"))},
            404,
            parameters=[
                limit_parameter(_("How many records")),
                query("after", _("next of the page before"), {"type": "string", "format": "uuid"}),
            ],
        )
    }


def import_schemas() -> dict[str, Any]:
    """Shapes of imports."""
    base = import_properties()
    return {
        "Import": shape(base),
        "ImportDetails": shape(base | detail_properties()),
        "ImportReport": shape(base | report_properties()),
        "ImportUndo": undo_schema(),
        "ImportMapping": mapping_schema(),
        "ImportReading": {
            "type": "object",
            "additionalProperties": False,
            "properties": reading_properties(),
        },
    }


def import_properties() -> dict[str, Any]:
    """What every import has."""
    return {
        "id": {"type": "string", "format": "uuid"},
        "kind": TEXT,
        "name": TEXT,
        "size": WHOLE,
        "state": {"enum": list(State.values)},
        "message": {"type": "string", "description": _("Why it failed")},
        "dry_run": {"type": "boolean"},
        "counts": {"type": "object", "additionalProperties": WHOLE},
        "created_at": MOMENT,
        "started_at": MOMENT,
        "finished_at": MOMENT,
    }


def detail_properties() -> dict[str, Any]:
    """What one needs to go on."""
    target = {"type": ["string", "null"], "description": _("The path of a target")}
    column = shape({"index": WHOLE, "name": TEXT, "target": target})
    return {
        "columns": {"type": "array", "items": column},
        "targets": {"type": "array", "items": shape({"path": TEXT, "label": TEXT})},
        "options": {"type": "object"},
        "notices": {"type": "array", "items": {}},
        "reading": {"type": "object"},
        "progress": {"type": ["object", "null"]},
        "undo": {"type": ["object", "null"]},
    }


def reading_properties() -> dict[str, Any]:
    """How a file is read."""
    row = {
        "type": "integer",
        "minimum": 0,
        "maximum": PREVIEW_ROWS,
        "description": _("The row of the headers, counted from 1; 0 for a file without any"),
    }
    return {
        "encoding": {"enum": list(ENCODINGS)},
        "separator": {"enum": list(SEPARATORS)},
        "sheet": TEXT,
        "header_row": row,
        "repair": {"enum": ["", *REPAIRS], "description": _("Text that was encoded twice")},
        "whole": {"type": "boolean", "description": _("Keep totals and headers that come again")},
    }


def link_schema() -> dict[str, Any]:
    """What became of one record that a row names."""
    paths = _(
        "The path of a target, the key of a reference of which several columns speak, or itself "
        "for the record that the row is about"
    )
    return shape(
        {
            "column": TEXT,
            "field": {"type": "string", "description": paths},
            "name": {"type": "string", "description": _("What the row says of it")},
            "verdict": {"enum": list(Verdict.values)},
            "record": {"type": ["string", "null"]},
            "sentence": TEXT,
            "candidates": {
                "type": "array",
                "items": TEXT,
                "description": _("Ids to choose from, by the option `answers`"),
            },
        }
    )


def report_properties() -> dict[str, Any]:
    """What became of the rows."""
    row = shape(
        {
            "number": {"type": "integer", "description": _("As a spreadsheet program shows it")},
            "outcome": TEXT,
            "record": {"type": ["string", "null"]},
            "messages": {"type": "array", "items": {"type": "object"}},
            "changes": {"type": "array", "items": {"type": "object"}},
            "links": {"type": "array", "items": link_schema()},
        }
    )
    following = {"type": ["integer", "null"], "description": _("after for the next page")}
    names = {"type": "array", "items": TEXT}
    return {
        "new_entries": {
            "type": "object",
            "description": _("Names new to the groups, tags and sources, by field"),
            "additionalProperties": names,
        },
        "unmapped": names,
        "outcome": TEXT,
        "rows": {"type": "array", "items": row},
        "next": following,
    }


def undo_schema() -> dict[str, Any]:
    """What taking an import back came to."""
    left = shape(
        {
            "record": {"type": "string", "format": "uuid"},
            "kind": TEXT,
            "title": TEXT,
            "reason": {"enum": [LeftoverReason.KEPT.value, LeftoverReason.FAILED.value]},
            "partly": {"type": "boolean"},
            "sentences": {"type": "array", "items": TEXT},
            "changes": {"type": "array", "items": {"type": "object"}},
        }
    )
    return shape(
        {
            "state": {"enum": list(UndoState.values)},
            "counts": {"type": "object", "additionalProperties": WHOLE},
            "left": {"type": "array", "items": left},
            "next": {"type": ["string", "null"], "description": _("after for the next page")},
        }
    )


def mapping_schema() -> dict[str, Any]:
    """What to send as a mapping."""
    mapping = {
        "type": ["object", "null"],
        "description": _("From the index of a column to the path of a target; null guesses"),
        "additionalProperties": TEXT,
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {"mapping": mapping, "options": options_schema()},
    }


def options_schema() -> dict[str, Any]:
    """How rows are treated; see `orbita.imports.options`."""
    return {
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {
            "duplicates": {"enum": list(Duplicates.values)},
            "bad_cell": {"enum": list(BadCell.values)},
            "create_missing": {"type": "boolean"},
            "create_entries": {
                "type": "boolean",
                "description": _("Whether an administrator's import adds unknown sources"),
            },
            "take_over": {
                "type": "boolean",
                "description": _("Whether new records take the source of their company over"),
            },
            "decimals": {"enum": list(Decimals.values)},
            "dates": {"enum": list(DateOrder.values)},
            "answers": {
                "type": "object",
                "description": _(
                    "Whom unclear names mean, of relations, companies and people: an id by name by "
                    "path, both as a link in the report has them; empty is nobody, or for itself a "
                    "new record"
                ),
                "additionalProperties": {"type": "object", "additionalProperties": TEXT},
            },
            "owner": {"type": "string", "description": _("account, me, none, or the id of a user")},
            "values": {
                "type": "object",
                "description": _("A text for all rows by path, for targets that no column fills"),
                "additionalProperties": TEXT,
            },
        },
    }
