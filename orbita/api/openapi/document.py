"""The OpenAPI 3.1 document: built from the registry of kinds, the same for everybody.

It tells nothing about the account: kinds and fields of switched-off features are in it, the
account's own fields are not.
"""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from orbita.api.openapi.imports import import_paths, import_schemas
from orbita.api.openapi.kinds import content, kind_paths, operation_of_account, query
from orbita.api.openapi.relations import relation_paths, relation_schemas
from orbita.api.openapi.schemas import kind_schemas
from orbita.api.problems import TITLES
from orbita.records.kinds import kinds as registry

if TYPE_CHECKING:
    from orbita.records.kinds import Kind

PROBLEMS = (400, 401, 403, 404, 409, 412, 413, 415, 422)


def document(kinds: "Iterable[Kind] | None" = None, *, language: str = "en") -> dict[str, Any]:
    """The document for these kinds, or for all of the registry."""
    with translation.override(language):
        chosen = list(registry if kinds is None else kinds)
        return {
            "openapi": "3.1.0",
            "info": info(),
            "servers": [{"url": "/api/v1"}],
            "security": [{"token": []}],
            "tags": tags(chosen),
            "paths": paths(chosen),
            "components": components(chosen),
        }


def snapshot() -> str:
    """The document of the built-in kinds as the text that lies in docs/openapi.json."""
    built_in = [kind for kind in registry if is_built_in(kind)]
    return json.dumps(document(built_in), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def is_built_in(kind: "Kind") -> bool:
    """Whether the kind comes with the product and not from an installation or a test."""
    module = type(kind).__module__
    return module.startswith("orbita.") and ".tests" not in module


def info() -> dict[str, Any]:
    """What the API is."""
    return {
        "title": "Orbita",
        "version": "1",
        "description": _(
            "Everything that the pages do with records, for programs. Send an API token as "
            "“Authorization: Bearer orb_…”; it has the rights of its owner. What you may not know "
            "of answers like what does not exist. Sentences come in the language of "
            "Accept-Language, or else of the token's owner."
        ),
    }


def tags(kinds: "list[Kind]") -> list[dict[str, Any]]:
    """Groups of operations."""
    account = {"name": "account", "description": _("The whole account")}
    return [
        account,
        {"name": "imports", "description": _("Imports")},
        {"name": "relations", "description": _("Relations")},
        *({"name": kind.slug, "description": str(kind.labels.many)} for kind in kinds),
    ]


def paths(kinds: "list[Kind]") -> dict[str, Any]:
    """All addresses."""
    found: dict[str, Any] = {
        "/kinds": {"get": kinds_operation()},
        "/search": {"get": search_operation()},
    }
    found |= import_paths()
    found |= relation_paths()
    for kind in kinds:
        found |= kind_paths(kind)
    return found


def kinds_operation() -> dict[str, Any]:
    """GET /kinds"""
    items = {"type": "array", "items": {"$ref": "#/components/schemas/Kind"}}
    return operation_of_account(
        "listKinds",
        _("The kinds of record that you may see, with their fields"),
        {"200": page_of(items)},
    )


def search_operation() -> dict[str, Any]:
    """GET /search"""
    items = {"type": "array", "items": {"$ref": "#/components/schemas/Found"}}
    limit = {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    return operation_of_account(
        "search",
        _("Records of all kinds by words, best first"),
        {"200": page_of(items)},
        parameters=[
            query(
                "q",
                _("Words, a phone number, a NIP; case and accents do not matter"),
                {"type": "string"},
            ),
            query("kind", _("The slug of a kind, to search in it alone"), {"type": "string"}),
            query("limit", _("How many records to answer"), limit),
        ],
    )


def page_of(items: dict[str, Any]) -> dict[str, Any]:
    """An answer with items."""
    return content({"type": "object", "required": ["items"], "properties": {"items": items}})


def components(kinds: "list[Kind]") -> dict[str, Any]:
    """Shapes of bodies and answers."""
    schemas: dict[str, Any] = {
        "Problem": problem_schema(),
        "ClosedRecord": closed_schema(),
        "Found": found_schema(),
        "Kind": kind_schema(),
        **import_schemas(),
        **relation_schemas(),
    }
    for kind in kinds:
        schemas |= kind_schemas(kind)
    return {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "schemas": schemas,
        "responses": {str(status): problem_answer(status) for status in PROBLEMS},
    }


def problem_answer(status: int) -> dict[str, Any]:
    """An answer that is an error."""
    media = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": str(TITLES[status]), "content": media}


def problem_schema() -> dict[str, Any]:
    """RFC 9457."""
    sentences = {"type": "array", "items": {"type": "string"}}
    return {
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "errors": {
                "type": "object",
                "description": _("Sentences by field"),
                "additionalProperties": sentences,
            },
            "merged_into": {
                "type": "string",
                "format": "uuid",
                "description": _("The record of which the one that was asked for became a part"),
            },
        },
    }


def closed_schema() -> dict[str, Any]:
    """A record that is listed and not open."""
    return {
        "type": "object",
        "description": _("A record that you may not open: its basic values, nothing else"),
        "required": ["id", "kind", "is_open"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "kind": {"type": "string"},
            "title": {"type": "string"},
            "owner": {"type": ["object", "null"]},
            "is_open": {"const": False},
        },
    }


def found_schema() -> dict[str, Any]:
    """A result of a search."""
    texts = {key: {"type": "string"} for key in ("id", "kind", "title", "hint", "url")}
    properties = texts | {"is_open": {"type": "boolean"}}
    return {"type": "object", "required": list(properties), "properties": properties}


def kind_schema() -> dict[str, Any]:
    """A kind with its fields."""
    return {
        "type": "object",
        "required": ["slug", "label", "label_many", "rights", "matching", "fields"],
        "properties": {
            "slug": {"type": "string"},
            "label": {"type": "string"},
            "label_many": {"type": "string"},
            "rights": {"type": "object", "additionalProperties": {"type": "boolean"}},
            "matching": {
                "type": "array",
                "description": _("Keys by which duplicates are found, in this order"),
                "items": {"type": "array", "items": {"type": "string"}},
            },
            "fields": {"type": "array", "items": {"type": "object"}},
        },
    }
