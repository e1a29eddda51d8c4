"""Each type of relation as a field of the records on its sides."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from orbita.preferences import feature_enabled
from orbita.records.changes import current
from orbita.records.fields.base import Depth, Field
from orbita.records.fields.linking import LinkField, Tie
from orbita.records.fields.provided import provide
from orbita.records.fields.reference import known_ends, listed_of_kind, numbered
from orbita.records.kinds import Kind, kinds
from orbita.records.listing.filters import Filter
from orbita.relations import importing
from orbita.relations.ends import COUNTED, Ends, ends_of
from orbita.relations.facings import FEATURE, Facing, facings, facings_for
from orbita.relations.filters import RelationFilter
from orbita.relations.formfields import ends_field
from orbita.relations.relating import set_ends
from orbita.ui.formats import number
from orbita.ui.html import format_html, format_html_join
from orbita.ui.sheets import join_items

if TYPE_CHECKING:
    from orbita.accounts.models import User

CELL_LENGTH = 32_767
"""What a cell of a workbook can hold."""


class RelationField(LinkField):
    """The other ends of one type. Its value is a list of records, also where there is one at most.

    Relations of which the editor may not know survive every save. A change of relations alone is
    no change of the record: a hidden end must leave no trace.
    """

    icon = "affiliate"
    import_group = _lazy("Relations")
    touches = False
    merges = False
    in_api = False

    def __init__(self, facing: Facing, kind: Kind, *, feature: str = "") -> None:
        super().__init__(facing.key, facing.label, feature=feature, synonyms=synonyms_of(facing))
        self.facing, self.kind, self.target = facing, kind, facing.far_kind
        self.importable = facing.is_offered
        self.many = not facing.is_one
        self.custom_section = facing.section

    @property
    def slot(self) -> str:
        """Where a record keeps what was loaded."""
        return f"_{self.key}"

    @property
    def full_label(self) -> str:
        """With the whole type and the kind at the other end: "Klient: Projekt — Klient (Firma)"."""
        labels = f"{self.facing.type} ({self.target_kind().labels.one})"
        return labels if self.facing.type.is_symmetric else f"{self.label}: {labels}"

    @property
    def tie_key(self) -> str:
        """The type, whichever end the field stands on."""
        return f"relation{self.facing.type.pk}"

    # Reading -----------------------------------------------------------------------------------

    def load(self, records: Sequence[Any], viewer: "User") -> None:
        """As many ends as a form shows."""
        self.load_all([self], records, viewer, Depth.FORM)

    @classmethod
    def load_all(
        cls, fields: Sequence[Field], records: Sequence[Any], viewer: "User", depth: Depth
    ) -> None:
        """The ends of all these types for all the records at once."""
        wanted = [one for one in fields if isinstance(one, RelationField)]
        missing = [r for r in records if any(one.lacks(r, depth) for one in wanted)]
        if not missing:
            return
        found = ends_of([r.pk for r in missing], [one.facing for one in wanted], viewer, depth)
        for record in missing:
            for one in wanted:
                ends = found.get((record.pk, one.key)) or Ends(depth=depth)
                record.__dict__[one.slot] = ends

    def lacks(self, record: Any, depth: Depth) -> bool:
        """Whether less was loaded than this depth shows."""
        ends = record.__dict__.get(self.slot)
        return ends is None or not (ends.is_whole or ends.depth == depth)

    def ends(self, record: Any) -> Ends:
        """What was loaded."""
        return record.__dict__.get(self.slot) or Ends()

    def value(self, record: Any) -> list[Any]:
        """The other ends, as far as they were loaded."""
        pending = getattr(record, "pending", {})
        return list(pending.get(self.key, self.ends(record).records))

    def text(self, value: Any) -> str:
        """Their names."""
        return "; ".join(end.title for end in value or ())

    def line(self, record: Any) -> str:
        """Their names, and how many more there are."""
        more = self.more(record)
        return f"{self.text(self.value(record))} {more}".strip()

    def more(self, record: Any) -> str:
        """How many ends are not named: "+14"; nothing where all are."""
        ends = self.ends(record)
        if not ends.more:
            return ""
        is_open = ends.depth == Depth.CELL and ends.count > COUNTED
        return f"+{number(ends.more - 1)}…" if is_open else f"+{number(ends.more)}"

    def cell(self, record: Any) -> str:
        """Links to them, ended ones say so; how many more there are is never cut off."""
        more = self.more(record)
        if not more:
            return self.links(record)
        template = (
            '<span class="ends"><span class="ends-names">{}</span>'
            '<span class="text-secondary">{}</span></span>'
        )
        return format_html(template, self.links(record), more)

    def links(self, record: Any) -> str:
        """Links to those that were loaded."""
        from orbita.records.cells import record_link

        ended = self.ends(record).ended
        parts = [
            format_html("{} {}", record_link(end), ended_mark())
            if end.pk in ended
            else record_link(end)
            for end in self.value(record)
        ]
        return format_html_join(", ", "{}", ((part,) for part in parts))

    def export(self, record: Any) -> Any:
        """The names, each with its ID number where the viewer may open it.

        As many as a cell of a workbook holds; of the others it is said how many they are.
        """
        ends, shown, length = self.ends(record), [], 0
        for end in ends.records:
            item = numbered(end)
            length += len(join_items([item])) + len("; ")
            if length > CELL_LENGTH - 100:
                break
            shown.append(item)
        more = ends.count - len(shown)
        return join_items([*shown, remark(more)] if more else shown)

    def is_remark(self, item: str) -> bool:
        """Whether it is what `export` says about ends that it does not name, in any language."""
        return any(pattern.fullmatch(item) for pattern in _remarks())

    def json(self, record: Any) -> Any:
        """Ids and names."""
        return [{"id": str(end.pk), "title": end.title} for end in self.value(record)]

    def tie(
        self, ties: Sequence[Tie], *, by: "User", memory: dict[str, Any], is_rehearsal: bool
    ) -> None:
        """Relations of the type, by the rules of those made by hand."""
        importing.tie(self.facing, ties, by=by, memory=memory, is_rehearsal=is_rehearsal)

    # Finding -----------------------------------------------------------------------------------

    def filter(self) -> Filter | None:
        """By the other end, or by how many there are."""
        return RelationFilter(self.facing)

    # Writing -----------------------------------------------------------------------------------

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A picker for one or many; of an archived type what is there alone."""
        ends = self.ends(record) if record is not None else Ends()
        return ends_field(self, viewer, record, ends, create_url=self.create_url(viewer))

    def create_url(self, viewer: "User") -> str:
        """Where a name typed in the picker becomes a record; empty if the viewer may not add."""
        kind = self.target_kind()
        return reverse("quick-add", kwargs={"kind": kind}) if kind.may(viewer, "add") else ""

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """The newest record that could be the other end and that the viewer may know of."""
        newest = listed_of_kind(self.target, viewer).order_by("-pk").values_list("pk", flat=True)
        ends = known_ends(set(newest[:1]), viewer).values()
        return [join_items([numbered(end)]) for end in ends]

    def initial(self, record: Any) -> Any:
        """The ends that the editor may know of."""
        return self.value(record)

    def from_form(self, value: Any) -> Any:
        """A list of records."""
        if value is None:
            return []
        return [value] if hasattr(value, "pk") else list(value)

    def assign(self, record: Any, value: Any) -> None:
        """Wait until the record is stored."""
        record.pending[self.key] = list(value or ())

    def store(self, pending: Sequence[tuple[Any, Any]]) -> None:
        """Remove the relations whose ends were shown and are gone, add the new ones.

        Raises ValidationError by field key for a relation that cannot be.
        """
        changes = current()
        assert changes is not None and changes.actor is not None  # noqa: S101, PT018
        for record, value in pending:
            wanted = {end.pk for end in value}
            shown = {end.pk for end in self.ends(record).records}
            try:
                set_ends(
                    record,
                    self.facing,
                    add=sorted(wanted - shown),
                    remove=sorted(shown - wanted),
                    by=changes.actor,
                )
            except ValidationError as error:
                raise ValidationError({self.key: error.messages}) from error
            record.__dict__.pop(self.slot, None)

    def comparable(self, value: Any) -> Any:
        """Sorted ids."""
        return sorted(str(end.pk) for end in value or ()) or None


