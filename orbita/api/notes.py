"""Notes on records: whoever may open a record reads and writes them; one's own can be changed."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

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
from orbita.notes.html import LONGEST, clean_html
from orbita.notes.models import Note
from orbita.records.changes import change_set
from orbita.records.kinds import kinds
from orbita.records.models import Channel, Record

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from orbita.accounts.models import User

router = Router()
INPUT: dict[str, dict[str, Any]] = {"html": {"type": "string"}, "private": {"type": "boolean"}}


@router.get("/{slug}/{pk}/notes", url_name="notes")
def list_(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """The notes on a record, newest first."""
    viewer = viewer_of(request)
    check_parameters(request.GET, ("limit", "cursor"))
    record = opened(viewer, slug, pk)
    size, cursors = read_limit(request.GET), Cursors(f"notes:{record.pk}", viewer, request.GET)
    rows = Note.objects.visible_to(viewer).filter(record=record.pk)
    _side, place = cursors.read(request.GET.get("cursor", ""))
    ordered = rows.select_related("author", "record").order_by("-pk")
    found = list((ordered.filter(pk__lt=UUID(place)) if place else ordered)[: size + 1])
    page = Answer(
        items=[note_json(note) for note in found[:size]],
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
    values = read_values(read_object(request), {"html": "", "private": False})
    with change_set(by=viewer, channel=Channel.API):
        note = writing.write_note(record, values["html"], by=viewer, private=values["private"])
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
        values = read_values(read_object(request), {"html": note.body, "private": note.is_private})
        if (values["html"], values["private"]) != (note.body, note.is_private):
            with change_set(by=viewer, channel=Channel.API):
                writing.edit_note(
                    note,
                    values["html"],
                    version=note.version,
                    private=values["private"],
                    by=viewer,
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
    found = rows.select_related("author", "record").filter(pk=read_id(pk)).first()
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


def read_values(body: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Text and whether it is private: what the body says, else what they are; raises 422."""
    errors = unknown_keys(body, tuple(INPUT))
    for name, shape in INPUT.items():
        if name in body and not fits(body[name], shape):
            errors[name] = [sentence(shape)]
    found = values | {name: body[name] for name in body if name in INPUT and name not in errors}
    if "html" not in errors:
        if len(found["html"]) > LONGEST:
            errors["html"] = [_("At most %(limit)d characters") % {"limit": LONGEST}]
        elif not (cleaned := clean_html(found["html"])):
            errors["html"] = [_("Write something first.")]
        else:
            found["html"] = cleaned
    if errors:
        raise invalid(errors)
    return found


def answer_note(note: Note, *, status: int = 200) -> HttpResponse:
    """One note; its version is what If-Match compares."""
    return answer(note_json(note), status=status, state=note.version)


def note_json(note: Note) -> dict[str, Any]:
    """A note; `html` is clean, `text` its words."""
    kind = kinds.by_key(note.record.kind)
    return {
        "id": str(note.pk),
        "record": {"id": str(note.record_id), "kind": kind.slug},
        "author": {"id": str(note.author_id), "name": note.author.name},
        "html": str(note.html),
        "text": note.text,
        "private": note.is_private,
        "pinned": note.pinned_at is not None,
        "version": note.version,
        "created_at": note.created_at.isoformat(),
        "edited_at": note.edited_at.isoformat() if note.edited_at else None,
    }
