"""Long exports: written by the worker with the rights of that moment, for their owner alone."""

import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orbita import preferences
from orbita.accounts.audit import AuditAction, record_event
from orbita.jobs.models import Job
from orbita.records import events
from orbita.records.kinds import kinds
from orbita.records.listing.export import WRITERS, export_rows
from orbita.records.listing.listing import Listing
from orbita.records.listing.query import ListQuery
from orbita.records.models import Export, Record

if TYPE_CHECKING:
    from orbita.accounts.models import User

AT_ONCE = 2000
CHECKED = 5000
ID_BYTES = 16


class Watcher(Protocol):
    """Who is told how far the work is, and says when to stop."""

    def update(self, *, done: int | None = None, total: int | None = None) -> None: ...
    def advance(self, by: int = 1) -> None: ...
    def check_cancelled(self) -> None: ...


def is_long(query: ListQuery) -> bool:
    """Whether the worker has to write it."""
    rows = Listing(query).matching().order_by().values("pk")
    return bool(rows[: AT_ONCE + 1].count() > AT_ONCE)


def file_name(query: ListQuery, format: str) -> str:
    """What the file is called."""
    return f"{query.kind.slug}-{timezone.localdate():%Y-%m-%d}.{format}"


def note(query: ListQuery, format: str, *, request: Any = None) -> None:
    """Write into the audit who took which list away."""
    record_event(
        AuditAction.EXPORTED,
        by=query.viewer,
        subject=str(query.kind.labels.many),
        request=request,
        format=format,
        address=query.parameters()[:2000],
    )


def start(query: ListQuery, format: str, *, whole: bool) -> Export:
    """Have the worker write the list."""
    from orbita.records.jobs import write_export

    viewer, name = query.viewer, file_name(query, format)
    with transaction.atomic():
        export = Export(
            owner=viewer,
            kind=query.kind.slug,
            address=query.parameters(columns=",".join(query.columns)),
            chosen=None if query.ids is None else [str(pk) for pk in query.ids],
            format=format,
            is_whole=whole,
            name=name,
        )
        export.job = Job.start(
            write_export,
            owner=viewer,
            label=(_("Exporting %(name)s") % {"name": name})[:200],
            export_id=str(export.pk),
        )
        export.save()
    return export


def write(export: Export, watcher: Watcher) -> None:
    """Write the file with what its owner may see now; nothing is kept when it fails or stops."""
    kind = kinds.get(export.kind)
    if not kind.may(export.owner, "export"):
        return
    with translation.override(export.owner.language), preferences.snapshot():
        query = ListQuery.read(kind, export.owner, QueryDict(export.address))
        if export.chosen is not None:
            query.ids = tuple(UUID(pk) for pk in export.chosen)
        export.key = secrets.token_hex(24)
        export.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write(export, query, watcher)
        except BaseException:
            remove(export)
            raise
        export.size, export.finished_at = export.path.stat().st_size, timezone.now()
        with transaction.atomic():
            export.save()
            events.export_written.tell(export=export)


def _write(export: Export, query: ListQuery, watcher: Watcher) -> None:
    watcher.update(total=Listing(query).matching().order_by().values("pk").count())
    writer, _content_type = WRITERS[export.format]
    with _private(export.path) as file, _private(export.ids_path) as ids:

        def tell(records: Sequence[Any]) -> None:
            ids.write(b"".join(record.pk.bytes for record in records))
            export.rows += len(records)
            watcher.advance(len(records))
            watcher.check_cancelled()

        for block in writer(export_rows(query, whole=export.is_whole, tell=tell)):
            file.write(block)


def _private(path: Path) -> Any:
    """A new file that only this installation's user can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def may_download(export: Export, viewer: "User") -> bool:
    """Whether the viewer may take the file now: nothing in it is closed to them since."""
    kind = next((kind for kind in kinds if kind.slug == export.kind), None)
    if export.owner_id != viewer.pk or not export.key or kind is None:
        return False
    if not kind.may(viewer, "export") or not export.path.exists():
        return False
    return all(_still_seen(ids, viewer) for ids in _ids(export))


def _ids(export: Export) -> Iterator[list[UUID]]:
    with export.ids_path.open("rb") as file:
        while block := file.read(ID_BYTES * CHECKED):
            yield [UUID(bytes=block[i : i + ID_BYTES]) for i in range(0, len(block), ID_BYTES)]


def _still_seen(ids: list[UUID], viewer: "User") -> bool:
    """Whether the viewer may still know of these records; what lies in the bin does not count."""
    if viewer.is_administrator:
        return True
    live = Record.objects.live().filter(pk__in=ids)
    return live.count() == Record.objects.listed_for(viewer).filter(pk__in=ids).count()


def remove(export: Export) -> None:
    """Take the files away."""
    if export.key:
        export.path.unlink(missing_ok=True)
        export.ids_path.unlink(missing_ok=True)
    export.key = ""
