"""Paths of a kind: list, add, open, change, delete, restore."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from orbita.api.lists import DEFAULT_LIMIT, MAX_LIMIT
from orbita.api.openapi.schemas import EXAMPLE_ID, example_of, name_of, ref
from orbita.records.listing.filters import NEED_NO_VALUE, OPERATORS

if TYPE_CHECKING:
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind

Paths = dict[str, Any]
ETAG = {
    "ETag": {"description": "The version, for If-Match", "schema": {"type": "string"}},
}


def kind_paths(kind: "Kind") -> Paths:
    """The addresses of a kind."""
    path = f"/{kind.slug}"
    return {
        path: {"get": list_operation(kind), "post": create_operation(kind)},
        f"{path}/{{id}}": {
            "parameters": [id_parameter()],
            "get": get_operation(kind),
            "patch": change_operation(kind),
            "delete": delete_operation(kind),
        },
        f"{path}/{{id}}/restoration": {
            "parameters": [id_parameter()],
            "post": restore_operation(kind),
        },
    }


def operation(
    kind: "Kind", verb: str, summary: str, responses: dict[str, Any], *problems: int, **more: Any
) -> dict[str, Any]:
    """An operation with what all of them have in common."""
    answers = dict(responses)
    for status in (400, 401, 404, *problems):
        answers[str(status)] = {"$ref": f"#/components/responses/{status}"}
    return {
        "operationId": f"{verb}{name_of(kind)}",
        "tags": [kind.slug],
        "summary": summary,
        **more,
        "responses": dict(sorted(answers.items())),
    }


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


def list_operation(kind: "Kind") -> dict[str, Any]:
    """GET /companies"""
    return operation(
        kind,
        "list",
        _("The records that you may know of"),
        {"200": content(ref(name_of(kind, "List")))},
        description=_(
            "Records that you may not open come with their basic values alone; what narrows or "
            "sorts by other values leaves them out."
        ),
        parameters=[*page_parameters(kind), *filter_parameters(kind)],
    )


def create_operation(kind: "Kind") -> dict[str, Any]:
    """POST /companies"""
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": _("A UUID of yours: the same call sent twice makes one record"),
        "schema": {"type": "string", "format": "uuid"},
    }
    return operation(
        kind,
        "create",
        str(kind.labels.add),
        {"201": written(kind)},
        *(403, 409, 413, 415, 422),
        parameters=[key],
        requestBody=request_body(name_of(kind, "Input"), example_of(kind)),
    )


def get_operation(kind: "Kind") -> dict[str, Any]:
    """GET /companies/{id}"""
    found = {**content(ref(name_of(kind))), "headers": ETAG}
    moved = {"description": _("It was merged: Location and merged_into name the record")}
    return operation(kind, "get", _("One record"), {"200": found, "308": moved})


def change_operation(kind: "Kind") -> dict[str, Any]:
    """PATCH /companies/{id}"""
    example = {"title": "Nowa Era"} if kind.all_fields()["title"].editable else {}
    return operation(
        kind,
        "change",
        _("Change the values that the body names"),
        {"200": written(kind)},
        *(403, 409, 412, 413, 415, 422),
        parameters=[if_match()],
        requestBody=request_body(name_of(kind, "Change"), example),
    )


def delete_operation(kind: "Kind") -> dict[str, Any]:
    """DELETE /companies/{id}"""
    return operation(
        kind,
        "delete",
        _("Move the record to the bin"),
        {"204": {"description": _("It is in the bin")}},
        *(403, 409, 412),
        parameters=[if_match()],
    )


def restore_operation(kind: "Kind") -> dict[str, Any]:
    """POST /companies/{id}/restoration"""
    return operation(
        kind, "restore", _("Bring the record back from the bin"), {"200": written(kind)}, 403, 409
    )


def page_parameters(kind: "Kind") -> list[dict[str, Any]]:
    """Words, order, page."""
    sortable = [f.key for f in kind.all_fields().values() if f.order_by() is not None]
    orders = [sign + key for key in sortable for sign in ("", "-")]
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    return [
        query("q", _("Words that the record must contain"), {"type": "string"}),
        query("sort", _("A field to sort by; a minus in front turns the order"), {"enum": orders}),
        query("limit", _("How many records a page has"), limit),
        query("cursor", _("next or previous of another page of this list"), {"type": "string"}),
    ]


def filter_parameters(kind: "Kind") -> list[dict[str, Any]]:
    """One parameter a field and operator; several values mean any of them."""
    found = []
    for field in kind.all_fields().values():
        used = field.filter()
        found += [one_filter(field, operator) for operator in (used.operators if used else ())]
    return found


def one_filter(field: "Field", operator: str) -> dict[str, Any]:
    """`city.is`, for example."""
    words = f"{field.label}: {OPERATORS[operator]}"
    if operator in NEED_NO_VALUE:
        return query(f"{field.key}.{operator}", words, {"const": "1"})
    return query(f"{field.key}.{operator}", words, {"type": "array", "items": {"type": "string"}})


def query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter of the address."""
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }


def id_parameter() -> dict[str, Any]:
    """The id in the address."""
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
        "example": EXAMPLE_ID,
    }


def if_match() -> dict[str, Any]:
    """The version as a condition."""
    return {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": _("The ETag that you have seen; 412 if it is old"),
        "schema": {"type": "string"},
    }


def written(kind: "Kind") -> dict[str, Any]:
    """A record just written; the basics alone if you shut yourself out by it."""
    return content({"anyOf": [ref(name_of(kind)), ref("ClosedRecord")]}) | {"headers": ETAG}


def content(schema: dict[str, Any], description: str = "OK") -> dict[str, Any]:
    """A JSON answer."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def request_body(name: str, example: Any = None) -> dict[str, Any]:
    """A JSON body."""
    media: dict[str, Any] = {"schema": ref(name)}
    if example:
        media["example"] = example
    return {"required": True, "content": {"application/json": media}}
