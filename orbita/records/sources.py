"""The dictionary of acquisition sources: its verbs. Records never vanish with an entry of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Max
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orbita import preferences
from orbita.accounts.audit import AuditAction, record_event
from orbita.records.changes import change_set, current
from orbita.records.kinds import kinds
from orbita.records.models import Channel, Record, Source
from orbita.records.models.source import NAME_LENGTH
from orbita.ui.text import clean, fold

if TYPE_CHECKING:
    from uuid import UUID

    from orbita.accounts.models import User

AT_ONCE = 200
"""Up to so many records are changed while one waits; more are the worker's."""
_STEP = 2_000


def add(
    name: str,
    *,
    by: "User | None",
    request: HttpRequest | None = None,
    made_in: "UUID | None" = None,
) -> Source:
    """A new entry at the end; ValidationError for a name that is empty, too long or taken."""
    last = Source.objects.aggregate(last=Max("position"))["last"]
    place = 0 if last is None else last + 1
    source = Source(name=_checked(name), position=place, made_in=made_in)
    _store(source)
    _audit(source, by, request, before=None, after=source.name)
    return source


def named(name: str, *, by: "User | None") -> Source:
    """The entry with this name; a new one, made by the deed of now, if there is none."""
    deed = current()
    same = Source.objects.known().filter(key=fold(name)[:140])
    found = same.first()
    try:
        return found or add(name, by=by, made_in=deed.pk if deed else None)
    except ValidationError:
        if (found := same.first()) is None:
            raise
        return found


def rename(source: Source, name: str, *, by: "User", request: HttpRequest | None = None) -> None:
    """Another name, everywhere at once."""
    before, source.name = source.name, _checked(name)
    _store(source)
    if source.name != before:
        _audit(source, by, request, before=before, after=source.name)


def put_in_order(ids: Sequence[int], *, by: "User", request: HttpRequest | None = None) -> None:
    """The order of the ids; entries that are not among them keep theirs behind."""
    with transaction.atomic():
        rows = list(Source.objects.select_for_update().order_by("position", "name", "id"))
        before = [row.pk for row in rows]
        places = {pk: place for place, pk in enumerate(ids)}
        rows.sort(key=lambda row: places.get(row.pk, len(places)))
        for place, row in enumerate(rows):
            row.position = place
        Source.objects.bulk_update(rows, ["position"])
        after = [row.pk for row in rows]
        if after != before:
            names = {row.pk: row.name for row in rows if row.removed_at is None}
            lists = [[names[pk] for pk in some if pk in names] for some in (before, after)]
            record_event(
                AuditAction.SETTING_CHANGED,
                by=by,
                subject="sources",
                request=request,
                before=lists[0],
                after=lists[1],
            )


def archive(source: Source, *, by: "User", request: HttpRequest | None = None) -> None:
    """Records keep it; new ones cannot have it."""
    if source.archived_at is None:
        source.archived_at = timezone.now()
        source.save()
        _audit(source, by, request, before=source.name, after=source.name, archived=True)


def restore(source: Source, *, by: "User", request: HttpRequest | None = None) -> None:
    """Offer it again; ValidationError when another one has its name by now."""
    source.archived_at = source.removed_at = None
    _store(source)
    _audit(source, by, request, before=source.name, after=source.name, archived=False)


def usage() -> "dict[int, dict[str, int]]":
    """On how many records each source stands, by kind; those in the bin count too."""
    rows = Record.objects.exclude(source=None).order_by().values_list("source", "kind")
    found: dict[int, dict[str, int]] = {}
    for pk, kind, number in rows.annotate(number=Count("pk")):
        found.setdefault(pk, {})[kind] = number
    return found


def uses(source: Source) -> dict[str, int]:
    """The same for one source, which takes its own part of the index alone."""
    rows = Record.objects.filter(source=source).order_by().values_list("kind")
    return dict(rows.annotate(number=Count("pk")))


