"""The pages for requests that went wrong.

A record that does not exist and one that the viewer may not know of get the same 404 page.
"""

import errno
import sys
from functools import cache

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _

from orbita.api.problems import problem_response
from orbita.config.request_id import current_request_id
from orbita.records.off import SwitchedOff
from orbita.ui.responses import add_event

_RETRY_AFTER_SECONDS = 5
# Classes of SQLSTATE that say that the server is not there for us: connection exceptions, too many
# connections, and the shutdown codes of operator intervention.
_AWAY_STATES = ("08", "53300", "57P01", "57P02", "57P03", "57P05")
_TOO_LONG = "57014"
_DATABASE_FULL = "53100"
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: also for a wrong host, so the page does not ask who the user is."""
    return _json(400) if _is_api(request) else _bare(400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; for what the account has switched off with a sentence that says so."""
    off = str(exception) if isinstance(exception, SwitchedOff) else ""
    if off and request.headers.get("HX-Request") == "true":
        toast = {"text": off, "level": "error"}
        return add_event(HttpResponse(status=404), "toast", toast)
    return _page(request, 404, {"off": off} if off else None)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token, which mostly means that the page was open for too long."""
    return _page(request, 403, {"csrf": True})


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 while the database is away or a question took too long; 507 on a full disk.

    Touches no database and never raises.
    """
    error = sys.exc_info()[1]
    if is_disk_full(error):
        return _json(507) if _is_api(request) else _bare(507)
    too_long = took_too_long(error)
    if not too_long and not is_database_away(error):
        return _json(500) if _is_api(request) else _bare(500)
    response = _json(503) if _is_api(request) else _bare(503, {"too_long": too_long})
    response["Retry-After"] = str(_RETRY_AFTER_SECONDS)
    return response


def too_many_logins(seconds: int) -> HttpResponse:
    """503 for a log-in while this process is busy with others; worth a try in some seconds."""
    response = HttpResponse(_busy_page(), status=503)
    response["Retry-After"] = str(seconds)
    response._has_been_logged = True  # type: ignore[attr-defined] # a flood is one line at most
    return response


@cache
def _busy_page() -> bytes:
    return _bare(503, {"busy": True, "request_id": ""}).content


def took_too_long(error: BaseException | None) -> bool:
    """Whether the database gave up because of the time limit for one question."""
    return isinstance(error, OperationalError) and _state(error) == _TOO_LONG


def is_disk_full(error: BaseException | None) -> bool:
    """Whether there was no room for what should be stored, in the database or in a folder."""
    if isinstance(error, OSError):
        return error.errno in _DISK_FULL
    return isinstance(error, Error) and _state(error) == _DATABASE_FULL


def is_database_away(error: BaseException | None) -> bool:
    """Whether the error means that there is no connection, and not that a query was wrong."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = _state(error)
    return state is None or state.startswith(_AWAY_STATES)


def _state(error: Error) -> str | None:
    """The SQLSTATE with which the database refused."""
    return getattr(error.__cause__, "sqlstate", None)


def _page(
    request: HttpRequest, status: int, context: dict[str, object] | None = None
) -> HttpResponse:
    """A page in the shell of the product."""
    if _is_api(request):
        return _json(status)
    values = {"request_id": current_request_id.get(), **(context or {})}
    return HttpResponse(render_to_string(f"errors/{status}.html", values, request), status=status)


def _bare(status: int, context: dict[str, object] | None = None) -> HttpResponse:
    """A page without shell: rendered without the request, so nothing asks for the user."""
    values: dict[str, object] = {
        "request_id": current_request_id.get(),
        "LANGUAGE_CODE": settings.LANGUAGE_CODE,
        **(context or {}),
    }
    try:
        text = render_to_string(f"errors/{status}.html", values)
    except Exception:
        text = format_html("<h1>{}</h1><p>{}</p>", _("Something went wrong"), values["request_id"])
    return HttpResponse(text, status=status)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _json(status: int) -> HttpResponse:
    """A problem document."""
    return problem_response(status)
