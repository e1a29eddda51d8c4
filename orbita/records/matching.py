"""Duplicates: records that share an identity with values that somebody is about to save.

Keys and their order come from `Kind.matching`. Only what the viewer may know of is named; about
a record that they may not know of, the form stays silent.
"""

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from orbita.records.models import ContactPoint, ContactType, Record
from orbita.ui.text import fold

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind


def duplicates(
    kind: "Kind", values: dict[str, Any], *, viewer: "User", exclude: Any = None
) -> list[Record]:
    """Up to five records of the kind that match by any of its keys, for the viewer.

    By values that are not basic only open ones match: a closed one would betray its NIP.
    """
    fields = kind.all_fields()
    by_basics, by_others = Q(), Q()
    for keys in kind.matching:
        if all(fields[key].basic for key in keys if key in fields):
            by_basics |= key_condition(kind, keys, values)
        else:
            by_others |= key_condition(kind, keys, values)
    rows = Record.objects.listed_for(viewer, kind=kind).none()
    if by_basics:
        rows |= Record.objects.listed_for(viewer, kind=kind).filter(by_basics)
    if by_others:
        rows |= Record.objects.readable_by(viewer, kind=kind).filter(by_others)
    if exclude is not None:
        rows = rows.exclude(pk=exclude)
    return list(rows.with_openness(viewer).order_by("sort_name", "pk")[:5])


def key_condition(kind: "Kind", keys: tuple[str, ...], values: dict[str, Any]) -> Q:
    """All the keys of one rule hold; empty when a value is missing."""
    condition = Q()
    for key in keys:
        value = values.get(key)
        if not value:
            return Q()
        condition &= value_condition(kind, key, value)
    return condition


def value_condition(kind: "Kind", key: str, value: Any) -> Q:
    """One key holds."""
    field = kind.all_fields().get(key)
    if key == "title":
        return Q(title_key=kind.title_key(str(value)))
    if key in ("phones", "emails"):
        type_ = ContactType.PHONE if key == "phones" else ContactType.EMAIL
        from orbita.records.fields.contact import KEYS

        wanted = [KEYS[type_](entry["value"])[1] for entry in value]
        points = ContactPoint.objects.filter(type=type_, key__in=wanted)
        return Q(pk__in=points.values("record_id"))
    path = field.path if field else key
    if isinstance(value, str) and key in kind.title_from:
        return Q(**{f"{path}__iexact": fold(value) if key == "title_key" else value})
    return Q(**{path: value})
