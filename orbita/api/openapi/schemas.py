"""JSON Schemas of a kind's records, out of its fields."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind

Schema = dict[str, Any]
CUSTOM = "^custom_[0-9a-f]{32}$"
EXAMPLE_ID = "01934d2e-6c2a-7b3e-9d1f-2b8c4a6e0f12"


def name_of(kind: "Kind", suffix: str = "") -> str:
    """The name of a schema: `Company`, `CompanyInput`."""
    return kind.model.__name__ + suffix


def ref(name: str) -> Schema:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def kind_schemas(kind: "Kind") -> dict[str, Schema]:
    """What comes out, what a new record takes, what a change takes, and a page of a list."""
    fields = kind.all_fields()
    inputs = {key: input_property(f) for key, f in fields.items() if f.editable}
    return {
        name_of(kind): record_schema(kind, fields),
        name_of(kind, "Input"): body_schema(inputs, required=required_keys(kind, fields)),
        name_of(kind, "Change"): body_schema(inputs),
        name_of(kind, "List"): list_schema(kind),
    }


def record_schema(kind: "Kind", fields: "dict[str, Field]") -> Schema:
    """An open record."""
    from orbita.api.openapi.relations import record_properties

    properties = {key: output_property(field) for key, field in fields.items()}
    own = {
        "id": {"type": "string", "format": "uuid", "examples": [EXAMPLE_ID]},
        "kind": {"const": kind.slug},
        "number": {"type": "integer", "description": _("ID number"), "examples": [1024]},
        "title": {"type": "string", "description": _("Name")},
        "url": {"type": "string", "format": "uri", "description": _("The profile, for people")},
        "version": {
            "type": "integer",
            "description": _("Grows with every change"),
            "examples": [1],
        },
        "is_open": {"const": True},
    }
    return {
        "type": "object",
        "description": str(kind.labels.one),
        "required": ["id", "kind", "version", "is_open"],
        "properties": properties | record_properties() | included_properties() | own,
        "patternProperties": {CUSTOM: {"description": _("A field of the account's own")}},
    }


def body_schema(properties: dict[str, Schema], required: list[str] | None = None) -> Schema:
    """A body to send; unknown keys are refused."""
    schema: Schema = {
        "type": "object",
        "properties": properties,
        "patternProperties": {CUSTOM: {"description": _("A field of the account's own")}},
        "additionalProperties": False,
    }
    if required:
        schema["required"] = required
    return schema


def list_schema(kind: "Kind") -> Schema:
    """One page of a list."""
    from orbita.api.openapi.parts import page_schema

    item = {"anyOf": [ref(name_of(kind)), ref("ClosedRecord")]}
    return page_schema(item, included_properties())


def included_properties() -> Schema:
    """What `expand` adds to an answer."""
    return {
        "included": ref("Included"),
        "included_exceeded": {
            "type": "boolean",
            "description": _("More was to be expanded than an answer takes in"),
        },
    }


def included_schema(kinds: "Iterable[Kind]") -> Schema:
    """What records name, whole, each once; only what `expand` names is there."""
    own = {"users": ref("User"), "teams": ref("Team"), "tags": ref("Label"), "groups": ref("Label")}
    whole: Schema = {
        kind.slug: {"anyOf": [ref(name_of(kind)), ref("ClosedRecord")]} for kind in kinds
    }
    properties = {name: {"type": "array", "items": item} for name, item in (own | whole).items()}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def output_property(field: "Field") -> Schema:
    """A value that comes out."""
    schema = described(field, nullable(field.json_type))
    return schema if field.editable else schema | {"readOnly": True}


def input_property(field: "Field") -> Schema:
    """A value to send."""
    schema = field.json_input if field.required else nullable(field.json_input)
    return described(field, schema)


def described(field: "Field", schema: Schema) -> Schema:
    """The schema with the field's label, help and an example."""
    words = ". ".join(filter(None, [str(field.label), str(field.help)]))
    return schema | {"description": words, "examples": [field.example]}


def nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    if "anyOf" in schema:
        return {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    if "enum" in schema:
        return {"enum": [*schema["enum"], "", None]}
    return schema | {"type": [schema["type"], "null"]}


def required_keys(kind: "Kind", fields: "dict[str, Field]") -> list[str]:
    """The fields that a new record must be given, having no default."""
    blank = kind.model()
    return [
        key
        for key, field in fields.items()
        if field.required and field.editable and field.is_empty(field.value(blank))
    ]


def example_of(kind: "Kind") -> dict[str, Any]:
    """A body for a new record that points to nothing that may not exist."""
    fields = kind.all_fields()
    simple = {
        key: field.example
        for key, field in fields.items()
        if field.editable and not field.part_of and not _points(field.json_type)
    }
    return {key: value for key, value in simple.items() if key != "visibility"}


def _points(schema: Schema) -> bool:
    item = schema.get("items", schema)
    return "id" in item.get("properties", {})
