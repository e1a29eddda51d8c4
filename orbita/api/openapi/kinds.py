"""Paths of a kind: list, add, open, change, delete, restore."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from orbita.api.asking import RELATIONS
from orbita.api.openapi.parts import (
    Paths,
    content,
    cursor_parameter,
    id_parameter,
    limit_parameter,
    page_schema,
    query,
    request_body,
    shape,
)
from orbita.api.openapi.schemas import example_of, name_of, ref
from orbita.api.output import OWN
from orbita.records.listing.filters import NEED_NO_VALUE, OPERATORS

if TYPE_CHECKING:
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind


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
        f"{path}/{{id}}/access": {"parameters": [id_parameter()], "get": access_operation(kind)},
        f"{path}/{{id}}/notes": {
            "parameters": [id_parameter()],
            "get": notes_operation(kind),
            "post": write_note_operation(kind),
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
    return operation(
        kind,
        "create",
        str(kind.labels.add),
        {"201": written(kind)},
        *(403, 409, 413, 415, 422),
        requestBody=request_body(name_of(kind, "Input"), example_of(kind)),
    )


def get_operation(kind: "Kind") -> dict[str, Any]:
    """GET /companies/{id}"""
    found = content(ref(name_of(kind)))
    moved = {"description": _("It was merged: Location and merged_into name the record")}
    return operation(
        kind, "get", _("One record"), {"200": found, "308": moved}, parameters=shaping(kind)
    )


def change_operation(kind: "Kind") -> dict[str, Any]:
    """PATCH /companies/{id}"""
    example = {"title": "Nowa Era"} if kind.all_fields()["title"].editable else {}
    return operation(
        kind,
        "change",
        _("Change the values that the body names"),
        {"200": written(kind)},
        *(403, 409, 413, 415, 422),
        requestBody=request_body(name_of(kind, "Change"), example),
    )


def delete_operation(kind: "Kind") -> dict[str, Any]:
    """DELETE /companies/{id}"""
    return operation(
        kind,
        "delete",
        _("Move the record to the bin"),
        {"204": {"description": _("It is in the bin")}},
        *(403, 409),
        parameters=[along_parameter()],
    )


def along_parameter() -> dict[str, Any]:
    """What a record may take along into the bin."""
    words = _(
        "Fields by which other records name this one and go into the bin with it, separated by "
        "commas: persons-company, deals-company. The others stay, and those that you may not "
        "delete."
    )
    return query("along", words, {"type": "string"})


def restore_operation(kind: "Kind") -> dict[str, Any]:
    """POST /companies/{id}/restoration"""
    return operation(
        kind, "restore", _("Bring the record back from the bin"), {"200": written(kind)}, 403, 409
    )


def access_operation(kind: "Kind") -> dict[str, Any]:
    """GET /companies/{id}/access"""
    text = {"type": "string"}
    items = {"type": "array", "items": shape({"name": text, "reason": text})}
    answer = {"200": content(shape({"items": items}))}
    return operation(kind, "accessOf", _("Who has access to the record, and why"), answer)


def notes_operation(kind: "Kind") -> dict[str, Any]:
    """GET /companies/{id}/notes"""
    return operation(
        kind,
        "listNotesOf",
        _("The notes on the record, newest first"),
        {"200": content(page_schema(ref("Note")))},
        parameters=[limit_parameter(_("How many notes a page has")), cursor_parameter()],
    )


def write_note_operation(kind: "Kind") -> dict[str, Any]:
    """POST /companies/{id}/notes"""
    return operation(
        kind,
        "writeNoteOn",
        _("Write a note on the record"),
        {"201": content(ref("Note"))},
        *(413, 415, 422),
        requestBody=request_body("NoteInput", {"html": "Oddzwonić w piątek"}),
    )


def page_parameters(kind: "Kind") -> list[dict[str, Any]]:
    """Words, order, page."""
    sortable = [f.key for f in kind.all_fields().values() if f.order_by() is not None]
    orders = [sign + key for key in sortable for sign in ("", "-")]
    return [
        query("q", _("Words that the record must contain"), {"type": "string"}),
        query("sort", _("A field to sort by; a minus in front turns the order"), {"enum": orders}),
        limit_parameter(_("How many records a page has")),
        cursor_parameter(),
        *shaping(kind),
    ]


def shaping(kind: "Kind") -> list[dict[str, Any]]:
    """Which values an answer holds, and what comes with them."""
    fields = {key: field for key, field in kind.all_fields().items() if field.in_api}
    opening = [key for key, field in fields.items() if field.opens]
    return [
        several("fields", _("The values to answer with; all without it"), [*fields, *OWN]),
        several("expand", _("What to put whole into “included”"), [*opening, RELATIONS]),
    ]


def several(name: str, words: str, known: list[str]) -> dict[str, Any]:
    """A parameter with names, separated by commas; the account's own fields are names too."""
    names = ", ".join(dict.fromkeys(known))
    schema = {"type": "array", "items": {"type": "string"}}
    parameter = query(name, f"{words}: {names}", schema)
    return parameter | {"style": "form", "explode": False}


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


def written(kind: "Kind") -> dict[str, Any]:
    """A record just written; the basics alone if you shut yourself out by it."""
    return content({"anyOf": [ref(name_of(kind)), ref("ClosedRecord")]})
