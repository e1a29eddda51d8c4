"""Where the address, the id and the number of a record that was merged away lead."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F, Q

from orbita.records.access import having_access
from orbita.records.models import Change, Merger, Record, Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orbita.accounts.models import User
    from orbita.records.history import Line


def survivor_of(pk: Any, viewer: "User") -> Record | None:
    """The record into which the one with this id was merged, if the viewer may open it.

    None also where the viewer might not have known of the one that is gone.
    """
    found = survivors([pk], viewer)
    return found.get(pk)


def survivors(pks: "Iterable[Any]", viewer: "User") -> dict[Any, Record]:
    """The survivors by the ids of those that are gone, as far as the viewer may know both."""
    gone = known_gone(viewer, record__in=list(pks))
    others = dict(gone.values_list("record_id", "other_id"))
    records = Record.objects.readable_by(viewer).in_bulk(set(others.values())) if others else {}
    return {pk: records[other] for pk, other in others.items() if other in records}


def survivor_of_number(number: int, viewer: "User", *, kind: str = "") -> Record | None:
    """The record into which the one with this ID number was merged."""
    gone = known_gone(viewer, record__number=number)
    if kind:
        gone = gone.filter(record__kind=kind)
    pk = gone.values_list("record_id", flat=True).first()
    return survivor_of(pk, viewer) if pk else None


def known_gone(viewer: "User", **condition: Any) -> Any:
    """The mergers of records of which the viewer might have known.

    A hidden one passed its participants on to the survivor; who may open a survivor that is
    hidden too may know of it.
    """
    rows = Merger.objects.filter(gone=True, **condition)
    if viewer.is_administrator:
        return rows
    known = Record.objects.filter(mergers__in=rows).filter(having_access(viewer)).values("pk")
    return rows.filter(
        Q(record__visibility__lt=Visibility.HIDDEN)
        | Q(record__in=known)
        | Q(other__visibility=Visibility.HIDDEN)
    )


def names_of_gone(pks: "Iterable[Any]", viewer: "User") -> dict[Any, str]:
    """The names of records that were merged away, as far as the viewer may know them."""
    gone = known_gone(viewer, record__in=list(pks)).annotate(title=F("record__title"))
    return dict(gone.values_list("record_id", "title"))


def lines(changes: list[Change], viewer: "User") -> dict[int, "Line"]:
    """For the history of both sides: "merged with X", "merged into X"."""
    from django.utils.translation import gettext as _

    from orbita.records.history import Line

    rows = {change.pk: change.after or change.before or {} for change in changes}
    told = [change for change in changes if change.action in "ID"]
    ids = {UUID(rows[change.pk]["other_id"]) for change in told}
    names: dict[Any, str] = names_of_gone(ids, viewer)
    listed = Record.objects.listed_for(viewer).filter(pk__in=ids)
    names |= dict(listed.values_list("pk", "title"))
    found: dict[int, Line] = {}
    for change in told:
        name = names.get(UUID(rows[change.pk]["other_id"]), "")
        label = _("Merged into") if rows[change.pk].get("gone") else _("Merged with")
        if name:
            sides = (name, "") if change.action == "D" else ("", name)
            found[change.pk] = Line(label, *sides)
    return found
