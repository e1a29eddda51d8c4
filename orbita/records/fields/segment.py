"""The segment as a field: computed, and set by nobody."""

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orbita.records.fields.base import Field, Ordering, muted
from orbita.records.listing.filters import ChoiceFilter, Filter, Option
from orbita.records.segments.rules import Rules, rules_of
from orbita.ui import formats
from orbita.ui.html import format_html
from orbita.ui.templatetags.ui import tone

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind
    from orbita.records.models import Segment


def in_words(points: int) -> str:
    """So many points."""
    return ngettext("%(number)s point", "%(number)s points", abs(points)) % {
        "number": formats.number(points)
    }


class SegmentFilter(ChoiceFilter):
    """By any of the segments, and by having none."""

    shared: tuple[str, ...] = ()

    def __init__(self, kind: "Kind | None") -> None:
        super().__init__("segment", self.offered)
        self.kind = kind

    def offered(self, viewer: "User") -> list[Option]:
        """The segments of the kind, the highest one first."""
        return [Option(str(one.pk), one.name) for one in rules_of(self.kind).segments]

    def clean_one(self, value: str, viewer: "User") -> int:
        """The id of a segment."""
        return int(super().clean_one(value, viewer))

    def q(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """The condition; an index knows who has fewer points than the lowest segment wants."""
        rules = rules_of(self.kind)
        if operator == "empty" and rules.is_complete and rules.segments:
            return Q(segment_points__lt=rules.segments[-1].from_points)
        return super().q(operator, values, viewer)

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """In any of them; in none of them is also who is in no segment."""
        found = Q(segment__in=values)
        return Q(segment__isnull=True) | ~found if operator == "not" else found


class SegmentField(Field):
    """The segment of a record with its points; exists while the kind has segments."""

    icon = "stairs"
    editable = importable = inline = merges = False
    json_type = {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "name": {"type": "string"},
            "points": {"type": "integer"},
        },
        "additionalProperties": False,
    }
    example: Any = {"id": 1, "name": "A", "points": 75}

    def rules(self) -> Rules:
        """What the account has decided for the kind."""
        return rules_of(self.kind)

    def is_on(self, viewer: "User") -> bool:
        """Exists while there are segments to be in."""
        return bool(self.rules().segments)

    def value(self, record: Any) -> "Segment | None":
        """The segment; None for one that is no more."""
        return self.rules().named(record.segment_id)

    def cell(self, record: Any) -> str:
        """The name as a small label."""
        found = self.value(record)
        if found is None:
            return ""
        return format_html('<span class="tag tone-{}">{}</span>', tone(found.name), found.name)

    def detail(self, record: Any) -> str:
        """The label, the points, and the way to where they come from."""
        if record.segment_points is None:
            return ""
        url = reverse("segment-points", kwargs={"kind": self.kind, "pk": record.pk})
        return format_html(
            '{} {} <a href="{}" data-modal>{}</a>',
            self.cell(record) or muted(_("no segment")),
            muted(in_words(record.segment_points)),
            url,
            _("Where from?"),
        )

    def json(self, record: Any) -> Any:
        """Id and name of the segment, with the points of the record."""
        found = self.value(record)
        if found is None:
            return None
        return {"id": found.pk, "name": found.name, "points": record.segment_points}

    def api_choices(self) -> list[dict[str, Any]]:
        """All segments of the kind."""
        return [{"value": one.pk, "label": one.name} for one in self.rules().segments]

    def filter(self) -> Filter | None:
        """By any of them."""
        return SegmentFilter(self.kind)

    def order_by(self) -> Ordering | None:
        """By points."""
        return Ordering(
            F("segment_points"), path="segment_points", without=self._without, lasting=False
        )

    def _without(self) -> Q:
        """The records without points: none, once all are computed, which no index would know."""
        return Q(pk__in=()) if self.rules().is_complete else Q(segment_points__isnull=True)

    def comparable(self, value: Any) -> Any:
        """The name."""
        return value.name if value else None
