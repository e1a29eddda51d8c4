"""Mappings under a name: saved once, offered for every later file with the same headers."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from orbita.accounts.audit import AuditAction, record_event
from orbita.imports import options as import_options
from orbita.imports.columns import Target, targets
from orbita.imports.guess import plain
from orbita.imports.models import Import, SavedMapping
from orbita.imports.values import named_records
from orbita.ui.text import clean

if TYPE_CHECKING:
    from orbita.accounts.models import User

MOST = 200
ENOUGH = 0.5


@dataclass(frozen=True)
class Offer:
    """A saved mapping beside a file: how many of its columns the file has."""

    saved: SavedMapping
    fits: int
    of: int

    @property
    def is_likely(self) -> bool:
        """Whether it looks made for this file."""
        return self.fits >= self.of * ENOUGH

    @property
    def is_whole(self) -> bool:
        """Whether the file has all its columns."""
        return self.fits == self.of


def offers(imp: Import, viewer: "User") -> list[Offer]:
    """The saved mappings that may be used for the file, those that fit it best first."""
    rows = SavedMapping.objects.usable_by(viewer).filter(kind=imp.kind).select_related("owner")
    found = [
        Offer(row, len(places(row.columns, imp.columns)), len(row.columns))
        for row in rows[:MOST]
        if row.columns
    ]
    return sorted(found, key=lambda one: (-one.fits / one.of, -one.of, one.saved.name))


def places(pairs: Sequence[Sequence[str]], columns: Sequence[str]) -> dict[str, str]:
    """Index of a column and path, by the names of headers; equal ones in their order."""
    exact: dict[str, deque[int]] = defaultdict(deque)
    alike: dict[str, deque[int]] = defaultdict(deque)
    for index, header in enumerate(columns):
        exact[header].append(index)
        alike[plain(header)].append(index)
    found: dict[str, str] = {}
    for header, path in pairs:
        for waiting in (exact[header], alike[plain(header)] if plain(header) else deque()):
            while waiting and str(waiting[0]) in found:
                waiting.popleft()
            if waiting:
                found[str(waiting.popleft())] = path
                break
    return found


def applied(
    saved: SavedMapping, imp: Import, all_targets: Mapping[str, Target]
) -> tuple[dict[str, str], dict[str, Any]]:
    """Mapping and options for the file; what does not exist for its owner any more is left out."""
    used: set[str] = set()
    mapping: dict[str, str] = {}
    for index, path in places(saved.columns, imp.columns).items():
        if path in all_targets and (path not in used or all_targets[path].field.many):
            mapping[index] = path
            used.add(path)
    values = {
        path: text
        for path, text in saved.options.get("values", {}).items()
        if path in all_targets and path not in used and _is_readable(path, text, imp, all_targets)
    }
    known = {**saved.options, "values": values}
    try:
        return mapping, import_options.checked(known, all_targets, imp.kind_object)
    except ValidationError:  # the owner of new records is gone or may not see them
        return mapping, import_options.checked(
            {**known, "owner": import_options.BY_ACCOUNT}, all_targets, imp.kind_object
        )


def _is_readable(path: str, text: str, imp: Import, all_targets: Mapping[str, Target]) -> bool:
    """Whether the value means something to the owner of the import, who may know less."""
    target = all_targets[path]
    if target.is_link:
        return named_records(target.field, text, imp.owner) is not None
    try:
        import_options.check_values({path: text}, all_targets, imp.owner)
    except ValidationError:
        return False
    return True


def save(
    imp: Import,
    mapping: Mapping[str, str],
    options: Mapping[str, Any],
    *,
    name: str,
    is_shared: bool,
    by: "User",
) -> SavedMapping:
    """Keep the mapping of the file under a name; an own one of that name is replaced.

    Raises ValidationError without a name or a column. Only administrators share.
    """
    columns = [[imp.columns[int(i)], path] for i, path in sorted(mapping.items(), key=_place)]
    if not columns:
        raise ValidationError(_("Match at least one column"))
    all_targets = targets(imp.kind_object, imp.owner)
    checked = import_options.checked(options, all_targets, imp.kind_object)
    values = {"columns": columns, "options": {**checked, "answers": {}}}
    may_share = is_shared and by.is_administrator
    row, _is_new = SavedMapping.objects.update_or_create(
        owner=by, kind=imp.kind, name=checked_name(name), defaults=values | {"is_shared": may_share}
    )
    _tell(row, "save", by)
    return row


def _place(item: tuple[str, str]) -> int:
    return int(item[0])


def checked_name(text: str) -> str:
    """The name without stray signs; ValidationError for none."""
    name = clean(text)[:80]
    if not name:
        raise ValidationError(_("Enter a name"))
    return name


def change(row: SavedMapping, *, name: str, is_shared: bool, by: "User") -> None:
    """Another name, and whether everybody may use it; ValidationError for a name that is taken."""
    row.name = checked_name(name)
    row.is_shared = is_shared if by.is_administrator else row.is_shared
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError(_("There is a saved mapping of this name already")) from error
    _tell(row, "change", by)


def remove(row: SavedMapping, *, by: "User") -> None:
    """Forget it."""
    _tell(row, "remove", by)
    row.delete()


def _tell(row: SavedMapping, deed: str, by: "User") -> None:
    """What concerns everybody goes into the audit."""
    if row.is_shared:
        subject = f"saved mapping: {row.kind}: {row.name}"
        record_event(AuditAction.SETTING_CHANGED, by=by, subject=subject, deed=deed)
