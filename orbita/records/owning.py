"""Whose a record is, by the rules of the account: who may change its owner, who gets new ones.

The rules are settings of each family of kinds; the owner's Field asks here, whatever the door.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from orbita import preferences
from orbita.accounts.models import Role, Team, User
from orbita.accounts.rights import role_allows
from orbita.preferences.store import request_cache
from orbita.records.models import Visibility

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from orbita.records.kinds import Kind

OWNERS, MANAGERS, EVERYBODY = "owners", "managers", "everybody"
ADDER, NOBODY, NAMED = "adder", "nobody", "named"


def is_required(family: str) -> bool:
    """Whether records of the family must have an owner."""
    return bool(preferences.get(f"owner.required.{family}"))


def whose_by_default(family: str) -> str:
    """Who owns new records: ADDER, NOBODY, or NAMED: the owner of the record that they name."""
    return str(preferences.get(f"owner.default.{family}"))


def default_owner(family: str, by: "User | None") -> "User | None":
    """Who owns a new record where nobody says it.

    Somebody does where that is required, or where a closed record would be nobody's.
    """
    level = preferences.visibility(family)[1]
    may_lack = not is_required(family) and level == Visibility.PUBLIC
    return None if whose_by_default(family) == NOBODY and may_lack else by


def naming(kind: "Kind") -> tuple[str, ...]:
    """The keys of the fields that name the records whose owner a new record gets.

    All references to one record, in the order of the form.
    """
    from orbita.records.fields.reference import ReferenceField

    fields = kind.all_fields()
    placed = [key for section in kind.form for key in section.fields if key in fields]
    order = dict.fromkeys([*placed, *fields])
    return tuple(key for key in order if isinstance(fields[key], ReferenceField))


def owner_named_by(record: Any) -> "User | None":
    """The owner of the first record that a new one names, if that is somebody who works here."""
    for key in naming(record.kind_object):
        other = getattr(record, key, None)
        owner: User | None = other.owner if other is not None and other.owner_id else None
        if owner is not None and may_own(record.kind_object, owner):
            return owner
    return None


def settle(record: Any, values: Mapping[str, Any]) -> None:
    """Give a new record the owner of what it names, where the account wants that."""
    if "owner" in values or whose_by_default(record.kind_object.family) != NAMED:
        return
    record.owner = owner_named_by(record) or record.owner


def may_change(record: Any, viewer: "User") -> bool:
    """Whether the viewer, who may edit the record, may give it another owner."""
    if record is None or record._state.adding or record.owner_id is None:
        return True
    people = changers(record.kind_object.family, viewer)
    return people is None or record.owner_id in people


def changers(family: str, viewer: "User") -> Sequence[Any] | None:
    """Those whose records the viewer may hand on; None = everybody's."""
    rule = preferences.get(f"owner.change.{family}")
    if viewer.is_administrator or rule == EVERYBODY:
        return None
    managed = viewer.managed_user_ids if rule == MANAGERS and viewer.role == Role.MANAGER else ()
    return [viewer.pk, *(pk for pk in managed if pk != viewer.pk)]


def closed_to(family: str, viewer: "User") -> Q:
    """The condition on Record for those whose owner the viewer may not change."""
    people = changers(family, viewer)
    if people is None:
        return Q(pk__in=())
    return Q(owner__isnull=False) & ~Q(owner__in=people)


def sentence() -> str:
    """Why somebody may not change an owner."""
    return _("You may not change the owner of this record")


def may_own(kind: "Kind", user: "User") -> bool:
    """Whether somebody works here and may see records of the kind."""
    return user.may("view", kind.key)


def possible_owners(kind: "Kind") -> "QuerySet[User]":
    """Active users whose role may see records of the kind."""
    roles = [role for role in Role.values if role_allows(role, kind.key, "view")]
    return User.objects.active().filter(role__in=roles)


def why_not_owner(kind: "Kind", user: "User") -> str:
    """Why somebody cannot be given records of the kind; empty when they can."""
    if not user.is_active:
        return left(user)
    if may_own(kind, user):
        return ""
    return _("%(name)s may not see records of this kind") % {"name": user.name}


def left(user: "User") -> str:
    """Why somebody who left is not chosen."""
    return _("%(name)s is suspended or removed and cannot be chosen") % {"name": user.name}


def default_participants(family: str) -> "list[User | Team]":
    """Who takes part in each new record of the family: active users, and teams."""
    keys = preferences.get(f"participants.{family}")
    if not keys:
        return []
    memory, key = request_cache(), f"participants.{family}"
    if key not in memory:
        memory[key] = found_people(keys)
    return list(memory[key])


def found_people(keys: Sequence[str]) -> "list[User | Team]":
    """The active users and the teams of these keys; those that are gone are left out."""
    ids = {side: [k[5:] for k in keys if k.startswith(f"{side}:")] for side in ("user", "team")}
    found: dict[str, User | Team] = {}
    if ids["user"]:
        people = User.objects.active().filter(pk__in=ids["user"])
        found |= {f"user:{one.pk}": one for one in people}
    if ids["team"]:
        found |= {f"team:{one.pk}": one for one in Team.objects.filter(pk__in=ids["team"])}
    return [found[key] for key in keys if key in found]