def synonyms_of(facing: Facing) -> list[str]:
    """What a column may be called besides the label: the type, either way round."""
    labels = [facing.type.label_of(side) for side in (facing.side, facing.far_side)]
    return [facing.type.label_of(facing.far_side), " — ".join(labels), " — ".join(labels[::-1])]


@cache
def _remarks() -> list[re.Pattern[str]]:
    """What `remark` says, in each language."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append(re.compile(re.escape(remark(5)).replace("5", r"[\d\s.,]+")))
    return found


def remark(more: int) -> str:
    """That a cell does not name all ends."""
    return ngettext("and %(count)s more", "and %(count)s more", more) % {"count": number(more)}


def ended_mark() -> str:
    """The word beside the other end of a relation that is over."""
    return format_html('<span class="text-secondary">({})</span>', _("ended"))


_made: tuple[list[Facing], dict[str, dict[str, RelationField]]] = ([], {})


def _fields() -> dict[str, dict[str, RelationField]]:
    """All fields by the key of their kind and their own, made anew when the types change."""
    global _made
    every = facings()
    if _made[0] is not every:
        known = {kind.key: kind for kind in kinds}
        made: dict[str, dict[str, RelationField]] = {key: {} for key in known}
        for one in every:
            if one.kind in known and one.far_kind in known:
                made[one.kind][one.key] = RelationField(one, known[one.kind])
        _made = every, made
    return _made[1]


def relation_fields(kind: Kind, viewer: Any) -> Mapping[str, Field]:
    """One field for each type and side that exists for the viewer."""
    found = facings_for(viewer, kind)
    own = _fields()[kind.key] if found else {}
    return {one.key: own[one.key] for one in found}


def fields_off(kind: Kind, viewer: "User") -> Mapping[str, Field]:
    """The fields that would exist if relations and the kind at the other end were switched on."""
    on = relation_fields(kind, viewer)
    found = {}
    for key, one in _fields()[kind.key].items():
        other = one.target_kind()
        if key not in on and viewer.may("view", other.key):
            feature = other.feature if feature_enabled(FEATURE) else FEATURE
            found[key] = RelationField(one.facing, kind, feature=feature)
    return found


provide(relation_fields, off=fields_off)
