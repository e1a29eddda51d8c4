"""Values that tie a record to others and stand on both: what an import asks of such a field."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.records.fields.base import Field

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind


class Verdict(models.TextChoices):
    """What becomes of one record that a cell names."""

    ADDED = "added", _("Linked")
    PRESENT = "present", _("Linked already")
    MISSING = "missing", _("Not found")
    OTHER_KIND = "other_kind", _("Of another kind")
    SEVERAL = "several", _("Several match")
    REFUSED = "refused", _("Not possible")
    LEFT = "left", _("Left out")

    @property
    def is_open(self) -> bool:
        """Whether somebody has to do something before the record is tied."""
        return self in (self.MISSING, self.OTHER_KIND, self.SEVERAL, self.REFUSED)


@dataclass(frozen=True, slots=True)
class Unclear:
    """A name that does not say whom it means, why, and the records between which it does not tell.

    All of them are such as whoever asked may know of.
    """

    text: str
    verdict: Verdict
    sentence: str
    candidates: tuple[UUID, ...] = ()


class UnclearNamesError(ValidationError):
    """A cell names records, and not all of them clearly; `names` are those."""

    def __init__(self, names: Sequence[Unclear]) -> None:
        super().__init__([name.sentence for name in names])
        self.names = tuple(names)


@dataclass(slots=True)
class Tie:
    """Two records that are to be tied, and what came of it.

    `near` is the record that has the field. `name` is what the far one was called.
    """

    near: UUID
    far: UUID
    name: str
    verdict: Verdict = Verdict.ADDED
    sentence: str = ""

    def refuse(self, sentence: str) -> None:
        """It cannot be, and why."""
        self.verdict, self.sentence = Verdict.REFUSED, sentence


class LinkField(Field):
    """The other ends of one sort of tie: a list of records that may each be added by itself.

    An import reads its cells as names of records of `target_kind`, adds ties and takes none away.
    """

    target: str

    def target_kind(self) -> "Kind":
        """The kind at the other end."""
        from orbita.records.kinds import kinds

        return kinds.by_key(self.target)

    @property
    def full_label(self) -> str:
        """The label with what tells it apart from others of that label."""
        return str(self.label)

    @property
    def tie_key(self) -> str:
        """Equal for fields that make the same ties from different ends."""
        return self.key

    def is_remark(self, item: str) -> bool:
        """Whether a piece of an exported cell names no record: "and 7 more"."""
        return False

    def tie(
        self, ties: Sequence[Tie], *, by: "User", memory: dict[str, Any], is_rehearsal: bool
    ) -> None:
        """Judge the ties one after the other, and add those that can be unless it is a rehearsal.

        Inside the caller's transaction and change set; a number of queries that does not depend
        on the ties. `by` may change the near ends and knows of the far ones. `memory` is empty at
        first and comes again with the next ties of this `tie_key` in the same rehearsal.
        """
        raise NotImplementedError
