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

MOST = 5


def duplicates(
    kind: "Kind", values: dict[str, Any], *, viewer: "User", exclude: Any = None
) -> list[Record]:
    """Up to five records of the kind that match by any of its keys, for the viewer.

    By values that are not basic only open ones match: a closed one would betray its NIP. Each rule
    is asked by itself, along its own index: joined by "or" they would read the whole table.
    """
    fields = kind.all_fields()
    found = []
    for keys in kind.matching:
        condition = key_condition(kind, keys, values)
        if condition:
            is_basic = all(fields[key].basic for key in keys if key in fields)
            door = Record.objects.listed_for if is_basic else Record.objects.readable_by
            rows = door(viewer, kind=kind).filter(condition).exclude(pk=exclude)
            found.append(rows.values_list("pk")[:MOST])
    found += [rows.values_list("pk")[:MOST] for rows in equals(kind, values, viewer, exclude)]
    return shown(kind, found, viewer)


def unique_clashes(
    kind: "Kind", values: dict[str, Any], *, viewer: "User", exclude: Any = None
) -> list[Record]:
    """Up to five records with the same value in a field that warns of equal values."""
    found = equals(kind, values, viewer, exclude)
    return shown(kind, [rows.values_list("pk")[:MOST] for rows in found], viewer)


def equals(kind: "Kind", values: dict[str, Any], viewer: "User", exclude: Any) -> list[Any]:
    """The open records with an equal value, for each of the account's own fields that warns."""
    found = []
    for key, field in kind.fields(viewer).items():
        definition = getattr(field, "definition", None)
        if definition is not None and definition.is_unique and values.get(key):
            wanted = Q(custom__contains={str(definition.pk): field.write(values[key])})  # type: ignore[attr-defined]
            rows = Record.objects.readable_by(viewer, kind=kind).filter(wanted)
            found.append(rows.exclude(pk=exclude))
    return found


def shown(kind: "Kind", found: list[Any], viewer: "User") -> list[Record]:
    """The first of the records that the questions find, by name."""
    if not found:
        return []
    ids = [pk for (pk,) in found[0].union(*found[1:], all=True)]
    rows = Record.objects.listed_for(viewer, kind=kind).filter(pk__in=ids)
    return list(rows.with_openness(viewer).order_by("sort_name", "pk")[:MOST])


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
