"""Paths and schemas of relations and of their types."""

from typing import Any

from django.utils.translation import gettext as _

from orbita.api.openapi.parts import (
    Paths,
    content,
    cursor_parameter,
    id_parameter,
    limit_parameter,
    operation_of_account,
    page_schema,
    query,
    request_body,
)
from orbita.api.openapi.schemas import EXAMPLE_ID, ref
from orbita.api.relation_output import MOST
from orbita.api.relation_types import INPUT
from orbita.relations.models import LABEL_LENGTH, NOTE_LENGTH

TEXT = {"type": "string"}
UUID = {"type": "string", "format": "uuid"}
WHOLE = {"type": "integer"}
YES_NO = {"type": "boolean"}
DAY = {"type": ["string", "null"], "format": "date"}
WRITING = (403, 404, 413, 415, 422)


def relation_paths() -> Paths:
    """The addresses of relations and their types."""
    return type_paths() | {
        "/relations": {"get": list_operation(), "post": create_operation()},
        "/relations/{id}": {
            "parameters": [id_parameter()],
            "get": operation(
                "getRelation", _("One relation"), {"200": content(ref("Relation"))}, 404
            ),
            "patch": change_operation(),
            "delete": operation(
                "deleteRelation",
                _("Remove the relation on both records"),
                {"204": {"description": _("It is removed")}},
                *(403, 404),
            ),
        },
    }


def operation(
    name: str, summary: str, answers: dict[str, Any], *problems: int, **more: Any
) -> dict[str, Any]:
    """An operation of relations."""
    return operation_of_account(name, summary, answers, *problems, tag="relations", **more)


def list_operation() -> dict[str, Any]:
    """GET /relations"""
    ended = _("1 for those that have ended, 0 for the others; of those whose dates you may read")
    return operation(
        "listRelations",
        _("The relations that you may know, newest first"),
        {"200": content(ref("RelationList"))},
        404,
        parameters=[
            query("record", _("The id of a record on one of the ends"), UUID),
            query("type", _("The id of a type of relation"), WHOLE),
            query("kind", _("The slug of the kind of one of the ends"), TEXT),
            query("ended", ended, {"enum": ["0", "1"]}),
            limit_parameter(_("How many relations a page has")),
            cursor_parameter(),
        ],
    )


def create_operation() -> dict[str, Any]:
    """POST /relations"""
    return operation(
        "createRelation",
        _("Tie two records, one of which you may change"),
        {"201": content(ref("Relation"))},
        *WRITING,
        requestBody=request_body("RelationInput", {"type": 1, "a": EXAMPLE_ID, "b": EXAMPLE_ID}),
    )


def change_operation() -> dict[str, Any]:
    """PATCH /relations/{id}"""
    return operation(
        "changeRelation",
        _("Change the note and the dates"),
        {"200": content(ref("Relation"))},
        *WRITING,
        requestBody=request_body("RelationChange", {"until": "2026-12-31"}),
    )


# Types -------------------------------------------------------------------------------------------


def type_paths() -> Paths:
    """The addresses of types."""
    one = "/relation-types/{id}"
    found = {"200": content(ref("RelationType"))}
    return {
        "/relation-types": {
            "get": operation("listRelationTypes", _("What relations may mean"), types(), 404),
            "post": operation(
                "createRelationType",
                _("Add a type; for administrators"),
                {"201": content(ref("RelationType"))},
                *WRITING,
                requestBody=request_body("RelationTypeInput", example()),
            ),
        },
        "/relation-types/order": {"put": order_operation()},
        one: {
            "parameters": [type_parameter()],
            "get": operation("getRelationType", _("One type of relation"), found, 404),
            "patch": operation(
                "changeRelationType",
                _("Change a type, as far as its relations allow; for administrators"),
                found,
                *WRITING,
                requestBody=request_body("RelationTypeChange", {"label_b": "Filia"}),
            ),
            "delete": delete_type_operation(),
        },
        f"{one}/archiving": verb(
            "archiveRelationType", _("Offer it no longer; its relations stay"), found
        ),
        f"{one}/restoration": verb("restoreRelationType", _("Offer it again"), found),
    }


def types() -> dict[str, Any]:
    """The answer with all types."""
    items = {"type": "array", "items": ref("RelationType")}
    return {
        "200": content({"type": "object", "required": ["items"], "properties": {"items": items}})
    }


def verb(name: str, summary: str, answers: dict[str, Any]) -> dict[str, Any]:
    """POST /relation-types/{id}/archiving and the like."""
    return {
        "parameters": [type_parameter()],
        "post": operation(name, summary, answers, 403, 404, 422),
    }


def order_operation() -> dict[str, Any]:
    """PUT /relation-types/order"""
    return operation(
        "orderRelationTypes",
        _("Put the types in this order; those that are not named stay behind"),
        types(),
        *WRITING,
        requestBody=request_body("RelationTypeOrder", {"ids": [2, 1]}),
    )


