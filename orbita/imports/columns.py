"""What a column of a file can become: the fields of a kind, and those of the records it names.

A target's path is a field's key (`nip`), or the key of a reference and a key of the kind at its
other end (`company.nip`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orbita.records.fields import ReferenceField
from orbita.records.fields.linking import LinkField

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields import Field
    from orbita.records.kinds import Kind


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
    def group(self) -> str:
        """Under what it stands in a list of all targets."""
        if self.reference:
            return str(self.reference.label)
        return str(self.field.import_group or self.kind.labels.one)

    @property
    def is_link(self) -> bool:
        """Whether its cells name records to which the row's record is tied."""
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
                if not isinstance(f, LinkField)
            ]
    return {target.path: target for target in found}


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
