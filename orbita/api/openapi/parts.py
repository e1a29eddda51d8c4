"""What descriptions of operations are made of, and what all of them have in common."""

from typing import Any

from django.utils.translation import gettext as _

from orbita.api.lists import DEFAULT_LIMIT, MAX_LIMIT
from orbita.api.openapi.schemas import EXAMPLE_ID, ref
from orbita.api.scopes import scope_of

Paths = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
CHANGING = ("/restoration", "/archiving")
"""Ends of the addresses of verbs that change one thing, and so want to know what was seen."""


def operation_of_account(
    name: str,
    summary: str,
    answers: dict[str, Any],
    *problems: int,
    tag: str = "account",
    **more: Any,
) -> dict[str, Any]:
    """An operation that belongs to no kind."""
    responses = dict(answers)
    for status in (400, 401, *problems):
        responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    return {
        "operationId": name,
        "tags": [tag],
        "summary": summary,
        **more,
        "responses": dict(sorted(responses.items())),
    }


def query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter of the address."""
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }


def limit_parameter(words: str, default: int = DEFAULT_LIMIT) -> dict[str, Any]:
    """How long a page is."""
    schema = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": default}
    return query("limit", words, schema)


def cursor_parameter() -> dict[str, Any]:
    """Which page."""
    return query("cursor", _("next or previous of another page of this list"), {"type": "string"})


def id_parameter() -> dict[str, Any]:
    """The id in the address."""
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
        "example": EXAMPLE_ID,
    }


def content(schema: dict[str, Any], description: str = "OK") -> dict[str, Any]:
    """A JSON answer."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def request_body(name: str, example: Any = None) -> dict[str, Any]:
    """A JSON body."""
    media: dict[str, Any] = {"schema": ref(name)}
    if example:
        media["example"] = example
    return {"required": True, "content": {"application/json": media}}


def shape(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """An object with all of these, but for the optional ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": properties}


def page_schema(items: dict[str, Any], more: dict[str, Any] | None = None) -> dict[str, Any]:
    """One page of a list; `more` are members that need not be there."""
    cursor = {"type": ["string", "null"], "description": _("The cursor of that page")}
    own = {
        "items": {"type": "array", "items": items},
        "next": cursor,
        "previous": cursor,
        "total": {"type": "integer", "description": _("How many there are on all pages")},
        "total_exceeded": {
            "type": "boolean",
            "description": _("There are more than total says"),
        },
    }
    schema = shape(own | (more or {}), tuple(more or ()))
    return schema | {"additionalProperties": False}


# What all operations have ------------------------------------------------------------------------


def finished(paths: Paths) -> Paths:
    """The operations with scope, headers and problems that follow from method and address."""
    for path, methods in paths.items():
        for method in METHODS:
            if method in methods:
                finish(path, method, methods[method])
    return paths


def finish(path: str, method: str, operation: dict[str, Any]) -> None:
    """One operation."""
    scope = scope_of(method, path)
    operation["security"] = [{"token": [scope.value]}]
    parameters, problems = list(operation.get("parameters", ())), {403, 429}
    if method == "get":
        parameters.append(if_none_match())
        operation["responses"]["304"] = {"description": _("It is what If-None-Match names")}
    elif method == "post":
        parameters.append(idempotency_key())
        problems |= {409, 422}
    if method in ("patch", "put", "delete") or path.endswith(CHANGING):
        parameters.append(if_match())
        problems |= {412, 428}
    if parameters:
        operation["parameters"] = parameters
    for status in problems:
        operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/{status}"})
    for status, answer in operation["responses"].items():
        if status < "300":
            answer["headers"] = {name: header_ref(name) for name in answer_headers(status)}
    operation["responses"] = dict(sorted(operation["responses"].items()))


def answer_headers(status: str) -> list[str]:
    """The headers of a good answer."""
    own = ["Location"] if status == "201" else []
    return ["ETag", *own, "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]


def header_ref(name: str) -> dict[str, Any]:
    """A reference to a header."""
    return {"$ref": f"#/components/headers/{name}"}


def headers() -> dict[str, Any]:
    """The headers of answers."""
    text, whole = {"type": "string"}, {"type": "integer"}
    words: dict[str, tuple[str, dict[str, Any]]] = {
        "ETag": (_("What was seen, for If-Match and If-None-Match"), text),
        "Location": (_("Where the new thing is"), text),
        "RateLimit-Limit": (_("How many calls of the token are let through in a minute"), whole),
        "RateLimit-Remaining": (_("How many of them are left"), whole),
        "RateLimit-Reset": (_("In how many seconds the count begins again"), whole),
        "Retry-After": (_("In how many seconds to try again"), whole),
    }
    return {name: {"description": said, "schema": sort} for name, (said, sort) in words.items()}


def if_match() -> dict[str, Any]:
    """What the caller has seen, as a condition."""
    words = _("The ETag that you have seen, or * for any; 428 without it, 412 if it is old")
    return header("If-Match", words, required=True)


def if_none_match() -> dict[str, Any]:
    """What the caller has already."""
    return header("If-None-Match", _("The ETag of what you have; 304 if it is still so"))


def idempotency_key() -> dict[str, Any]:
    """The header of calls that may be sent twice."""
    words = _(
        "A text of yours, a UUID at best: the same call sent twice within 24 hours is done once "
        "and answered alike"
    )
    return header("Idempotency-Key", words, {"maxLength": 200, "pattern": "^[!-~]+$"})


def header(
    name: str, words: str, schema: dict[str, Any] | None = None, *, required: bool = False
) -> dict[str, Any]:
    """A header of a call."""
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": words,
        "schema": {"type": "string"} | (schema or {}),
    }
