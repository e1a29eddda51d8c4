"""What a column of a file can become: the fields of a kind, and those of the records it names.

A target's path is a field's key (`nip`), or the key of a reference and a key of the kind at its
other end (`company.nip`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from orbita.records.fields import ReferenceField, ReferencesField
from orbita.records.fields.linking import LinkField

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields import Field
    from orbita.records.kinds import Kind


OWN_RECORD = "itself"
"""In place of a path: the record that the row is about."""


@dataclass(frozen=True)
class Target:
    """One thing that a column can become."""

    path: str
    field: "Field"
    kind: "Kind"
    reference: ReferenceField | None = None

    @property
    def label(self) -> str:
        """What people call it: "NIP", "Company: NIP", "Klient: Projekt — Klient (Firma)"."""
        own = self.field.full_label if self.is_link else str(self.field.label)  # type: ignore[attr-defined]
        return f"{self.reference.label}: {own}" if self.reference else own

    @property
    def header(self) -> str:
        """What a column of its own is called: "Headquarters", "Company: Headquarters"."""
        own = str(self.field.label)
        return f"{self.reference.label}: {own}" if self.reference else own

    @property
    def group(self) -> str:
        """Under what it stands in a list of all targets."""
        own = self.field.import_group
        if self.reference:
            return f"{self.reference.label}: {own}" if own else str(self.reference.label)
        return str(own or self.kind.labels.one)

    @property
    def end(self) -> str:
        """Whose value it is: the key of the reference that leads there, empty for the row's own."""
        return self.reference.key if self.reference else ""

    @property
    def is_link(self) -> bool:
        """Whether its cells name records to which the row's record, or its other end, is tied."""
        return isinstance(self.field, LinkField)


def targets(kind: "Kind", viewer: "User") -> dict[str, Target]:
    """All targets for imports of the kind by the viewer, by path: the kind's own ones first."""
    found = [Target(f.key, f, kind) for f in _importable(kind, viewer)]
    for reference in kind.fields(viewer).values():
        if isinstance(reference, ReferenceField) and reference.importable:
            other = reference.target_kind()
            found += [
                Target(f"{reference.key}.{f.key}", f, other, reference)
                for f in _importable(other, viewer)
            ]
    return {target.path: target for target in found}


@dataclass(frozen=True)
class Naming:
    """What rows name other records by; people may answer whom a name means that is not clear.

    `path` is that of a target whose cells are names (`persons`, `company.relation5a`), the key of
    a reference (`company`), of which several columns may speak, or OWN_RECORD.
    """

    path: str
    label: str
    kind: "Kind"
    is_required: bool
    is_link: bool

    @property
    def is_own(self) -> bool:
        """Whether it is the record that the row is about, which need not be there yet."""
        return self.path == OWN_RECORD

    @property
    def otherwise(self) -> str:
        """What an empty answer means."""
        return _("A new record") if self.is_own else _("Leave it out")

    def columns(self, mapping: Mapping[str, str]) -> set[tuple[str, str]]:
        """The columns that speak of it, each with what it becomes."""
        if self.is_own:
            return {(index, path) for index, path in mapping.items() if "." not in path}
        within = f"{self.path}."
        return {
            (index, path)
            for index, path in mapping.items()
            if path == self.path or path.startswith(within)
        }


def namings(all_targets: Mapping[str, Target]) -> dict[str, Naming]:
    """What the targets name other records by, by path."""
    found: dict[str, Naming] = {}
    for path, target in all_targets.items():
        if target.reference is None and OWN_RECORD not in found:
            label = _("The row itself")
            found[OWN_RECORD] = Naming(OWN_RECORD, label, target.kind, False, is_link=False)
        if (end := target.reference) is not None and end.key not in found:
            kind, label = end.target_kind(), str(end.label)
            found[end.key] = Naming(end.key, label, kind, end.required, is_link=False)
        field, label = target.field, target.header
        if isinstance(field, LinkField | ReferencesField):
            kind = field.target_kind()
            found[path] = Naming(path, label, kind, field.required, is_link=target.is_link)
    return found


def grouped(all_targets: Iterable[Target]) -> list[tuple[str, list[Target]]]:
    """The targets under their groups, in order."""
    groups: dict[str, list[Target]] = {}
    for target in all_targets:
        groups.setdefault(target.group, []).append(target)
    return list(groups.items())


def _importable(kind: "Kind", viewer: "User") -> list["Field"]:
    """The fields that a cell can fill, and the number that only finds records."""
    return [
        field
        for field in kind.fields(viewer).values()
        if field.importable
        and not isinstance(field, ReferenceField)
        and (field.editable or field.fills or (field.key,) in kind.matching)
    ]
