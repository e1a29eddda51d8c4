"""How many rows many filters would find each, all asked at once, at a bounded cost.

A label's uses are walked in its own index and each record is looked up by its key, no more of
them altogether than PATIENCE: those with few uses are counted to the end, of the others it is
known that there are more. So the cost does not grow with the table.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils.translation import get_language

from orbita.records.listing.listing import Count
from orbita.records.listing.probing import FEW, probing, run_all
from orbita.records.models import Record
from orbita.ui.formats import collation

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

PATIENCE = 12_000
LATELY, OWN = 3_000, 1_000

USES = (
    "SELECT entry.id, (SELECT count(*) FROM (SELECT 1 FROM {link} AS link"
    " WHERE link.{column} = entry.id LIMIT %s) AS found) FROM unnest(%s::bigint[]) AS entry (id)"
)
SEEN = (
    "SELECT entry.id, (SELECT count(*) FROM (SELECT link.record_id FROM {link} AS link"
    " WHERE link.{column} = entry.id LIMIT entry.share) AS link"
    " CROSS JOIN LATERAL ({rows} OFFSET 0) AS seen)"
    " FROM unnest(%s::bigint[], %s::int[]) AS entry (id, share)"
)
OPENED = (
    "SELECT entry.id FROM unnest(%s::bigint[]) AS entry (id) WHERE EXISTS (SELECT 1"
    " FROM {link} AS link CROSS JOIN LATERAL ({rows} OFFSET 0) AS seen"
    " WHERE link.{column} = entry.id OFFSET 0)"
)
ENTRIES = (
    "SELECT entry.id, entry.name, EXISTS (SELECT 1 FROM {link} AS link CROSS JOIN LATERAL"
    " ({rows} OFFSET 0) AS seen WHERE link.{column} = entry.id OFFSET 0) FROM {dictionary} AS entry"
    " WHERE entry.family = %s AND entry.id = ANY(%s) ORDER BY entry.name COLLATE {alphabet}, 1"
)
MOST_USED = (
    "SELECT link.{column} FROM (SELECT pk FROM ({lately}) AS lately (pk, hit) WHERE hit"
    " UNION SELECT pk FROM ({own}) AS own (pk)) AS seen JOIN {link} AS link"
    " ON link.record_id = seen.pk GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s"
)
ONE = "SELECT %s::int, count(*) FROM (SELECT 1 FROM ({rows}) AS row LIMIT %s) AS found"
HITS = (
    "SELECT %s::int, count(*) FILTER (WHERE hit), coalesce(bool_or(number = %s), false)"
    " FROM (SELECT hit, number FROM (SELECT hit, row_number() OVER () AS number"
    " FROM ({rows}) AS row (hit) LIMIT %s) AS asked WHERE hit OR number = %s LIMIT %s) AS found"
)


def count_labels(
    visible: Any, link: type[Any], column: str, ids: Sequence[int], *, patience: int = PATIENCE
) -> dict[int, Count | None]:
    """How many of the visible records carry each of the labels; None where that cannot be said."""
    if not ids:
        return {}
    names = _names(link, column)
    most = min(FEW, max(1_000, 4 * patience // len(ids)))
    with connection.cursor() as cursor:
        cursor.execute(_filled(USES, names), [most + 1, list(ids)])
        uses = dict(cursor.fetchall())
    shares = shared_out(uses, patience, most)
    statement = (
        _filled(SEEN, names),
        (),
        _looked_up(visible),
        (list(shares), list(shares.values())),
    )
    found = dict(run_all([statement])) if shares else {}
    return {
        pk: Count(found.get(pk, 0), exceeded=False)
        if uses[pk] <= shares.get(pk, 0)
        else at_least(found.get(pk, 0))
        for pk in ids
    }


def shared_out(uses: Mapping[int, int], patience: int, most: int) -> dict[int, int]:
    """How many uses of each label to look at, the few of small ones first."""
    shares: dict[int, int] = {}
    left = [(number, pk) for pk, number in uses.items() if number]
    for place, (number, pk) in enumerate(sorted(left)):
        fair = max(100, patience // (len(left) - place))
        shares[pk] = min(number, fair, most)
        patience -= shares[pk]
    return shares


def at_least(number: int) -> Count | None:
    """A round number that is certainly exceeded."""
    for step in (10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10):
        if number >= step:
            return Count(step, exceeded=True)
    return None


def opened(viewer: "User", link: type[Any], column: str, ids: Iterable[int]) -> set[int]:
    """Those of the labels that stand on a record which the viewer may open.

    Each is looked for from its own side and no further than the first such record.
    """
    template = _filled(OPENED, _names(link, column))
    # The ids come before the parameters of the rows, as they do in the statement.
    rows = _looked_up(Record.objects.readable_by(viewer))
    return {pk for (pk,) in run_all([(template, (list(ids),), rows, ())])}


def entries(
    viewer: "User", dictionary: type[Any], link: type[Any], column: str, family: str, ids: list[int]
) -> list[tuple[int, str, bool]]:
    """Id and name of these labels by the alphabet, and whether the viewer opens one of the records
    on which they stand."""
    quote = connection.ops.quote_name
    names = {
        **_names(link, column),
        "dictionary": quote(dictionary._meta.db_table),
        "alphabet": quote(collation(get_language() or "")),
    }
    rows = _looked_up(Record.objects.readable_by(viewer))
    return run_all([(_filled(ENTRIES, names), (), rows, (family, ids))])  # type: ignore[return-value]


def count_each(rows: Sequence[Any]) -> list[Count]:
    """How many rows each of the querysets has, up to a ceiling that is lower for many."""
    fair = 3 * PATIENCE // max(1, len(rows))
    ceiling = next((step for step in (FEW, 5_000, 2_000) if step <= fair), 1_000)
    numbers = dict(
        run_all(
            [
                (ONE, (place,), probing(one.order_by().values_list("pk")), (ceiling + 1,))
                for place, one in enumerate(rows)
            ]
        )
    )
    found = [numbers.get(place, 0) for place in range(len(rows))]
    return [Count(min(number, ceiling), number > ceiling) for number in found]


def count_hits(rows: Sequence[Any], *, share: int, most: int) -> list[Count | None]:
    """How many rows of each queryset have `hit`, no more than `most`; None where that is not known.

    Each row is asked by itself, and no more than `share` of each queryset are.
    """
    after = (share, share, most + 1)
    parts = [
        (HITS, (place, share), probing(one.order_by().values_list("hit")), after)
        for place, one in enumerate(rows)
    ]
    found = {place: (hits, is_cut) for place, hits, is_cut in run_all(parts)}
    return [_told(*found.get(place, (0, False)), most) for place in range(len(rows))]


def _told(hits: int, is_cut: bool, most: int) -> Count | None:
    if hits > most:
        return Count(most, exceeded=True)
    return at_least(hits) if is_cut else Count(hits, exceeded=False)


def most_used(kind: "Kind", viewer: "User", link: type[Any], column: str, limit: int) -> list[int]:
    """The labels that stand on most of the records changed lately which the viewer may open.

    Lately are the last thousands of all records, and of the viewer's own; that keeps the question
    short however many there are.
    """
    doors = Record.objects.live().of_kinds_for(viewer, kind=kind).with_openness(viewer)
    lately = doors.order_by("-updated_at", "-pk").values_list("pk", "is_open")[:LATELY]
    own = Record.objects.readable_by(viewer, kind=kind).filter(owner__in=viewer.managed_user_ids)
    parts = [probing(lately), own.order_by("-pk").values_list("pk")[:OWN]]
    try:
        (first, some), (second, more) = (part.query.sql_with_params() for part in parts)
    except EmptyResultSet:
        return []
    statement = _filled(MOST_USED, {**_names(link, column), "lately": first, "own": second})
    with connection.cursor() as cursor:
        cursor.execute(statement, [*some, *more, limit])
        return [pk for (pk,) in cursor.fetchall()]


def _looked_up(visible: Any) -> Any:
    """The visible records, looked up by the key of the link at hand."""
    return probing(visible.order_by().filter(pk=RawSQL("link.record_id", ())).values_list("pk"))


def _names(link: type[Any], column: str) -> dict[str, str]:
    return {
        "link": connection.ops.quote_name(link._meta.db_table),
        "column": connection.ops.quote_name(f"{column}_id"),
    }


def _filled(template: str, names: Mapping[str, str]) -> str:
    for key, name in names.items():
        template = template.replace(f"{{{key}}}", name)
    return template
