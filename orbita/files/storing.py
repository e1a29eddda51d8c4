"""Storing files: first the bytes, then the row; a row never stands without its file.

    with written(uploads) as parts, change_set(by=user):
        add(parts, record, by=user)

When anything in the block fails, the bytes are removed; what a killed process leaves behind is
swept by `jobs.py`.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from orbita.files.models import File
from orbita.files.names import clean_name, content_type, is_refused
from orbita.records.changes import change_set
from orbita.ui.formats import size

if TYPE_CHECKING:
    from orbita.accounts.models import User

FOLDER = "attachments"
MOST_AT_ONCE = 20


@dataclass(frozen=True)
class Written:
    """Bytes that lie in the storage and wait for their row."""

    name: str
    size: int
    content_type: str
    sha256: str
    key: str


def check(uploads: Sequence[UploadedFile]) -> None:
    """Raise ValidationError with a sentence for each file that may not be stored."""
    problems = []
    if len(uploads) > MOST_AT_ONCE:
        problems.append(_("Add at most %(count)s files at once.") % {"count": MOST_AT_ONCE})
    for upload in uploads[:MOST_AT_ONCE]:
        name = clean_name(upload.name or "")
        if is_refused(name):
            problems.append(
                _("“%(name)s” is a program or a script, and such files are not kept here.")
                % {"name": name}
            )
        elif (upload.size or 0) > settings.FILE_MAX_BYTES:
            problems.append(
                _("“%(name)s” is larger than %(limit)s.")
                % {"name": name, "limit": size(settings.FILE_MAX_BYTES)}
            )
    if problems:
        raise ValidationError(problems)


@contextmanager
def written(uploads: Iterable[UploadedFile]) -> Iterator[list[Written]]:
    """The uploads in the storage; they are removed again when the block raises."""
    done: list[Written] = []
    try:
        for upload in uploads:
            done.append(write(upload))
        yield done
    except BaseException:
        remove(part.key for part in done)
        raise


def write(upload: UploadedFile) -> Written:
    """Put the bytes under a new random key."""
    digest, head, length = hashlib.sha256(), b"", 0
    for chunk in upload.chunks():
        head = head or chunk[:32]
        length += len(chunk)
        digest.update(chunk)
    upload.seek(0)
    secret = secrets.token_hex(24)
    key = default_storage.save(f"{FOLDER}/{secret[:2]}/{secret}", upload)
    return Written(
        clean_name(upload.name or ""), length, content_type(head), digest.hexdigest(), key
    )


def add(
    parts: Sequence[Written],
    record: Any,
    *,
    by: "User",
    holder: UUID | None = None,
    private: bool = False,
    audience: Sequence[UUID] | None = None,
) -> list[File]:
    """Rows for written files; the caller has opened the record and holds a change set.

    `private` and `audience` are those of the note that carries them.
    """
    rows = [
        File(
            record_id=record.pk,
            holder=holder,
            private_to=by if private else None,
            audience=audience,
            author=by,
            name=part.name,
            size=part.size,
            content_type=part.content_type,
            sha256=part.sha256,
            key=part.key,
        )
        for part in parts
    ]
    return File.objects.bulk_create(rows)


def delete(file: File, *, by: "User") -> None:
    """Take the file out of sight; it can be restored."""
    with change_set(by=by):
        file.deleted_at, file.deleted_by = timezone.now(), by
        file.save(update_fields=["deleted_at", "deleted_by"])


def restore(file: File, *, by: "User") -> None:
    """Bring the file back."""
    with change_set(by=by):
        file.deleted_at = file.deleted_by = None
        file.save(update_fields=["deleted_at", "deleted_by"])


def remove(keys: Iterable[str]) -> None:
    """Remove bytes whose rows are gone."""
    for key in keys:
        with suppress(OSError):
            default_storage.delete(key)


def carried_by(holders: Iterable[UUID], viewer: "User") -> dict[UUID, list[File]]:
    """The files of notes that the viewer has opened, by note."""
    rows = File.objects.live().open_to(viewer).filter(holder__in=list(holders)).order_by("id")
    found: dict[UUID, list[File]] = {}
    for file in rows:
        if file.holder is not None:
            found.setdefault(file.holder, []).append(file)
    return found


def close_to(
    holder: UUID, *, user: "User | None" = None, audience: Sequence[UUID] | None = None
) -> None:
    """The note that carries the files became private to the user, or for chosen people, or open."""
    File.objects.filter(holder=holder).update(private_to=user, audience=audience)


def hide_carried(holder: UUID) -> None:
    """The note that carries the files was deleted."""
    File.objects.live().filter(holder=holder).update(deleted_at=timezone.now())


def show_carried(holder: UUID) -> None:
    """The note that carries the files was restored; what was deleted before stays deleted."""
    File.objects.filter(holder=holder, deleted_by=None).update(deleted_at=None)
