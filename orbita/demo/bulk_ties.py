"""Relations in bulk, for benchmarks: written with COPY, between records that are there."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone

from orbita.accounts.models import User
from orbita.demo.bulk import copy, uuid7_at
from orbita.records.changes import change_set
from orbita.records.models import Channel, Record
from orbita.relations.models import Relation, RelationType

CHUNK = 100_000
FEWEST = 20
"""A kind with fewer records takes no part: all relations would end at the same ones."""


def tie(count: int, *, hub: int = 0, seed: int = 1) -> None:
    """Add that many relations of the account's types, `hub` of them at the oldest company.

    The same ones for the same seed and state. The records of the hub are of the first type that
    has companies on both sides.
    """
    random = Random(f"{seed}/{Relation.objects.count()}")  # noqa: S311
    ids = records_by_kind() if count else {}
    types = [one for one in RelationType.objects.known() if {one.kind_a, one.kind_b} <= ids.keys()]
    if not types:
        return
    user = User.objects.active().earliest("created_at")
    ends = unique([*hub_ends(types, ids, hub), *random_ends(types, ids, count - hub, random)])
    columns = ("id", "type_id", "a_id", "b_id", "note", "author_id")
    now = timezone.now()
    with change_set(by=user, channel=Channel.COMMAND, label="Bulk data", quiet=True):
        for start in range(0, len(ends), CHUNK):
            some = ends[start : start + CHUNK]
            rows = ((uuid7_at(now, random.getrandbits(80)), *end, "", user.pk) for end in some)
            copy(Relation, columns, rows)


def records_by_kind() -> dict[str, list[UUID]]:
    """The ids of live records, oldest first, of kinds that have enough of them."""
    found: dict[str, list[UUID]] = {}
    rows: Any = Record.objects.live().order_by("created_at", "pk").values_list("kind", "pk")
    for kind, pk in rows.iterator(chunk_size=CHUNK):
        found.setdefault(kind, []).append(pk)
    return {kind: ids for kind, ids in found.items() if len(ids) >= FEWEST}


End = tuple[int, UUID, UUID]


def hub_ends(
    types: Sequence[RelationType], ids: dict[str, list[UUID]], count: int
) -> Iterator[End]:
    """The oldest company on side A of the newest ones."""
    of_companies = [one for one in types if one.kind_a == one.kind_b == "company"]
    if not of_companies or not count:
        return
    hub, *others = ids["company"]
    for pk in others[-count:]:
        yield canonical(of_companies[0], hub, pk)


def random_ends(
    types: Sequence[RelationType], ids: dict[str, list[UUID]], count: int, random: Random
) -> Iterator[End]:
    """Pairs of any types; older records have a few more."""
    for _number in range(count):
        chosen = random.choice(types)
        a, b = (_some(ids[kind], random) for kind in (chosen.kind_a, chosen.kind_b))
        if a != b:
            yield canonical(chosen, a, b)


def _some(ids: Sequence[UUID], random: Random) -> UUID:
    return ids[int(len(ids) * random.random() ** 1.2)]


def canonical(type_: RelationType, a: UUID, b: UUID) -> End:
    """In the order in which the table keeps them."""
    ends = (b, a) if type_.is_symmetric and b < a else (a, b)
    return (type_.pk, *ends)


def unique(ends: Sequence[End]) -> list[End]:
    """Each once, and none that is stored."""
    stored = set(Relation.objects.values_list("type_id", "a_id", "b_id"))
    return [end for end in dict.fromkeys(ends) if end not in stored]
