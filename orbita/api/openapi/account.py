"""Paths and schemas of what belongs to no kind: people, dictionaries, the bin, notes, search."""

from typing import Any

from django.utils.translation import gettext as _

from orbita.accounts.models import Role, Status
from orbita.accounts.scopes import Scope
from orbita.api.account import EVERY
from orbita.api.catalogue import RIGHTS, SEARCH_LIMIT
from orbita.api.lists import MAX_LIMIT
from orbita.api.notes import CALL, INPUT, PEOPLE
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
    shape,
)
from orbita.api.openapi.schemas import ref
from orbita.notes.html import LONGEST
from orbita.records.audience import LARGEST

TEXT = {"type": "string"}
UUID = {"type": "string", "format": "uuid"}
WHOLE = {"type": "integer"}
YES_NO = {"type": "boolean"}
MOMENT = {"type": "string", "format": "date-time"}


def account_paths() -> Paths:
    """The addresses."""
    return {
        "/me": {"get": operation("getMe", _("Whose token it is, and what for"), ref("Me"))},
        **people_paths(),
        "/kinds": {"get": all_of("listKinds", _("The kinds of record that you may see"), "Kind")},
        "/kinds/{slug}": {
            "parameters": [slug_parameter()],
            "get": operation("getKind", _("One kind of record, with its fields"), ref("Kind"), 404),
        },
        "/search": {"get": search_operation()},
        **dictionary_paths(),
        "/bin": {"get": bin_operation()},
        "/notes/{id}": note_path(),
    }


def operation(
    name: str, summary: str, answer: dict[str, Any], *problems: int, **more: Any
) -> dict[str, Any]:
    """An operation that answers in one way."""
    return operation_of_account(name, summary, {"200": content(answer)}, *problems, **more)


def all_of(name: str, summary: str, schema: str, *problems: int, **more: Any) -> dict[str, Any]:
    """An operation that answers with items, all of them."""
    items = {"type": "array", "items": ref(schema)}
    return operation(name, summary, shape({"items": items}), *problems, **more)


def people_paths() -> Paths:
    """Users and teams."""
    status = query(
        "status",
        _("Which users"),
        {"enum": [*Status.values, EVERY], "default": Status.ACTIVE.value},
    )
    pages = [status, limit_parameter(_("How many users a page has")), cursor_parameter()]
    return {
        "/users": {
            "get": operation(
                "listUsers",
                _("Users of the account, in the order in which they came"),
                page_schema(ref("User")),
                parameters=pages,
            )
        },
        "/users/{id}": {
            "parameters": [id_parameter()],
            "get": operation("getUser", _("One user"), ref("User"), 404),
        },
        "/teams": {"get": all_of("listTeams", _("Teams; each names the one above it"), "Team")},
    }


def dictionary_paths() -> Paths:
    """Tags, groups and sources."""
    found: Paths = {
        "/sources": {
            "get": all_of("listSources", _("Acquisition sources in their order"), "Source", 404)
        }
    }
    words = {
        "tags": ("listTags", _("Tags that stand on records which you may open, by name")),
        "groups": ("listGroups", _("Groups in their order")),
    }
    items = {"type": "array", "items": ref("Label")}
    for path, (name, summary) in words.items():
        parameters = [
            query("family", _("Which kinds share them, such as contacts; see /kinds"), TEXT)
            | {"required": True},
            query("q", _("Letters that the name contains"), TEXT),
            limit_parameter(_("How many to answer"), MAX_LIMIT),
        ]
        answer = shape({"items": items, "has_more": YES_NO})
        found[f"/{path}"] = {"get": operation(name, summary, answer, parameters=parameters)}
    return found


def search_operation() -> dict[str, Any]:
    """GET /search"""
    words = _("Words, a phone number, a NIP; case and accents do not matter")
    return all_of(
        "search",
        _("Records of all kinds by words, best first"),
        "Found",
        parameters=[
            query("q", words, TEXT),
            query("kind", _("The slug of a kind, to search in it alone"), TEXT),
            limit_parameter(_("How many records to answer"), SEARCH_LIMIT),
        ],
    )


def bin_operation() -> dict[str, Any]:
    """GET /bin"""
    return operation(
        "listBin",
        _("Deleted records that you may bring back, those deleted last first"),
        page_schema(ref("Binned")),
        parameters=[
            query("q", _("Words that they contain"), {"type": "string"}),
            query("kind", _("The kind, such as companies"), {"type": "string"}),
            query("by", _("The id of who deleted them"), {"type": "string", "format": "uuid"}),
            limit_parameter(_("How many records a page has")),
            cursor_parameter(),
        ],
    )


def note_path() -> dict[str, Any]:
    """The address of one note."""
    gone = {"204": {"description": _("It is deleted")}}
    return {
        "parameters": [id_parameter()],
        "get": operation("getNote", _("One note"), ref("Note"), 404),
        "patch": operation(
            "changeNote",
            _("Change your own note"),
            ref("Note"),
            *(404, 413, 415, 422),
            requestBody=request_body("NoteChange", {"html": "Oddzwonić w poniedziałek"}),
        ),
        "delete": operation_of_account("deleteNote", _("Delete your own note"), gone, 404),
    }


