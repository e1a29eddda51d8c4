"""Notes on records: whoever may open a record reads and writes them; one's own can be changed."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from orbita.api.answers import answer
from orbita.api.bodies import read_object
from orbita.api.idempotency import once
from orbita.api.lists import Answer, Cursors, check_parameters, read_limit
from orbita.api.problems import forbidden, invalid, not_found
from orbita.api.records import kind_for, viewer_of
from orbita.api.relation_types import unknown_keys
from orbita.api.shapes import fits, sentence
from orbita.api.versions import check_state
from orbita.api.writing import read_id
from orbita.notes import writing
from orbita.notes.calls import CallFacts, CallFields, facts_of
from orbita.notes.html import LONGEST, clean_html
from orbita.notes.models import CallDirection, CallOutcome, Note
from orbita.notes.readers import AUTHOR, EVERYBODY, Readers
from orbita.records.audience import LARGEST, people_of
from orbita.records.changes import change_set
from orbita.records.fields.participants import (
    ParticipantsField,
    participant_key,
    resolve_participants,
)
from orbita.records.kinds import kinds
from orbita.records.models import Channel, Record

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from orbita.accounts.models import User

router = Router()
PEOPLE: dict[str, Any] = ParticipantsField.json_type
CALL: dict[str, Any] = {
    "type": "object",
    "properties": {
        "direction": {"type": "string", "enum": list(CallDirection.values)},
        "outcome": {"type": "string", "enum": list(CallOutcome.values)},
        "number": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
    },
    "required": ["direction", "outcome"],
    "additionalProperties": False,
}
INPUT: dict[str, dict[str, Any]] = {
    "html": {"type": "string"},
    "private": {"type": "boolean"},
    "chosen": PEOPLE,
    "call": CALL,
}


@router.get("/{slug}/{pk}/notes", url_name="notes")
def list_(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """The notes on a record, newest first."""
    viewer = viewer_of(request)
    check_parameters(request.GET, ("limit", "cursor"))
    record = opened(viewer, slug, pk)
    size, cursors = read_limit(request.GET), Cursors(f"notes:{record.pk}", viewer, request.GET)
    rows = Note.objects.visible_to(viewer).filter(record=record.pk)
    _side, place = cursors.read(request.GET.get("cursor", ""))
    ordered = rows.select_related("author", "record", "call").order_by("-pk")
    found = list((ordered.filter(pk__lt=UUID(place)) if place else ordered)[: size + 1])
    page = Answer(
        items=notes_json(found[:size]),
        next=cursors.write("a", str(found[size - 1].pk) if len(found) > size else ""),
        previous=None,
        total=rows.count(),
        total_exceeded=False,
    )
    return answer(page.json())


@router.post("/{slug}/{pk}/notes", url_name="write-note")
@once
def create(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """A new note on a record that the caller may open."""
    viewer = viewer_of(request)
    check_parameters(request.GET, ())
    record = opened(viewer, slug, pk)
    html, readers, call = read_values(read_object(request), "", EVERYBODY, None)
    with change_set(by=viewer, channel=Channel.API):
        note = writing.write_note(record, html, by=viewer, readers=readers, call=call)
    assert note is not None  # noqa: S101 - without a token of a form it is always written
    response = answer_note(find(Note.objects.visible_to(viewer), str(note.pk)), status=201)
    response["Location"] = f"{request.path.split('/v1/')[0]}/v1/notes/{note.pk}"
    return response


@router.get("/notes/{pk}", url_name="note")
def get(request: HttpRequest, pk: str) -> HttpResponse:
    """One note."""
    check_parameters(request.GET, ())
    return answer_note(find(Note.objects.visible_to(viewer_of(request)), pk))


@router.patch("/notes/{pk}", url_name="change-note")
def change(request: HttpRequest, pk: str) -> HttpResponse:
    """Change one's own note."""
    viewer = viewer_of(request)
    check_parameters(request.GET, ())
    with transaction.atomic():
        note = changeable(pk, viewer, Note.objects.editable_by(viewer))
        check_state(request, str(note.version))
        before = note.body, Readers.of(note), facts_of(note)
        html, readers, call = read_values(read_object(request), *before)
        if (html, readers, call) != before:
            with change_set(by=viewer, channel=Channel.API):
                writing.edit_note(
                    note, html, version=note.version, readers=readers, call=call, by=viewer
                )
    return answer_note(find(Note.objects.visible_to(viewer), pk))


@router.delete("/notes/{pk}", url_name="delete-note")
def delete(request: HttpRequest, pk: str) -> HttpResponse:
    """Delete a note."""
    viewer = viewer_of(request)
    check_parameters(request.GET, ())
    with transaction.atomic():
        note = changeable(pk, viewer, Note.objects.deletable_by(viewer))
        check_state(request, str(note.version))
        with change_set(by=viewer, channel=Channel.API):
            writing.delete_note(note, by=viewer)
    return HttpResponse(status=204)


