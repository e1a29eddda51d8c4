"""More verbs of an import: how its file is read, what was rejected, taking it back."""

from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Router

from orbita.api.answers import answer
from orbita.api.bodies import read_object
from orbita.api.idempotency import once
from orbita.api.imports import answer_import, find, import_state
from orbita.api.lists import check_parameters, read_limit
from orbita.api.problems import Problem, invalid, not_found
from orbita.api.records import viewer_of
from orbita.api.versions import check_state
from orbita.imports import importing
from orbita.imports.readers import UnreadableFile
from orbita.imports.rejected import download, rejected_file
from orbita.imports.undoing import deed_of
from orbita.records import undo as undoing
from orbita.records.listing.export import WRITERS

if TYPE_CHECKING:
    from django.http import HttpResponse

router = Router()


@router.put("/imports/{pk}/reading", url_name="reading")
def put_reading(request: HttpRequest, pk: str) -> "HttpResponse":
    """Have the file read in another way; its columns are matched anew."""
    imp = find(viewer_of(request), pk, change=True)
    check_parameters(request.GET, ())
    check_state(request, import_state(imp))
    body = read_object(request)
    if imp.changeset_id is not None:
        raise Problem(409, _("This import is done. Upload the file again to import it again."))
    try:
        importing.read_as(imp, body)
    except ValidationError as error:
        raise invalid({"": error.messages}) from error
    except UnreadableFile as error:
        raise invalid({"": [error.sentence]}) from error
    return answer_import(imp)


@router.get("/imports/{pk}/rejected", url_name="rejected")
def rejected(request: HttpRequest, pk: str) -> HttpResponseBase:
    """The rejected rows with their reasons as a file, to be mended and uploaded again."""
    imp = find(viewer_of(request), pk)
    check_parameters(request.GET, ("format",))
    wanted = request.GET.get("format", "")
    if wanted and wanted not in WRITERS:
        raise Problem(400, _("The parameter “%(name)s” is not known") % {"name": wanted[:60]})
    return download(imp, rejected_file, "rejected", wanted)


@router.post("/imports/{pk}/undo", url_name="undo")
@once
def undo(request: HttpRequest, pk: str) -> "HttpResponse":
    """Take back what the import wrote, or go on with it; to ask again changes nothing."""
    viewer = viewer_of(request)
    imp = find(viewer, pk, change=True)
    check_parameters(request.GET, ())
    changes = deed_of(imp)
    if changes is None:
        raise Problem(409, _("This import has written nothing."))
    try:
        found = undoing.take_back(changes, by=viewer)
    except ValidationError as error:
        raise Problem(409, error.messages[0]) from error
    return answer_import(imp, status=202 if found.is_busy else 200)


@router.get("/imports/{pk}/undo", url_name="undo-report")
def undo_report(request: HttpRequest, pk: str) -> "HttpResponse":
    """How far the import is taken back, and the records that stayed, with the later edits."""
    viewer = viewer_of(request)
    imp = find(viewer, pk)
    check_parameters(request.GET, ("limit", "after"))
    if (found := imp.undo) is None:
        raise not_found()
    limit = read_limit(request.GET)
    after = read_id(request.GET.get("after", ""))
    rows = list(islice(undoing.left(found, viewer, after=after), limit + 1))
    more = rows[limit - 1]["record"] if len(rows) > limit else None
    state = {"state": found.state, "counts": found.counts}
    return answer({**state, "left": rows[:limit], "next": more})


def read_id(text: str) -> UUID | None:
    """The id of the record after which the answer goes on; None from the beginning."""
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Problem(400, _("after is the id of a record")) from error
