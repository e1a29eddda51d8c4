"""What a viewer may see of the pairs: those of which they may open both, for reasons they see."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orbita.records.duplicates.rules import Rule, rules_of
from orbita.records.hints import hints
from orbita.records.models import DuplicatePair, Record

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

PAGE = 25
COUNTED = 1_000
SURE, LIKELY = 85, 60


@dataclass
class Shown:
    """A pair as its viewer sees it."""

    pair: DuplicatePair
    first: Any
    second: Any
    reasons: list[str | Promise] = field(default_factory=list)
    details: tuple[str, str] = ("", "")
    may_merge: bool = False
    may_judge: bool = False
    is_noticed: bool = False

    @property
    def tone(self) -> str:
        """The colour of how sure it is."""
        score = self.pair.score
        return "bad" if score >= SURE else "warn" if score >= LIKELY else "quiet"

    @property
    def certainty(self) -> str | Promise:
        """How sure it is, in a word."""
        score = self.pair.score
        if score >= SURE:
            return _("Almost certain")
        return _("Likely") if score >= LIKELY else _("Possible")


def visible_rules(kind: "Kind", viewer: "User") -> list[Rule]:
    """The rules that look at fields which the viewer has."""
    fields = kind.fields(viewer)
    return [rule for rule in rules_of(kind) if set(rule.keys) <= fields.keys()]


def pairs_for(
    kind: "Kind", viewer: "User", *, dismissed: bool = False, noticed: bool = False
) -> "QuerySet[DuplicatePair]":
    """The pairs of which the viewer may open both records and see a reason.

    That two records name the same third one is a reason for those alone who may know of it.
    """
    rows = DuplicatePair.objects.filter(kind=kind.key, dismissed_at__isnull=not dismissed)
    readable = Record.objects.readable_by(viewer, kind=kind)
    rows = rows.filter(
        Exists(readable.filter(pk=OuterRef("first_id"))),
        Exists(readable.filter(pk=OuterRef("second_id"))),
    )
    if noticed:
        rows = rows.filter(noticed_in__isnull=False)
    rows = rows.annotate(**_known_ends(kind, viewer))
    told = Q(pk__in=())
    for rule in visible_rules(kind, viewer):
        condition = Q(reasons__contains=[rule.key])
        if rule.reference is not None:
            condition &= Q(**{_name_of(rule): True})
        told |= condition
    if viewer.is_administrator:
        told |= Q(noticed_in__isnull=False)
    return rows.filter(told).order_by("-score", "-pk")


def _known_ends(kind: "Kind", viewer: "User") -> dict[str, Any]:
    """For each rule about a third record: whether the viewer may know of it."""
    found: dict[str, Any] = {}
    for rule in visible_rules(kind, viewer):
        if rule.reference is not None:
            ends = Record.objects.listed_for(viewer, kind=rule.reference.target_kind())
            path = rule.reference.path.rpartition("__")[2]
            ids = kind.model._base_manager.filter(pk=OuterRef(OuterRef("first_id")))
            found[_name_of(rule)] = Exists(ends.filter(pk__in=ids.values(path)))
    return found


def _name_of(rule: Rule) -> str:
    return "sees_" + "".join(sign if sign.isalnum() else "_" for sign in rule.key)


def count_for(kind: "Kind", viewer: "User") -> tuple[int, bool]:
    """How many pairs wait for the viewer, counted up to a thousand, and whether there are more."""
    found = pairs_for(kind, viewer)[: COUNTED + 1].count()
    return min(found, COUNTED), found > COUNTED


def page_for(
    kind: "Kind", viewer: "User", *, after: str = "", **narrowed: bool
) -> tuple[list[Shown], str]:
    """A page of pairs, the surest first, and where the next one begins."""
    rows = pairs_for(kind, viewer, **narrowed)
    score, _sign, pk = after.partition("-")
    if score.isdecimal() and pk.isdecimal() and len(after) < 24:
        rows = rows.filter(Q(score__lt=int(score)) | Q(score=int(score), pk__lt=int(pk)))
    found = list(rows[: PAGE + 1])
    more = f"{found[PAGE - 1].score}-{found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return shown(kind, viewer, found[:PAGE]), more


def shown(kind: "Kind", viewer: "User", pairs: list[DuplicatePair]) -> list[Shown]:
    """The pairs with their records, reasons and deeds, in a number of queries that stays."""
    ids = {pk for pair in pairs for pk in (pair.first_id, pair.second_id)}
    model: Any = kind.model
    records = Record.objects.readable_by(viewer).in_bulk(ids)
    mergeable = set(
        model.objects.mergeable_by(viewer).filter(pk__in=ids).values_list("pk", flat=True)
    )
    editable = set(
        model.objects.editable_by(viewer).filter(pk__in=ids).values_list("pk", flat=True)
    )
    lines = hints(list(records.values()), viewer)
    rules = visible_rules(kind, viewer)
    return [
        Shown(
            pair,
            records[pair.first_id],
            records[pair.second_id],
            reasons_of(pair, rules),
            (lines.get(pair.first_id, ""), lines.get(pair.second_id, "")),
            {pair.first_id, pair.second_id} <= mergeable,
            {pair.first_id, pair.second_id} <= editable,
            viewer.is_administrator and pair.noticed_in is not None,
        )
        for pair in pairs
        if pair.first_id in records and pair.second_id in records
    ]


def reasons_of(pair: DuplicatePair, rules: list[Rule]) -> list[str | Promise]:
    """The reasons that the viewer sees; the stronger of those about the name alone."""
    seen: set[str] = set()
    found: list[str | Promise] = []
    for rule in rules:
        about = rule.key.partition("-")[0]
        closed = rule.reference is not None and not getattr(pair, _name_of(rule), False)
        if rule.key in pair.reasons and about not in seen and not closed:
            seen.add(about)
            found.append(rule.label)
    return found


def dismiss(pair: DuplicatePair, *, by: "User") -> None:
    """Two records that are not the same; not suspected again."""
    DuplicatePair.objects.filter(pk=pair.pk).update(dismissed_at=timezone.now(), dismissed_by=by)


def suspect_again(pair: DuplicatePair) -> None:
    """Take a dismissal back."""
    DuplicatePair.objects.filter(pk=pair.pk).update(dismissed_at=None, dismissed_by=None)
