"""Reading JSON bodies strictly: one object, UTF-8, no doubled keys, no numbers without end."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from orbita.api.problems import Problem

MAX_DEPTH = 20
MAX_DIGITS = 40
FORM_OVERHEAD = 64 * 1024


def read_object(request: HttpRequest) -> dict[str, Any]:
    """The body as a JSON object; numbers with a point or exponent come as Decimal.

    Raises Problem: 413 for a body over the limit, 415 for another content type, 400 for the rest.
    """
    charset = request.content_params.get("charset", "utf-8") if request.content_params else "utf-8"
    if request.content_type != "application/json" or charset.lower() not in ("utf-8", "utf8"):
        raise Problem(415)
    value = _parse(read_bytes(request))
    if not isinstance(value, dict):
        raise Problem(400, _("The body must be one JSON object"))
    return value


def read_bytes(request: HttpRequest) -> bytes:
    """The body as it came."""
    try:
        return request.body
    except RequestDataTooBig as error:
        raise Problem(413) from error
    except UnreadablePostError as error:
        raise Problem(400) from error


def read_parts(request: HttpRequest) -> tuple[QueryDict, dict[str, Any]]:
    """The fields and the files of a multipart form; refuses a body over the limit unread."""
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length[:20]) > settings.IMPORT_MAX_BYTES + FORM_OVERHEAD:
        raise Problem(413)
    if request.content_type != "multipart/form-data":
        raise Problem(415, _("Send the file as multipart/form-data"))
    try:
        return request.POST, request.FILES.dict()
    except (MultiPartParserError, BadRequest, SuspiciousOperation, UnicodeError) as error:
        raise Problem(400) from error


def _parse(body: bytes) -> Any:
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=_constant,
        )
        _check(value, MAX_DEPTH)
    except (ValueError, RecursionError) as error:
        raise Problem(400, _("The body is not valid JSON")) from error
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Problem(400, _("A key appears twice in the body"))
    return found


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise Problem(400, _("A number in the body is too long"))
    return int(text)


def _decimal(text: str) -> Decimal:
    number = Decimal(text) if len(text) <= MAX_DIGITS else None
    if number is None or not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS:
        raise Problem(400, _("A number in the body is too long"))
    return number


def _constant(text: str) -> Any:
    raise ValueError(text)


def _check(value: Any, depth: int) -> None:
    """Refuse what no column can hold (NUL, half a surrogate pair) and bottomless nesting."""
    if depth == 0:
        raise ValueError("too deep")
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("NUL")
        value.encode("utf-8")
        return
    parts: Iterable[Any] = ()
    if isinstance(value, dict):
        parts = [*value, *value.values()]
    elif isinstance(value, list):
        parts = value
    for part in parts:
        _check(part, depth - 1)