def slug_parameter() -> dict[str, Any]:
    """The slug of a kind in the address."""
    return {"name": "slug", "in": "path", "required": True, "schema": TEXT, "example": "companies"}


# Schemas -----------------------------------------------------------------------------------------


def account_schemas() -> dict[str, Any]:
    """Shapes of bodies and answers."""
    label = {"id": WHOLE, "name": TEXT}
    user = user_properties()
    note = {name: dict(schema) for name, schema in INPUT.items()}
    note["html"] |= {"maxLength": LONGEST, "description": _("Text, or simple HTML")}
    note["private"] |= {"description": _("Only for you")}
    note["chosen"] |= {
        "maxItems": LARGEST,
        "description": _("For these users and teams, you and administrators alone; [] for all"),
    }
    note["call"] |= {
        "description": _("A telephone call of which the note tells; text may be empty")
    }
    change = {"type": "object", "additionalProperties": False, "properties": note}
    return {
        "User": shape(user),
        "Me": shape(user | own_properties()),
        "Team": shape({"id": UUID, "name": TEXT, "parent": nullable(UUID)}),
        "Label": shape(label),
        "Source": shape(label | {"is_archived": YES_NO}),
        "Binned": shape(binned_properties()),
        "Note": shape(note_properties()),
        "NoteInput": change,
        "NoteChange": change,
        "Found": shape(
            {"id": UUID, **dict.fromkeys(("kind", "title", "hint", "url"), TEXT), "is_open": YES_NO}
        ),
        "Kind": shape(kind_properties()),
        "KindField": shape(field_properties()),
    }


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, or null."""
    return schema | {"type": [schema["type"], "null"]}


def named(**more: Any) -> dict[str, Any]:
    """Something by id and name."""
    return shape({"id": UUID, "name": TEXT}) | more


def user_properties() -> dict[str, Any]:
    """A user as colleagues see them."""
    return {
        "id": UUID,
        "name": TEXT,
        "team": named(type=["object", "null"]),
        "status": {"enum": list(Status.values)},
    }


def own_properties() -> dict[str, Any]:
    """What one is told of oneself."""
    scopes = {"type": "array", "items": {"enum": list(Scope.values)}}
    token = {"name": TEXT, "prefix": TEXT, "scopes": scopes, "expires_at": nullable(MOMENT)}
    return {
        "email": TEXT,
        "role": {"enum": list(Role.values)},
        "language": TEXT,
        "token": shape(token),
    }


def binned_properties() -> dict[str, Any]:
    """A record in the bin."""
    return {
        "id": UUID,
        "kind": TEXT,
        "number": WHOLE,
        "title": TEXT,
        "version": WHOLE | {"description": _("For If-Match of the restoration")},
        "deleted_at": MOMENT,
        "deleted_by": named(type=["object", "null"]),
    }


def note_properties() -> dict[str, Any]:
    """A note."""
    return {
        "id": UUID,
        "record": shape({"id": UUID, "kind": TEXT}),
        "author": named(),
        "html": TEXT | {"description": _("Clean HTML")},
        "text": TEXT | {"description": _("The words alone")},
        "private": YES_NO,
        "chosen": PEOPLE | {"description": _("For whom it is; empty where it is for all, or you")},
        "call": nullable(CALL),
        "pinned": YES_NO,
        "version": WHOLE,
        "created_at": MOMENT,
        "edited_at": nullable(MOMENT),
    }


def kind_properties() -> dict[str, Any]:
    """A kind of record."""
    keys = {"type": "array", "items": TEXT}
    return {
        "slug": TEXT,
        "label": TEXT,
        "label_many": TEXT,
        "family": TEXT | {"description": _("Kinds of one family share tags and groups")},
        "rights": shape(dict.fromkeys(RIGHTS, YES_NO)),
        "matching": {
            "type": "array",
            "description": _("Keys by which duplicates are found, in this order"),
            "items": keys,
        },
        "fields": {"type": "array", "items": ref("KindField")},
    }


def field_properties() -> dict[str, Any]:
    """A field of a kind."""
    schema = {"type": "object", "description": _("A JSON Schema")}
    choice = shape({"value": {"type": ["string", "integer"]}, "label": TEXT})
    return {
        "key": TEXT,
        "label": TEXT,
        "help": TEXT,
        "many": YES_NO,
        "required": YES_NO,
        "editable": YES_NO,
        "type": schema,
        "input": nullable(schema) | {"description": _("What to send; null where nothing can be")},
        "operators": {"type": "array", "items": TEXT},
        "sortable": YES_NO,
        "expandable": YES_NO,
        "choices": {"type": "array", "items": choice},
    }