def delete_type_operation() -> dict[str, Any]:
    """DELETE /relation-types/{id}"""
    words = _("Delete the type although there are relations of it; they go out of sight")
    return operation(
        "deleteRelationType",
        _("Delete a type; for administrators"),
        {"204": {"description": _("It is deleted")}},
        *(403, 404, 409, 422),
        parameters=[query("confirmed", words, {"const": "1"})],
    )


def type_parameter() -> dict[str, Any]:
    """The id of a type in the address."""
    return {"name": "id", "in": "path", "required": True, "schema": WHOLE, "example": 1}


def example() -> dict[str, Any]:
    """A type."""
    ends = {"kind_a": "companies", "label_a": "Centrala", "kind_b": "companies"}
    return ends | {"label_b": "Oddział"}


# Schemas -----------------------------------------------------------------------------------------


def relation_schemas() -> dict[str, Any]:
    """Shapes of bodies and answers."""
    inputs = {name: described(name, schema) for name, schema in INPUT.items()}
    needed = ["kind_a", "label_a", "kind_b", "label_b"]
    said = said_properties()
    ends = {"type": WHOLE, "a": UUID, "b": UUID}
    ids = {"type": "array", "items": WHOLE}
    return {
        "RelationType": type_schema(),
        "RelationTypeInput": body(inputs, needed),
        "RelationTypeChange": body(inputs),
        "RelationTypeOrder": body({"ids": ids}, ["ids"]),
        "Relation": relation_schema(),
        "RelationInput": body(ends | said, list(ends)),
        "RelationChange": body(said),
        "RelationList": page_schema(ref("Relation")),
        "RelationOfRecord": of_record_schema(),
    }


def body(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    """A body to send; unknown keys are refused."""
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": required} if required else {})


def described(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A value of a type, with words."""
    words = {
        "kind": _("The slug of the kind of record on this side"),
        "label": _("What the record on this side is to the other one"),
        "one": _("The other record has at most one on this side"),
        "section": _("The section of this side's form in which the other record is chosen"),
        "offered": _("It is offered when a field of a record names another end than before"),
    }
    limit = {"maxLength": LABEL_LENGTH} if name.startswith("label") else {}
    return schema | limit | {"description": words[name.partition("_")[0]]}


def type_schema() -> dict[str, Any]:
    """A type that comes out."""
    field = _("The name of the type in filters of lists of this side's kind")
    properties = {
        "id": WHOLE,
        **{name: described(name, schema) for name, schema in INPUT.items()},
        "is_symmetric": YES_NO | {"description": _("One label for both sides")},
        "field_a": TEXT | {"description": field},
        "field_b": TEXT | {"description": field},
        "is_archived": YES_NO | {"description": _("It is kept and no longer offered")},
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def said_properties() -> dict[str, Any]:
    """Note and dates."""
    return {
        "note": {"type": ["string", "null"], "maxLength": NOTE_LENGTH, "description": _("Note")},
        "since": DAY | {"description": _("Since")},
        "until": DAY | {"description": _("Until")},
    }


def end_schema(*, label: bool) -> dict[str, Any]:
    """The record at an end."""
    properties = {
        "id": UUID,
        "kind": TEXT,
        "title": TEXT,
        "is_open": YES_NO | {"description": _("Whether you may open the record")},
    }
    if label:
        properties["label"] = TEXT | {"description": _("What it is to the other record")}
    return {"type": "object", "required": list(properties), "properties": properties}


def relation_schema() -> dict[str, Any]:
    """A relation; note and dates are there where both ends are open."""
    end = end_schema(label=True)
    own = {"id": UUID, "type": WHOLE, "a": end, "b": end}
    return {
        "type": "object",
        "description": _("Note and dates are there only where you may open both records"),
        "required": list(own),
        "additionalProperties": False,
        "properties": own | said_properties(),
    }


def of_record_schema() -> dict[str, Any]:
    """A relation inside a record."""
    own = {
        "id": UUID,
        "type": WHOLE,
        "side": {"enum": ["a", "b"], "description": _("The side on which the record stands")},
        "label": TEXT | {"description": _("What the other record is to this one")},
        "other": end_schema(label=False),
    }
    return {
        "type": "object",
        "required": list(own),
        "additionalProperties": False,
        "properties": own | said_properties(),
    }


def record_properties() -> dict[str, Any]:
    """What a record says of its relations; absent while they are switched off."""
    words = _("The newest relations that you may know, at most %(most)d") % {"most": MOST}
    return {
        "relations": {
            "type": "array",
            "description": words,
            "items": ref("RelationOfRecord"),
            "readOnly": True,
        },
        "relations_more": {
            "type": "boolean",
            "description": _("There are more; see /relations?record="),
            "readOnly": True,
        },
    }
