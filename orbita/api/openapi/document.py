"""The OpenAPI 3.1 document: built from the registry of kinds, the same for everybody.

It tells nothing about the account: kinds and fields of switched-off features are in it, the
account's own fields are not.
"""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from orbita.accounts.scopes import Scope
from orbita.api.openapi.account import account_paths, account_schemas
from orbita.api.openapi.imports import import_paths, import_schemas
from orbita.api.openapi.kinds import kind_paths
from orbita.api.openapi.parts import finished, header_ref, headers
from orbita.api.openapi.relations import relation_paths, relation_schemas
from orbita.api.openapi.schemas import included_schema, kind_schemas
from orbita.api.problems import TITLES
from orbita.records.kinds import kinds as registry

if TYPE_CHECKING:
    from orbita.records.kinds import Kind

PROBLEMS = (400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429)


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
    found = account_paths() | import_paths() | relation_paths()
    for kind in kinds:
        found |= kind_paths(kind)
    return finished(found)


def components(kinds: "list[Kind]") -> dict[str, Any]:
    """Shapes of bodies and answers."""
    schemas: dict[str, Any] = {
        "Problem": problem_schema(),
        "ClosedRecord": closed_schema(),
        "Included": included_schema(kinds),
        **account_schemas(),
        **import_schemas(),
        **relation_schemas(),
    }
    for kind in kinds:
        schemas |= kind_schemas(kind)
    return {
        "securitySchemes": {"token": security_scheme()},
        "headers": headers(),
        "schemas": schemas,
        "responses": {str(status): problem_answer(status) for status in PROBLEMS},
    }


def problem_answer(status: int) -> dict[str, Any]:
    """An answer that is an error."""
    media = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    own = {412: ["ETag"], 429: ["Retry-After"]}.get(status, [])
    answer: dict[str, Any] = {"description": str(TITLES[status]), "content": media}
    return answer | ({"headers": {name: header_ref(name) for name in own}} if own else {})


def security_scheme() -> dict[str, Any]:
    """The token, with what it may be used for."""
    scopes = "; ".join(f"{scope.value}: {scope.label}" for scope in Scope)
    return {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "orb_…",
        "description": _("An API token. Each has some of these scopes: %(scopes)s")
        % {"scopes": scopes},
    }


def problem_schema() -> dict[str, Any]:
    """RFC 9457."""
    sentences = {"type": "array", "items": {"type": "string"}}
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string", "description": _("What sort of problem it is")},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": _("What it is this time")},
            "instance": {
                "type": "string",
                "description": _("The request, by the id that its headers and the log have"),
            },
            "errors": {
                "type": "object",
                "description": _("Sentences by field"),
                "additionalProperties": sentences,
            },
            "version": {"type": "integer", "description": _("The present version, with 412")},
            "changed": {
                "type": "array",
                "description": _("The fields that changed since yours, with 412"),
                "items": {"type": "string"},
            },
            "relations": {"type": "integer", "description": _("How many are in the way")},
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
