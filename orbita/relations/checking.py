"""What speaks against a relation, in sentences. Judged by what its author may know.

A limit or a circle that only a hidden record causes is passed over in silence: a refusal would
tell of it.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orbita.records.models import Record
from orbita.relations import climbing
from orbita.relations.models import Edge

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.relations.facings import Facing

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
    if facing.type.is_tree and (ids := climbing.circle(facing, near.pk, far.pk, by)):
        names = Record.objects.listed_for(by).in_bulk(ids)
        shown = [names[pk].title for pk in [*ids, ids[0]]]
        if len(shown) > SHOWN:
            shown = [*shown[: SHOWN - 2], "…", *shown[-1:]]
        text = _("This would close a circle: %(path)s") % {"path": " → ".join(shown)}
        raise ValidationError(text, code="circle")


def refuse_backwards(since: Any, until: Any) -> None:
    """Nothing ends before it begins."""
    if since and until and until < since:
        raise ValidationError({"until": _("The end is before the beginning")})