def opened(viewer: "User", slug: str, pk: str) -> Record:
    """The record, which the viewer may open."""
    kind = kind_for(viewer, slug)
    rows = Record.objects.readable_by(viewer, kind=kind)
    record = rows.filter(pk=read_id(pk)).first()
    if record is None:
        raise not_found()
    return record


def find(rows: "QuerySet[Note]", pk: str) -> Note:
    """The note with this id; 404 if there is none, or not for this viewer."""
    found = rows.select_related("author", "record", "call").filter(pk=read_id(pk)).first()
    if found is None:
        raise not_found()
    return found


def changeable(pk: str, viewer: "User", rows: "QuerySet[Note]") -> Note:
    """The note out of these rows, locked; 403 for one that the viewer may only read."""
    found = rows.filter(pk=read_id(pk)).select_for_update(of=("self",)).first()
    if found is None:
        find(Note.objects.visible_to(viewer), pk)
        raise forbidden()
    return found


def read_values(
    body: dict[str, Any], html: str, readers: Readers, call: CallFacts | None
) -> tuple[str, Readers, CallFacts | None]:
    """Text, readers and call: what the body says, else what they are; raises 422."""
    errors = unknown_keys(body, tuple(INPUT))
    for name, shape in INPUT.items():
        if name in body and not fits(body[name], shape):
            errors[name] = [sentence(shape)]
    if "call" in body and "call" not in errors:
        call = read_call(body["call"], errors)
    if "html" not in errors:
        html = read_html(body.get("html", html), errors, required=call is None)
    if not errors:
        readers = read_readers(body, readers, errors)
    if errors:
        raise invalid(errors)
    return html, readers, call


def read_html(typed: str, errors: dict[str, list[str]], *, required: bool) -> str:
    """The clean text, which a call may do without."""
    if len(typed) > LONGEST:
        errors["html"] = [_("At most %(limit)d characters") % {"limit": LONGEST}]
        return ""
    cleaned = clean_html(typed)
    if required and not cleaned:
        errors["html"] = [_("Write something first.")]
    return cleaned


def read_call(given: dict[str, str], errors: dict[str, list[str]]) -> CallFacts | None:
    """The facts of a call, checked as the form checks them."""
    fields = CallFields(given)
    if fields.is_valid():
        return fields.call
    errors["call"] = [str(text) for texts in fields.errors.values() for text in texts]
    return None


def read_readers(body: dict[str, Any], before: Readers, errors: dict[str, list[str]]) -> Readers:
    """Who reads the note: `private` and `chosen` exclude each other, so the one given wins."""
    if body.get("private"):
        if body.get("chosen"):
            errors["chosen"] = [_("What is only for you has no other readers")]
        return AUTHOR
    if "chosen" in body:
        return Readers.chosen(read_people(body["chosen"], before, errors))
    if before.is_private and "private" in body:
        return EVERYBODY
    return before


def read_people(
    given: list[dict[str, str]], before: Readers, errors: dict[str, list[str]]
) -> list[Any]:
    """Active users and teams, and those for whom the note is already."""
    present = {participant_key(one): one for one in before.people}
    keys = list(dict.fromkeys(f"{one['type']}:{one['id']}" for one in given))
    if len(keys) > LARGEST:
        text = _("Choose at most %(limit)d people and teams.")
        errors["chosen"] = [text % {"limit": LARGEST}]
        return []
    try:
        return [present.get(key) or resolve_participants([key])[0] for key in keys]
    except ValidationError as error:
        errors["chosen"] = error.messages
        return []


def answer_note(note: Note, *, status: int = 200) -> HttpResponse:
    """One note; its version is what If-Match compares."""
    return answer(notes_json([note])[0], status=status, state=note.version)


def notes_json(notes: list[Note]) -> list[dict[str, Any]]:
    """Notes with the names of those for whom they are, in two more queries for all."""
    people = {one.pk: one for one in people_of(pk for note in notes for pk in note.audience)}
    return [note_json(note, [people[pk] for pk in note.audience if pk in people]) for note in notes]


def note_json(note: Note, people: list[Any]) -> dict[str, Any]:
    """A note; `html` is clean, `text` its words, `chosen` are those for whom it is."""
    kind = kinds.by_key(note.record.kind)
    return {
        "id": str(note.pk),
        "record": {"id": str(note.record_id), "kind": kind.slug},
        "author": {"id": str(note.author_id), "name": note.author.name},
        "html": str(note.html),
        "text": note.text,
        "private": note.is_private,
        "chosen": [
            {"type": type(one).__name__.lower(), "id": str(one.pk), "name": one.name}
            for one in people
        ],
        "call": call_json(note),
        "pinned": note.pinned_at is not None,
        "version": note.version,
        "created_at": note.created_at.isoformat(),
        "edited_at": note.edited_at.isoformat() if note.edited_at else None,
    }


def call_json(note: Note) -> dict[str, Any] | None:
    """The facts of the call of which the note tells."""
    facts = facts_of(note)
    return asdict(facts) | {"at": facts.at.isoformat()} if facts else None