def in_words(numbers: dict[str, int]) -> str:
    """Counts by kind: "Companies: 80, People: 40"."""
    from orbita.ui.formats import number

    shown = [(kind, numbers.get(kind.key, 0)) for kind in kinds]
    return ", ".join(f"{kind.labels.many}: {number(n)}" for kind, n in shown if n)


def remove(
    source: Source,
    *,
    target: Source | None,
    by: "User",
    request: HttpRequest | None = None,
) -> None:
    """Take it from all records, or put `target` in its place, and then out of the dictionary."""
    if target is not None and (target.pk == source.pk or not target.is_offered):
        raise ValidationError(_("Choose another source"))
    hide(source)
    replace(source, target=target, by=by)
    _audit(source, by, request, before=source.name, after=target.name if target else None)


def hide(source: Source) -> None:
    """No form offers it while its records are being changed."""
    Source.objects.filter(pk=source.pk, archived_at=None).update(archived_at=timezone.now())
    source.refresh_from_db()


def replace(source: Source, *, target: Source | None, by: "User", watcher: Any = None) -> int:
    """All records of the source get the target (None: no source), in one change set, set-wise.

    The number of records. With a `watcher` each step is a transaction and can be the last.
    """
    changed, resume = 0, None
    while True:
        channel = Channel.JOB if watcher else Channel.FORM
        title = label(source, target)
        with change_set(by=by, channel=channel, label=title, quiet=True, resume=resume) as changes:
            number = _replace_some(source, target, None if watcher is None else _STEP)
            resume, changed = changes.pk, changed + number
            is_done = watcher is None or number < _STEP
            if is_done:
                _forget(source, target)
        if is_done:
            return changed
        watcher.advance(number)
        watcher.check_cancelled()


def label(source: Source, target: Source | None) -> str:
    """What the change set is called."""
    if target is None:
        return _("Source “%(name)s” taken away") % {"name": source.name}
    names = {"name": source.name, "target": target.name}
    return _("Source “%(name)s” replaced by “%(target)s”") % names


def _replace_some(source: Source, target: Source | None, most: int | None) -> int:
    rows = Record.objects.filter(source=source)
    if most is not None:
        ids: list[UUID] = list(
            rows.order_by("pk").select_for_update().values_list("pk", flat=True)[:most]
        )
        rows = rows.filter(pk__in=ids)
    return rows.update(source=target, version=F("version") + 1, updated_at=timezone.now())


def _forget(source: Source, target: Source | None) -> None:
    """Out of the dictionary. The lock keeps others from pointing at it; late ones are caught up."""
    Source.objects.select_for_update().get(pk=source.pk)
    _replace_some(source, target, None)
    Source.objects.filter(pk=source.pk).update(removed_at=timezone.now())
    source.refresh_from_db()


def fill_empty_dictionary() -> None:
    """Some examples for an account that never had a source; they can be renamed and deleted."""
    if Source.objects.exists():
        return
    with translation.override(preferences.get("account.language")):
        for position, name in enumerate(examples()):
            Source.objects.create(name=name, position=position)


def examples() -> list[str]:
    """The usual sources, in the language of the moment."""
    return [
        _("Referral"),
        _("Website"),
        _("Phone"),
        _("Trade fair"),
        _("E-mail campaign"),
        "LinkedIn",
        _("Other source"),
    ]


def _checked(name: str) -> str:
    text = clean(name)
    if not fold(text):
        raise ValidationError(_("Enter a name"))
    if len(text) > NAME_LENGTH:
        raise ValidationError(_("At most %(limit)d characters") % {"limit": NAME_LENGTH})
    return text


def _store(source: Source) -> None:
    """Save it; the database decides which of two equal names came first."""
    taken = ValidationError(_("There is such a source already"))
    same = Source.objects.known().filter(key=fold(clean(source.name))[:140])
    if same.exclude(pk=source.pk).exists():
        raise taken
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        raise taken from error


def _audit(source: Source, by: Any, request: HttpRequest | None, **details: Any) -> None:
    record_event(
        AuditAction.SETTING_CHANGED,
        by=by,
        subject=f"sources.{source.pk}",
        request=request,
        **details,
    )
