"""The last activity on the hover card of a space: what the viewer may see of its wall."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orbita.activity.wall import last_activity
from orbita.files.models import File
from orbita.notes.models import Comment, Note
from orbita.records.models import Record

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2026, 1, 5, 8, tzinfo=UTC)


@pytest.fixture
def space(make, kasia):
    """A space where nothing has happened for a long time."""
    space = make("space", title="Techniki sprzedażowe", owner=kasia)
    Record.objects.filter(pk=space.pk).update(updated_at=LONG_AGO)
    space.refresh_from_db()
    return space


def set_days(model, days):
    """Let the rows be written so many days after the last change of the space."""
    model.objects.update(created_at=LONG_AGO + timedelta(days=days))


def test_it_is_the_newest_change_note_comment_or_file(client, kasia, marek, space, write):
    assert last_activity(space, marek) == LONG_AGO
    write(kasia, space, "Nowy pomysł", files=[SimpleUploadedFile("plan.txt", b"plan")])
    set_days(Note, 2)
    set_days(File, 1)
    assert last_activity(space, marek) == LONG_AGO + timedelta(days=2)
    set_days(File, 3)
    assert last_activity(space, marek) == LONG_AGO + timedelta(days=3)
    note = Note.objects.get()
    comment = Comment(note=note, record_id=space.pk, author=kasia)
    comment.put("Świetny")
    comment.save()
    set_days(Comment, 4)
    assert last_activity(space, marek) == LONG_AGO + timedelta(days=4)
    card = (
        client.as_(marek)
        .get(f"{space.get_absolute_url()}card/", headers={"HX-Request": "true"})
        .content.decode()
    )
    assert "<dt>Last activity</dt>" in card
    assert 'datetime="2026-01-09' in card


def test_private_and_deleted_things_are_no_activity_for_others(client, kasia, anna, space, write):
    file = SimpleUploadedFile("sekret.txt", b"sekret")
    write(kasia, space, "Tylko dla mnie", visibility="2", files=[file])
    set_days(Note, 2)
    set_days(File, 3)
    assert last_activity(space, anna) == LONG_AGO
    assert last_activity(space, kasia) == LONG_AGO + timedelta(days=3)
    Note.objects.update(deleted_at=LONG_AGO)
    File.objects.update(deleted_at=LONG_AGO)
    assert last_activity(space, kasia) == LONG_AGO
