"""The description of the API for programs and the same as a page for people; both public."""

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from orbita.api.openapi.document import document
from orbita.records.kinds import kinds


@dataclass
class Row:
    """A parameter or a property."""

    name: str
    type: str
    description: str = ""
    required: bool = False


@dataclass
class Operation:
    """One address with one method."""

    id: str
    method: str
    path: str
    summary: str
    description: str = ""
    scope: str = ""
    parameters: list[Row] = field(default_factory=list)
    filters: list[Row] = field(default_factory=list)
    body: list[Row] = field(default_factory=list)
    example: str = ""
    answers: list[Row] = field(default_factory=list)


@dataclass
class Group:
    """The operations of one tag."""

    name: str
    title: str
    operations: list[Operation] = field(default_factory=list)


@require_safe
@login_not_required
def openapi_json(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    text = json_text(tuple(kind.slug for kind in kinds))
    response = HttpResponse(text, content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@lru_cache(maxsize=4)
def json_text(slugs: tuple[str, ...]) -> str:
    """The document as text, made once for a set of kinds."""
    return json.dumps(document(), ensure_ascii=False)


@require_safe
@login_not_required
def docs(request: HttpRequest) -> HttpResponse:
    """The page."""
    content = document(language=get_language() or "pl")
    return render(request, "api/docs.html", {"info": content["info"], "groups": groups(content)})


def groups(content: dict[str, Any]) -> list[Group]:
    """The operations of the document by tag."""
    found = {tag["name"]: Group(tag["name"], tag["description"]) for tag in content["tags"]}
    for path, methods in content["paths"].items():
        shared = methods.get("parameters", [])
        for method, described in methods.items():
            if method != "parameters":
                group = found[described["tags"][0]]
                group.operations.append(operation(content, path, method, shared, described))
    return list(found.values())


def operation(
    content: dict[str, Any], path: str, method: str, shared: list[Any], described: dict[str, Any]
) -> Operation:
    """One operation as the page shows it."""
    parameters = [*shared, *described.get("parameters", [])]
    result = Operation(
        id=described["operationId"],
        method=method.upper(),
        path=content["servers"][0]["url"] + path,
        summary=described["summary"],
        description=described.get("description", ""),
        scope=described["security"][0]["token"][0],
        parameters=[parameter_row(p) for p in parameters if "." not in p["name"]],
        filters=[parameter_row(p) for p in parameters if "." in p["name"]],
        answers=[answer_row(content, status, a) for status, a in described["responses"].items()],
    )
    for media in described.get("requestBody", {}).get("content", {}).values():
        result.body = property_rows(content, media["schema"])
        if "example" in media:
            result.example = json.dumps(media["example"], ensure_ascii=False, indent=2)
    return result


def parameter_row(parameter: dict[str, Any]) -> Row:
    """A parameter."""
    return Row(
        parameter["name"],
        type_name(parameter["schema"]),
        parameter.get("description", ""),
        parameter["required"],
    )


def answer_row(content: dict[str, Any], status: str, answer: dict[str, Any]) -> Row:
    """An answer by its status."""
    return Row(status, "", resolve(content, answer)["description"])


def property_rows(content: dict[str, Any], schema: dict[str, Any]) -> list[Row]:
    """The properties of a body."""
    whole = resolve(content, schema)
    required = whole.get("required", [])
    return [
        Row(name, type_name(value), value.get("description", ""), name in required)
        for name, value in whole.get("properties", {}).items()
    ]


def resolve(content: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """What a reference points to."""
    found: Any = value
    if "$ref" in value:
        found = content
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
    return found  # type: ignore[no-any-return]


def type_name(schema: dict[str, Any]) -> str:
    """The type in a few words."""
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(type_name(option) for option in schema["anyOf"]))
    if "enum" in schema:
        names = [json.dumps(value) for value in schema["enum"]]
        return " | ".join(names) if len(names) < 7 else "string"
    if "const" in schema:
        return json.dumps(schema["const"])
    types = schema.get("type", "any")
    return " | ".join(_word(schema, one) for one in ([types] if isinstance(types, str) else types))


def _word(schema: dict[str, Any], name: str) -> str:
    """One type: a format instead of string, `[string]` for a list of them."""
    if name == "array":
        return f"[{type_name(schema.get('items', {}))}]"
    return str(schema.get("format", name)) if name == "string" else name
