"""Giving many records at once the source that the records which they name have.

What forms take over one by one (see flowing.py), asked for by somebody: only where a record has no
source, out of records that this person may open.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now

from orbita.records.fields.references import ReferencesField
from orbita.records.flowing import givers
from orbita.records.models import Record, Source

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind


def lacking(kind: "Kind", viewer: "User") -> Q:
    """The condition on Record: it has no source, and one that it names has one to give."""
    having = Q()
    for rows in sources_of_givers(kind, viewer):
        having |= Q(Exists(rows))
    return Q(source__isnull=True) & having if having else Q(pk__in=())


def fill(kind: "Kind", ids: Sequence[UUID], viewer: "User") -> int:
    """Fill in the source of these records, in one statement; how many got one.

    The caller has opened a change set and may edit the records.
    """
    found = [Subquery(rows[:1]) for rows in sources_of_givers(kind, viewer)]
    if not found:
        return 0
    value: Any = Coalesce(*found) if len(found) > 1 else found[0]
    rows = Record.objects.filter(lacking(kind, viewer), pk__in=ids)
    return rows.update(source=value, version=F("version") + 1, updated_at=Now())


def preview(kind: "Kind", ids: Sequence[UUID], viewer: "User") -> dict[UUID, str]:
    """The name of the source that each of the records would get."""
    found = [Subquery(rows[:1]) for rows in sources_of_givers(kind, viewer)]
    if not found:
        return {}
    value: Any = Coalesce(*found) if len(found) > 1 else found[0]
    rows = Record.objects.filter(lacking(kind, viewer), pk__in=ids).annotate(given=value)
    pairs = dict(rows.values_list("pk", "given"))
    names = dict(Source.objects.filter(pk__in=set(pairs.values())).values_list("pk", "name"))
    return {pk: names[given] for pk, given in pairs.items() if given in names}


def sources_of_givers(kind: "Kind", viewer: "User") -> "list[QuerySet[Any, Any]]":
    """For each reference in its order: the sources of the records that a Record names by it."""
    fields = kind.all_fields()
    open_ones = Record.objects.readable_by(viewer).values("pk")
    found = []
    for key in givers(kind):
        reference: Any = fields[key]
        if not reference.is_on(viewer):
            continue
        if isinstance(reference, ReferencesField):
            end, rows = "target", reference.link.objects.filter(record=OuterRef("pk"))
            rows = rows.order_by("pk")
        else:
            end = reference.column_name
            rows = kind.model._base_manager.filter(pk=OuterRef("pk"))
        offered = {f"{end}__source__archived_at": None, f"{end}__source__removed_at": None}
        given = rows.filter(**{f"{end}__in": open_ones, f"{end}__source__isnull": False}, **offered)
        found.append(given.values(f"{end}__source"))
    return found
