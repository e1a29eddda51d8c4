"""Tags, groups and sources that a deed made on its way: they leave the dictionaries with it.

An import that is taken back must not leave its groups in everybody's lists. Their rows stay, so
that they come back with the deed, or with a record that somebody restores.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from orbita.records.dictionaries import DICTIONARIES, Dictionary, set_retired
from orbita.records.models import Record, Source


def retire(deed: UUID) -> None:
    """Take out what the deed made and no live record carries; names that are common stay."""
    for dictionary in DICTIONARIES.values():
        rows = dictionary.model.objects.filter(made_in=deed)
        if dictionary.ordered:
            rows = rows.filter(is_common=False)
        set_retired(dictionary, rows.filter(~_used(dictionary)), Now())
    sources = Source.objects.known().filter(made_in=deed)
    sources.filter(~_stands_on()).update(removed_at=Now())


def bring_back(*, deed: UUID | None = None, records: Sequence[UUID] = ()) -> None:
    """Take in again what `retire` took out and live records carry: of a deed, or of records.

    Where another entry has taken the name meanwhile, the old one stays out.
    """
    for dictionary in DICTIONARIES.values():
        model = dictionary.model
        rows = model._base_manager.filter(made_in__isnull=False, retired_at__isnull=False)
        if deed is not None:
            rows = rows.filter(made_in=deed)
        used = _used(dictionary) if deed is not None else _used(dictionary, record__in=records)
        same = model.objects.filter(family=OuterRef("family"), key=OuterRef("key"))
        set_retired(dictionary, rows.filter(used, ~Exists(same)), None)
    gone = Source.objects.filter(made_in__isnull=False, removed_at__isnull=False)
    if deed is not None:
        gone = gone.filter(made_in=deed)
    used = _stands_on() if deed is not None else _stands_on(pk__in=records)
    twin = Source.objects.known().filter(key=OuterRef("key"))
    gone.filter(used, ~Exists(twin)).update(removed_at=None)


def made_by(deed: UUID) -> dict[str, list[str]]:
    """The names that the deed put into dictionaries and that are still there, by field key."""
    found = {
        dictionary.key: list(
            dictionary.model.objects.filter(made_in=deed).in_order().values_list("name", flat=True)
        )
        for dictionary in DICTIONARIES.values()
    }
    found["source"] = list(
        Source.objects.known().filter(made_in=deed).values_list("name", flat=True)
    )
    return {key: names for key, names in found.items() if names}


def _used(dictionary: Dictionary, **narrowed: Any) -> Exists:
    """Whether a live record carries the entry."""
    uses = dictionary.link.objects.filter(**{dictionary.column: OuterRef("pk")})
    return Exists(uses.filter(record__deleted_at=None, **narrowed))


def _stands_on(**narrowed: Any) -> Exists:
    """Whether a live record has the source."""
    return Exists(Record.objects.live().filter(source=OuterRef("pk"), **narrowed))
