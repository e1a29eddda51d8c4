"""`/api/v1/imports`: the verbs of an import for programs.

Upload a file, correct the mapping if the guess is wrong, plan (writes nothing), run, read the
report. Planning and running happen in the worker; ask for the import until its state is settled.
"""

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from orbita.api.answers import answer
from orbita.api.bodies import read_object, read_parts
from orbita.api.idempotency import once
from orbita.api.lists import check_parameters, read_limit
from orbita.api.problems import Problem, forbidden, invalid, not_found
from orbita.api.records import kind_for, viewer_of
from orbita.api.versions import check_state, state_of
from orbita.imports import importing
from orbita.imports.models import DEFAULT_OPTIONS, Import, Outcome, State
from orbita.imports.readers import UnreadableFile
from orbita.imports.reporting import (
    OPEN,
    REMARKED,
    as_json,
    counts,
    new_entries,
    rows_of,
    unmapped,
)
from orbita.records import undo as undoing

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

router = Router()
REPORT_LIMIT = 100
ALL = "all"
_INDEX = re.compile(r"[0-9]{1,4}", re.ASCII)


@router.get("/imports", url_name="imports")
def list_(request: HttpRequest) -> HttpResponse:
    """The latest imports that the caller may see."""
    viewer = viewer_of(request)
    check_parameters(request.GET, ("limit",))
    found = Import.objects.visible_to(viewer)[: read_limit(request.GET)]
    return answer({"items": [summary(imp) for imp in found]})


