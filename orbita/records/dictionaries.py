"""The account's dictionaries of groups and tags: who may change them, and the verbs that do.

An entry lives in one family of kinds. What a verb does to records is a change set of its own, in
their history; nobody is notified of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita import preferences
from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.models import Role
from orbita.preferences.cached import touch
from orbita.records.changes import change_set
from orbita.records.kinds import kinds
from orbita.records.labels import closed_to
from orbita.records.models import Group, RecordGroup, RecordTag, Tag
from orbita.records.relabelling import move_uses
from orbita.ui.ordering import alphabetical
from orbita.ui.text import clean, fold
from orbita.ui.types import Text

if TYPE_CHECKING:
    from orbita.accounts.models import User

EVERYBODY, MANAGERS, ADMINISTRATORS = "everybody", "managers", "administrators"
MANAGED_BY = (
    (EVERYBODY, gettext_lazy("Everybody")),
    (MANAGERS, gettext_lazy("Managers and administrators")),
    (ADMINISTRATORS, gettext_lazy("Administrators only")),
)
_ROLES = {
    EVERYBODY: {Role.ADMINISTRATOR, Role.MANAGER, Role.USER},
    MANAGERS: {Role.ADMINISTRATOR, Role.MANAGER},
    ADMINISTRATORS: {Role.ADMINISTRATOR},
}


class NameTakenError(ValidationError):
    """Another entry has the name; both may be merged."""

    def __init__(self, other: Any) -> None:
        super().__init__(_("“%(name)s” exists already") % {"name": other.name})
        self.other = other


@dataclass(frozen=True)
class Dictionary:
    """One sort of label. `key` is also the key of its field and of its setting."""

    key: str
    model: type[Any]
    link: type[Any]
    column: str
    label: Text
    icon: str
    ordered: bool = False

    @property
    def setting(self) -> str:
        """The key of the setting that says who manages the dictionary."""
        return f"{self.key}.managed_by"

    def may_manage(self, viewer: "User", family: str) -> bool:
        """Whether the viewer may add, rename, order, merge and delete entries of the family.

        That changes records of all its kinds, so the role must be allowed to edit each of them.
        """
        roles = _ROLES.get(preferences.get(self.setting), _ROLES[ADMINISTRATORS])
        return viewer.role in roles and all(
            viewer.may("edit", kind.key) for kind in kinds if kind.family == family
        )

    def entries(self, viewer: "User", family: str) -> Any:
        """The entries that the viewer may know, used or not, in the order in which they stand."""
        rows = self.model.objects.for_family(family)
        closed = closed_to(viewer, rows, self.link, self.column)
        first = ["position"] if self.ordered else []
        return rows.exclude(pk__in=closed).order_by(*first, *alphabetical("name"), "pk")

    def unused(self, rows: Any) -> Any:
        """Those of the entries that stand on no record at all."""
        uses = self.link.objects.filter(**{self.column: models.OuterRef("pk")})
        return rows.filter(~models.Exists(uses))

    def cleaned(self, name: str) -> str:
        """The name as it is stored, or a sentence about what is wrong with it."""
        name, limit = clean(name), self.model.name_length()
        if not name:
            raise ValidationError(_("Give a name"))
        if len(name) > limit:
            raise ValidationError(
                _("At most %(limit)d characters; this has %(count)d")
                % {"limit": limit, "count": len(name)}
            )
        return name


GROUPS = Dictionary(
    "groups", Group, RecordGroup, "group", gettext_lazy("Groups"), "folders", ordered=True
)
TAGS = Dictionary("tags", Tag, RecordTag, "tag", gettext_lazy("Tags"), "tags")
DICTIONARIES = {one.key: one for one in (GROUPS, TAGS)}


def add(dictionary: Dictionary, family: str, name: str, *, by: "User") -> Any:
    """A new entry; a name that the user knows already is refused.

    One that stands on closed records alone is taken as if it were new.
    """
    name = dictionary.cleaned(name)
    with change_set(by=by, quiet=True, label=_("Added: %(title)s") % {"title": name}):
        other = _named(dictionary, family, name)
        if other is not None and other.pk not in _closed(dictionary, family, by):
            raise NameTakenError(other)
        entry = other or dictionary.model.named(family, name)
        _make_common(dictionary, entry)
        _audit(dictionary, family, by, after=name)
    return entry


def rename(dictionary: Dictionary, entry: Any, name: str, *, by: "User") -> Any:
    """Give the entry another name, everywhere at once; the entry that has the name now.

    NameTakenError tells of an entry that has it already. One that stands on closed records alone
    cannot be told of: the entry joins it.
    """
    name = dictionary.cleaned(name)
    with change_set(by=by, quiet=True, label=_("Renamed: %(title)s") % {"title": name}):
        other = _named(dictionary, entry.family, name)
        if other is not None and other.pk != entry.pk:
            if other.pk not in _closed(dictionary, entry.family, by):
                raise NameTakenError(other)
            if not entry_uses(dictionary, [entry]).exists():
                _make_common(dictionary, entry)
            merge(dictionary, [other], entry, by=by)
        before, entry.name, entry.key = entry.name, name, fold(name)
        entry.save()
        _audit(dictionary, entry.family, by, before=before, after=name)
    return entry


def reorder(dictionary: Dictionary, family: str, ids: Sequence[int], *, by: "User") -> None:
    """Put the entries that the user knows in this order; the others keep their places."""
    known = {entry.pk: entry for entry in dictionary.entries(by, family)}
    wanted = [known.pop(pk) for pk in dict.fromkeys(ids) if pk in known]
    wanted += known.values()
    every = list(dictionary.model.objects.for_family(family).order_by("position", "name", "pk"))
    moving, queue = {entry.pk for entry in wanted}, iter(wanted)
    ordered = [next(queue) if entry.pk in moving else entry for entry in every]
    for position, entry in enumerate(ordered):
        entry.position = position
    with change_set(by=by, quiet=True, label=_("Changed the order")):
        dictionary.model.objects.bulk_update(ordered, ["position"])
        touch(dictionary.model.kept_as)


def delete(dictionary: Dictionary, entries: Iterable[Any], *, by: "User") -> Any:
    """Take the entries out of the dictionary and off all records, which stay.

    The job that does the rest, when there are many uses; else None.
    """
    entries = list(entries)
    names = ", ".join(entry.name for entry in entries)
    with change_set(by=by, quiet=True, label=_("Deleted: %(title)s") % {"title": names}) as changes:
        _retire(dictionary, entries)
        for entry in entries:
            _audit(dictionary, entry.family, by, before=entry.name)
        return move_uses(dictionary, entries, None, by=by, changes=changes)


def merge(dictionary: Dictionary, entries: Iterable[Any], target: Any, *, by: "User") -> Any:
    """Let `target` take the place of the entries on all records; they leave the dictionary.

    The job that does the rest, when there are many uses; else None.
    """
    gone = [entry for entry in entries if entry.pk != target.pk]
    label = _("Merged into: %(title)s") % {"title": target.name}
    with change_set(by=by, quiet=True, label=label) as changes:
        if any(getattr(entry, "is_common", False) for entry in gone):
            _make_common(dictionary, target)
        _retire(dictionary, gone)
        for entry in gone:
            _audit(dictionary, target.family, by, before=entry.name, after=target.name)
        return move_uses(dictionary, gone, target, by=by, changes=changes)


def entry_uses(dictionary: Dictionary, entries: Iterable[Any]) -> Any:
    """The links by which records carry any of the entries."""
    return dictionary.link.objects.filter(**{f"{dictionary.column}__in": list(entries)})


def _named(dictionary: Dictionary, family: str, name: str) -> Any:
    """The entry of this name, locked."""
    rows = dictionary.model.objects.for_family(family).filter(key=fold(name))
    return rows.select_for_update().first()


def _closed(dictionary: Dictionary, family: str, viewer: "User") -> set[Any]:
    rows = dictionary.model.objects.for_family(family)
    return closed_to(viewer, rows, dictionary.link, dictionary.column)


def _make_common(dictionary: Dictionary, entry: Any) -> None:
    """Note that the name of a group is nobody's secret."""
    if dictionary.ordered and not entry.is_common:
        entry.is_common = True
        entry.save()


def _retire(dictionary: Dictionary, entries: Sequence[Any]) -> None:
    """Take the entries out of the dictionary; their rows stay for history."""
    rows = dictionary.model.objects.filter(pk__in=[entry.pk for entry in entries])
    set_retired(dictionary, rows, Now())


def set_retired(dictionary: Dictionary, rows: Any, at: Any) -> None:
    """Take the rows out of the dictionary, or (None) in again, and tell all processes."""
    kept_as = getattr(dictionary.model, "kept_as", "")
    if rows.update(retired_at=at) and kept_as:
        touch(kept_as)


def _audit(dictionary: Dictionary, family: str, by: "User", **names: Any) -> None:
    record_event(AuditAction.SETTING_CHANGED, by=by, subject=f"{dictionary.key}.{family}", **names)
