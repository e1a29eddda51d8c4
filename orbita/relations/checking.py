"""What speaks against a relation, in sentences. Judged by what its author may know.

A limit or a circle that only a hidden record causes is passed over in silence: a refusal would
tell of it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from orbita.records.models import Record
from orbita.relations.models import Edge, Side

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.relations.facings import Facing

_UPWARDS = """
WITH RECURSIVE above(id, path) AS (
    SELECT %(start)s::uuid, ARRAY[%(start)s::uuid]
    UNION ALL
    SELECT e.far_id, above.path || e.far_id
    FROM above JOIN relations_edge e ON e.near_id = above.id
    JOIN records_record r ON r.id = e.far_id AND r.deleted_at IS NULL
    WHERE e.type_id = %(type)s AND e.side = %(side)s AND above.id <> %(goal)s
      AND e.far_id <> ALL(above.path) AND cardinality(above.path) < %(longest)s
)
SELECT path FROM above WHERE id = %(goal)s LIMIT 1
"""
LONGEST = 1_000
SHOWN = 5


def refuse_itself(near: UUID, far: UUID) -> None:
    """A record is not related to itself."""
    if near == far:
        raise itself()


def itself() -> ValidationError:
    """The sentence about a record that is to be its own other end."""
    return ValidationError(_("A record cannot be related to itself"), code="itself")


def refuse_archived(facing: "Facing") -> None:
    """Types that were archived or deleted meanwhile are not offered any more."""
    if not facing.type.is_offered:
        raise archived(facing)


def archived(facing: "Facing") -> ValidationError:
    """The sentence about a type that is not offered any more."""
    text = _("Relations of the type “%(name)s” can no longer be added")
    return ValidationError(text % {"name": facing.type}, code="archived")


def refuse_second(facing: "Facing", near: UUID, far: UUID) -> None:
    """Two records are tied by one type once."""
    if Edge.objects.seen_as(facing).filter(near=near, far=far).exists():
        raise taken()


def taken() -> ValidationError:
    """The sentence about a relation that is there already."""
    return ValidationError(_("There is such a relation already"), code="taken")


def gone() -> ValidationError:
    """The sentence about another end that does not exist, or not for this user."""
    return ValidationError(_("The chosen record no longer exists"), code="gone")


def refuse_more_than_one(facing: "Facing", near: Any, far: Any, by: "User") -> None:
    """Where a side takes one record, neither end may have one already."""
    for own, other, seen in ((near, far, facing), (far, near, facing.reverse)):
        if not seen.is_one:
            continue
        there = Edge.objects.known_to(by).seen_as(seen).filter(near=own.pk)
        found = there.exclude(far=other.pk).select_related("far").first()
        if found is not None:
            names = {"name": own.title, "label": seen.label, "other": found.far.title}
            raise ValidationError(
                _("%(name)s has “%(label)s” already: %(other)s") % names, code="one"
            )


def only_one(facing: "Facing") -> ValidationError:
    """The sentence about several ends where there can be one."""
    text = _("Only one record can be chosen as “%(label)s”")
    return ValidationError(text % {"label": facing.label}, code="one")


def refuse_circle(facing: "Facing", near: Any, far: Any, by: "User") -> None:
    """Where records stand below each other, none stands below itself."""
    if not facing.type.is_tree:
        return
    a, b = facing.ends(near.pk, far.pk)
    start, goal, side = (a, b, Side.B) if facing.type.one_a else (b, a, Side.A)
    with connection.cursor() as cursor:
        cursor.execute(
            _UPWARDS,
            {
                "start": start,
                "goal": goal,
                "type": facing.type.pk,
                "side": side,
                "longest": LONGEST,
            },
        )
        row = cursor.fetchone()
    if row is not None:
        _tell_of_circle(row[0], by)


def _tell_of_circle(path: Sequence[UUID], by: "User") -> None:
    """Refuse with the names of the circle, if the user may know all of them."""
    names = dict(Record.objects.listed_for(by).filter(pk__in=set(path)).values_list("pk", "title"))
    if len(names) < len(set(path)):
        return
    shown = [names[pk] for pk in [*path, path[0]]]
    if len(shown) > SHOWN:
        shown = [*shown[: SHOWN - 2], "…", *shown[-1:]]
    raise ValidationError(
        _("This would close a circle: %(path)s") % {"path": " → ".join(shown)}, code="circle"
    )


def refuse_backwards(since: Any, until: Any) -> None:
    """Nothing ends before it begins."""
    if since and until and until < since:
        raise ValidationError({"until": _("The end is before the beginning")})