@router.post("/imports", url_name="upload")
@once
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in and guess how it is read and what its columns become."""
    viewer = viewer_of(request)
    check_parameters(request.GET, ())
    file, kind = read_form(request, viewer)
    imp = take(file, kind, viewer)
    response = answer_import(imp, status=201)
    response["Location"] = f"{request.path}/{imp.pk}"
    return response


def take(file: "UploadedFile", kind: "Kind", viewer: "User") -> Import:
    """The file as an import; one that cannot be read is refused with a sentence."""
    try:
        return importing.upload(file.file, name=file.name or "", kind=kind, by=viewer)  # type: ignore[arg-type]
    except UnreadableFile as error:
        raise invalid({"file": [error.sentence]}) from error


@router.get("/imports/{pk}", url_name="import")
def get(request: HttpRequest, pk: str) -> HttpResponse:
    """Where an import stands."""
    check_parameters(request.GET, ())
    return answer_import(find(viewer_of(request), pk))


@router.put("/imports/{pk}/mapping", url_name="mapping")
def put_mapping(request: HttpRequest, pk: str) -> HttpResponse:
    """Say what the columns become, or have it guessed again."""
    imp = find(viewer_of(request), pk, change=True)
    check_parameters(request.GET, ())
    check_state(request, import_state(imp))
    body = read_object(request)
    unknown = {
        key: [_("There is no such field")] for key in body if key not in ("mapping", "options")
    }
    if unknown:
        raise invalid(unknown)
    if "mapping" in body:
        refusing("mapping", importing.set_mapping, imp, read_mapping(body["mapping"]))
    if "options" in body:
        options = body["options"] or {}
        if not isinstance(options, dict):
            raise invalid({"options": [_("Give an object of the documented shape")]})
        refusing("options", importing.set_options, imp, options)
    return answer_import(imp)


@router.post("/imports/{pk}/plan", url_name="plan")
@once
def plan(request: HttpRequest, pk: str) -> HttpResponse:
    """Find out what the import would do; writes no record."""
    return start(request, pk, dry_run=True)


@router.post("/imports/{pk}/run", url_name="run")
@once
def run(request: HttpRequest, pk: str) -> HttpResponse:
    """Do it."""
    return start(request, pk, dry_run=False)


@router.post("/imports/{pk}/cancellation", url_name="cancel")
@once
def cancel(request: HttpRequest, pk: str) -> HttpResponse:
    """Stop it, or its undo, after the present chunk; what is done stays done."""
    imp = find(viewer_of(request), pk, change=True, busy=True)
    check_parameters(request.GET, ())
    importing.cancel(imp)
    if (undo := imp.undo) is not None:
        undoing.cancel(undo)
    return answer_import(imp)


@router.get("/imports/{pk}/report", url_name="report")
def report(request: HttpRequest, pk: str) -> HttpResponse:
    """What the import did or would do: counts, and rows by outcome with their reasons."""
    imp = find(viewer_of(request), pk)
    check_parameters(request.GET, ("outcome", "limit", "after"))
    outcome = request.GET.get("outcome", Outcome.REJECTED.value)
    if outcome not in (ALL, *Outcome.values, OPEN, REMARKED):
        raise Problem(400, _("The parameter “%(name)s” is not known") % {"name": outcome[:60]})
    limit = read_limit(request.GET, REPORT_LIMIT)
    rows = rows_of(imp, "" if outcome == ALL else outcome).filter(
        number__gt=read_after(request.GET.get("after", "0"))
    )
    found, offered = list(rows[: limit + 1]), importing.targets_of(imp)
    items = [as_json(row, offered) for row in found[:limit]]
    more = items[-1]["number"] if len(found) > limit else None
    names = {"new_entries": new_entries(imp), "unmapped": unmapped(imp)}
    return answer({**summary(imp), **names, "outcome": outcome, "rows": items, "next": more})


def start(request: HttpRequest, pk: str, *, dry_run: bool) -> HttpResponse:
    """Hand the import to the worker; to ask again for what is under way changes nothing."""
    imp = find(viewer_of(request), pk, change=True, busy=True)
    check_parameters(request.GET, ())
    if imp.state == (State.PLANNING if dry_run else State.RUNNING):
        return answer_import(imp, status=202)
    if imp.state == State.DONE and not dry_run:
        return answer_import(imp)
    if imp.is_busy:
        raise Problem(409, _("The import is running. Wait until it ends, or cancel it."))
    try:
        importing.start(imp, dry_run=dry_run)
    except ValidationError as error:
        raise Problem(409, error.messages[0]) from error
    return answer_import(imp, status=202)


def answer_import(imp: Import, *, status: int = 200) -> HttpResponse:
    """An import with all that a program needs to go on."""
    return answer(details(imp), status=status, state=import_state(imp))


def import_state(imp: Import) -> str:
    """What changes when somebody says anew how the file is read and what its columns become."""
    return state_of([imp.mapping, imp.options, reading_of(imp), imp.changeset_id])


def find(viewer: "User", pk: str, *, change: bool = False, busy: bool = False) -> Import:
    """An import that the viewer may see, whose kind is open to them; else 404.

    To `change` it takes the right to import; a busy one is refused with 409 unless `busy`.
    """
    try:
        imp = Import.objects.visible_to(viewer).filter(pk=UUID(pk)).first()
    except ValueError as error:
        raise not_found() from error
    if imp is None:
        raise not_found()
    kind_for(viewer, imp.kind, "import" if change else "view")
    if change and imp.is_busy and not busy:
        raise Problem(409, _("The import is running. Wait until it ends, or cancel it."))
    return imp


def read_form(request: HttpRequest, viewer: "User") -> "tuple[UploadedFile, Kind]":
    """The file and the kind of a multipart form; refuses a body over the limit unread."""
    fields, files = read_parts(request)
    names = {*fields, *files} - {"file", "kind"}
    errors = {name[:60]: [_("There is no such field")] for name in sorted(names)}
    kind = importable(viewer, fields.get("kind", ""))
    file = files.get("file")
    if kind is None:
        errors["kind"] = [_("Name a kind into which you may import")]
    if file is None:
        errors["file"] = [_("A file is required")]
    if errors or file is None or kind is None:
        raise invalid(errors)
    return file, kind


def importable(viewer: "User", slug: str) -> "Kind | None":
    """The kind if there is such a one for the viewer; 403 if they may see it and not import."""
    try:
        return kind_for(viewer, slug, "import")
    except Problem as problem:
        if problem.status == 403:
            raise forbidden() from problem
        return None


def read_mapping(mapping: Any) -> dict[str, str] | None:
    """The mapping in its shape; None has it guessed."""
    if mapping is None:
        return None
    if not isinstance(mapping, dict) or not all(isinstance(p, str) for p in mapping.values()):
        raise invalid({"mapping": [_("Give an object of the documented shape")]})
    for index in mapping:
        if not _INDEX.fullmatch(index):
            raise invalid({"mapping": [_("Unknown column: %(name)s") % {"name": index[:60]}]})
    return mapping


def refusing(key: str, verb: Any, *args: Any) -> None:
    """Call a verb; what it refuses becomes 422 at the key."""
    try:
        verb(*args)
    except ValidationError as error:
        raise invalid({key: error.messages}) from error


def read_after(text: str) -> int:
    """The number of the row after which the report goes on."""
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise Problem(400, _("after is the number of a row"))
    return int(text)


def summary(imp: Import) -> dict[str, Any]:
    """An import in a list."""
    return {
        "id": str(imp.pk),
        "kind": imp.kind,
        "name": imp.name,
        "size": imp.size,
        "state": imp.state,
        "message": imp.message,
        "dry_run": imp.dry_run,
        "counts": counts(imp),
        "created_at": moment(imp.created_at),
        "started_at": moment(imp.started_at),
        "finished_at": moment(imp.finished_at),
    }


def details(imp: Import) -> dict[str, Any]:
    """An import with all that a program needs to go on."""
    return summary(imp) | {
        "columns": [
            {"index": index, "name": name, "target": imp.mapping.get(str(index))}
            for index, name in enumerate(imp.columns)
        ],
        "targets": [
            {"path": path, "label": target.label}
            for path, target in importing.targets_of(imp).items()
        ],
        "options": {name: imp.option(name) for name in DEFAULT_OPTIONS},
        "notices": imp.inspection.get("notices", []),
        "reading": reading_of(imp),
        "progress": progress(imp),
        "undo": undo_of(imp),
    }


def reading_of(imp: Import) -> dict[str, Any]:
    """How the file is read, and what else it could be read by."""
    chosen, found = imp.reading, imp.inspection
    return {
        "format": chosen.format,
        "encoding": chosen.encoding,
        "separator": chosen.separator,
        "sheet": chosen.sheet,
        "header_row": 0 if chosen.header_row is None else chosen.header_row + 1,
        "repair": chosen.repair,
        "encodings": found.get("encodings", []),
        "encoding_certain": found.get("encoding_certain", True),
        "sheets": found.get("sheets", []),
    }


def undo_of(imp: Import) -> dict[str, Any] | None:
    """How far the import is taken back."""
    undo = imp.undo
    return {"state": undo.state, "counts": undo.counts} if undo is not None else None


def progress(imp: Import) -> dict[str, Any] | None:
    """How far the worker is."""
    return {"done": imp.job.done, "total": imp.job.total} if imp.job else None


def moment(value: Any) -> str | None:
    """ISO 8601."""
    return value.isoformat() if value else None
