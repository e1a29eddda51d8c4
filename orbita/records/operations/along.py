"""What becomes of the records that name the ones which go into the bin."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from orbita.records.referring import Reference, references_to
from orbita.ui.formats import number

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.access import RecordQuerySet
    from orbita.records.kinds import Kind

KEEP, TAKE = "keep", "bin"


@dataclass(frozen=True)
class Along:
    """So many records of another kind name the ones that go, as far as the viewer may know.

    `going` of them the viewer may put into the bin too.
    """

    reference: Reference
    count: int
    going: int

    @property
    def label(self) -> str:
        """Of what kind they are, and how many."""
        return f"{self.reference.other.labels.many}: {number(self.count)}"

    @property
    def help(self) -> str:
        """What is not the viewer's to delete stays."""
        if self.going == self.count:
            return ""
        return _("You may delete %(going)s of them. The others stay in any case.") % {
            "going": number(self.going)
        }


class AlongForm(forms.Form):
    """For each sort of records that name the ones that go: keep them, or take them along."""

    def __init__(
        self, references: Sequence[Reference], data: Any = None, *, told: Sequence[Along] = ()
    ) -> None:
        super().__init__(data, label_suffix="")
        words = {one.reference.key: one for one in told}
        for reference in references:
            shown = words.get(reference.key)
            self.fields[reference.key] = forms.ChoiceField(
                choices=[(KEEP, _("Keep them")), (TAKE, _("Move them to the bin too"))],
                initial=KEEP,
                required=False,
                label=shown.label if shown else reference.other.labels.many,
                help_text=shown.help if shown else "",
                widget=forms.RadioSelect,
            )

    @property
    def takes_any(self) -> bool:
        """Whether the answer takes records along."""
        return TAKE in self.cleaned_data.values()


def takable(kind: "Kind", viewer: "User") -> list[Reference]:
    """The references whose records the viewer's role may delete, many at once."""
    if not kind.may(viewer, "bulk"):
        return []
    return [
        reference
        for reference in references_to(kind, viewer)
        if reference.other.may(viewer, "delete") and reference.other.may(viewer, "bulk")
    ]


def taken(values: dict[str, Any], kind: "Kind", viewer: "User") -> list[Reference]:
    """The references whose records shall go along, as the form has answered."""
    return [one for one in takable(kind, viewer) if values.get(one.key) == TAKE]


def going_along(
    references: Sequence[Reference], ids: Any, viewer: "User"
) -> "list[RecordQuerySet]":
    """The records that name one of these by a reference and that the viewer may delete."""
    return [
        one.other.model.objects.deletable_by(viewer).filter(one.naming(ids))  # type: ignore[attr-defined]
        for one in references
    ]


def counted(kind: "Kind", ids: Any, viewer: "User") -> list[Along]:
    """What names these records, without what there is none of; two questions for each reference."""
    open_ones = {one.key for one in takable(kind, viewer)}
    found = []
    for one in references_to(kind, viewer):
        rows = one.other.model.objects.listed_for(viewer).filter(one.naming(ids))  # type: ignore[attr-defined]
        count = rows.count()
        if count:
            going = going_along([one], ids, viewer)[0].count() if one.key in open_ones else 0
            found.append(Along(one, count, going))
    return found


def question(told: Sequence[Along]) -> AlongForm:
    """The form that asks about those that could go along."""
    asked = [one for one in told if one.going]
    return AlongForm([one.reference for one in asked], told=asked)


def staying(told: Sequence[Along]) -> list[str]:
    """A line for each sort of records that stay as they are, since none of them could go along."""
    return [one.label for one in told if not one.going]
