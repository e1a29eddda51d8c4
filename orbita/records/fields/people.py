"""People of the account as values: owner, participants, author; and the level of visibility."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.db.models.functions import Collate
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orbita import preferences
from orbita.accounts.models import Status, Team, User, below_teams
from orbita.preferences.store import request_cache
from orbita.records import owning
from orbita.records.fields.base import Context, Field, Ordering, PastResolver
from orbita.records.listing.filters import (
    NEED_NO_VALUE,
    BadFilterError,
    ChoiceFilter,
    Filter,
    Option,
)
from orbita.ui.formats import collation
from orbita.ui.html import format_html
from orbita.ui.ordering import alphabetical
from orbita.ui.questions import Question
from orbita.ui.text import fold
from orbita.ui.values import to_text

USER_JSON: dict[str, Any] = {
    "type": "object",
    "properties": {"id": {"type": "string", "format": "uuid"}, "name": {"type": "string"}},
    "required": ["id"],
    "additionalProperties": False,
}
USER_EXAMPLE = {"id": "01934d2e-6c2a-7b3e-9d1f-2b8c4a6e0f14", "name": "Kasia Nowak"}


USERS = Question(lambda ids: User.objects.filter(pk__among=ids).order_by())


def people(context: Context) -> list[User]:
    """Everybody who may log in, read once for many cells."""
    if "people" not in context.memory:
        context.memory["people"] = list(User.objects.active().select_related("team"))
    return context.memory["people"]


def people_who_left(context: Context) -> list[User]:
    """Suspended and removed users, whose names stay on what was theirs."""
    if "people who left" not in context.memory:
        context.memory["people who left"] = list(User.objects.exclude(status=Status.ACTIVE))
    return context.memory["people who left"]


def find_person(text: str, context: Context) -> User:
    """The user whom an e-mail, id or full name means; two of one name are refused.

    Somebody who left is meant where nobody active is called so. Whether they may be chosen, the
    field decides when it knows the record (`refuses`).
    """
    wanted = fold(text)

    def is_meant(user: User) -> bool:
        names = (fold(user.name), fold(f"{user.last_name} {user.first_name}"))
        return wanted in (user.email.lower(), str(user.pk), *names)

    found = [user for user in people(context) if is_meant(user)]
    found = found or [user for user in people_who_left(context) if is_meant(user)]
    if len(found) > 1:
        raise ValidationError(
            _("Several users are called %(name)s; give the e-mail") % {"name": text}
        )
    if not found:
        raise ValidationError(_("Unknown user: %(name)s") % {"name": text})
    return found[0]


def by_name() -> list[UUID]:
    """The ids of all users by last and first name, in the alphabet of the language."""
    alphabet = collation(get_language())
    names = [Collate(name, alphabet) for name in ("last_name", "first_name")]
    return list(User.objects.order_by(*names, "pk").values_list("pk", flat=True))


def teams_in_order() -> Any:
    """All teams by name."""
    return Team.objects.order_by(*alphabetical("name"), "pk")


class UserFilter(ChoiceFilter):
    """By people, by "me", and by teams with all that lies below them."""

    operators: tuple[str, ...] = ("is", "not", "filled", "empty")
    shared: tuple[str, ...] = NEED_NO_VALUE

    def __init__(self, path: str) -> None:
        super().__init__(path, self.offered)

    def offered(self, viewer: User) -> list[Option]:
        """Me, teams, people; those who left come last, so that their records can be found."""
        options = [Option("me", gettext_lazy("me"))]
        options += [Option(f"team:{team.pk}", team.name) for team in teams_in_order()]
        rows = User.objects.all() if shows_removed() else User.objects.active()
        users = rows.order_by(*alphabetical("last_name", "first_name"), "pk")
        users = sorted(users, key=lambda user: not user.is_active)
        return options + [Option(str(user.pk), user.name) for user in users]

    def clean_one(self, value: str, viewer: User) -> Any:
        """An id that has the form of one; whether it exists shows in the result."""
        if value == "me":
            return value
        try:
            pk = UUID(value.removeprefix("team:"))
        except ValueError as error:
            raise BadFilterError(value) from error
        if not is_team(value):
            to_name().add(pk)
        return value

    def matches(self, operator: str, values: list[Any], viewer: User) -> Q:
        """Any of the people, or of the members of the teams."""
        ids = [viewer.pk if value == "me" else value for value in values if not is_team(value)]
        teams = [UUID(value[5:]) for value in values if is_team(value)]
        if teams:
            ids += members_below(teams, viewer)
        found = Q(**{f"{self.path}__in": ids})
        return ~found if operator == "not" else found

    def describe(self, operator: str, values: list[Any], viewer: User) -> str:
        """The names of those that were chosen, teams and people each by one question."""
        if operator in NEED_NO_VALUE:
            return ""
        people = {value for value in values if not is_team(value)} - {"me"}
        memory = request_cache()
        known = [memory[User, pk] for pk in people if (User, pk) in memory]
        if len(known) < len(people):
            known = USERS.objects(people)
        names = {str(user.pk): user.name for user in known}
        names["me"] = str(gettext_lazy("me"))
        if any(map(is_team, values)):
            names.update((f"team:{pk}", name) for pk, name in team_names(viewer).items())
        return ", ".join(names.get(value, value) for value in values)


def is_team(value: str) -> bool:
    """Whether a value of the filter means a team."""
    return value.startswith("team:")


def shows_removed() -> bool:
    """Whether filters know suspended and removed users."""
    return bool(preferences.get("users.removed_in_filters"))


def team_names(viewer: User) -> dict[UUID, str]:
    """The names of all teams."""
    return {row[0]: row[2] for row in viewer.teams}


def members_below(teams: Sequence[UUID], viewer: User) -> list[UUID]:
    """The members of the teams and of all teams below them.

    Those who left count among them as long as filters show them.
    """
    below = below_teams(teams, ((row[0], row[1]) for row in viewer.teams))
    members = [(member, status) for pk, *_named, member, status in viewer.teams if pk in below]
    everybody = shows_removed()
    return [pk for pk, status in members if pk and (everybody or status == Status.ACTIVE)]


def to_name() -> set[UUID]:
    """The people whom this request's filters name, to be asked for along with others."""
    named: set[UUID] = request_cache().setdefault("people to name", set())
    return named


class UserField(Field):
    """A person of the account; read only unless a subclass says otherwise."""

    icon = "user"
    opens = "user"
    editable = importable = inline = False
    json_type = USER_JSON
    example: Any = USER_EXAMPLE

    def load(self, records: Sequence[Any], viewer: User) -> None:
        """All the people of the records in one query; those who are known already, in none."""
        missing = [r for r in records if self.key not in r._state.fields_cache]
        ids = {getattr(r, f"{self.key}_id") for r in missing} - {None}
        if not ids:
            return
        memory = request_cache()
        found = {pk: memory[User, str(pk)] for pk in ids if (User, str(pk)) in memory}
        if viewer.pk in ids:
            found[viewer.pk] = viewer
        if ids - found.keys():
            asked = (ids | to_name()) - found.keys()
            found.update((user.pk, user) for user in USERS.objects(asked))
            memory.update({(User, str(pk)): user for pk, user in found.items()})
        for record in missing:
            pk = getattr(record, f"{self.key}_id")
            if pk is not None and pk in found:
                record._state.fields_cache[self.key] = found[pk]

    def cell(self, record: Any) -> str:
        """The name; suspended and removed people keep theirs."""
        user = self.value(record)
        return format_html("{}", user.name) if user else ""

    def export(self, record: Any) -> Any:
        """The e-mail address, which is one person's alone."""
        user = self.value(record)
        return user.email if user else ""

    def json(self, record: Any) -> Any:
        """Id and name."""
        user = self.value(record)
        return {"id": str(user.pk), "name": user.name} if user else None

    def past(self, raw: Any, resolver: PastResolver) -> str:
        """The name of the person with this id."""
        return resolver.name(User, raw) if raw else ""

    def filter(self) -> Filter | None:
        """By people and teams."""
        return UserFilter(self.path)

    def comparable(self, value: Any) -> Any:
        """The id."""
        return str(value.pk) if value else None


class OwnerField(UserField):
    """Whose record it is, by the rules of the account (see owning.py)."""

    editable = importable = inline = bulk = preset = True

    @property
    def family(self) -> str:
        """Whose rules hold."""
        assert self.kind is not None  # noqa: S101
        return self.kind.family

    def is_required(self) -> bool:
        """Whether the account demands an owner for this kind's family."""
        return owning.is_required(self.family)

    def is_flowing(self) -> bool:
        """Whether add forms take the owner of the record that they name."""
        return owning.whose_by_default(self.family) == owning.NAMED

    def givers(self) -> tuple[str, ...]:
        """The fields that name that record."""
        assert self.kind is not None  # noqa: S101
        return owning.naming(self.kind)

    def is_changeable(self, record: Any, viewer: User) -> bool:
        """Whether the account lets the viewer hand the record on."""
        return owning.may_change(record, viewer)

    def refuses(self, record: Any, value: Any, viewer: User) -> str:
        """Those who left stay owners and do not become them; and not everybody may hand on."""
        if not record._state.adding and record.owner_id == (value.pk if value else None):
            return ""
        assert self.kind is not None  # noqa: S101
        if value is not None and (sentence := owning.why_not_owner(self.kind, value)):
            return sentence
        return "" if owning.may_change(record, viewer) else owning.sentence()

    def refused(self, value: Any, viewer: User) -> dict[str, Q]:
        """Records that the viewer may not hand on."""
        return {"owner": owning.closed_to(self.family, viewer)}

    @property
    def json_input(self) -> dict[str, Any]:
        """The object, or an e-mail address, id or full name."""
        return {"anyOf": [self.json_type, {"type": "string"}]}

    def order_by(self) -> Ordering | None:
        """By last and first name; records without an owner last."""
        return Ordering(F("owner"), path="owner", groups=by_name)

    def formfield(self, viewer: User, record: Any = None) -> forms.Field | None:
        """An active user; the present owner stays possible though suspended."""
        if not owning.may_change(record, viewer):
            return None
        assert self.kind is not None  # noqa: S101
        users = owning.possible_owners(self.kind)
        if record is not None and record.owner_id:
            users = users | User.objects.filter(pk=record.owner_id)
        return forms.ModelChoiceField(
            users.order_by(*alphabetical("last_name", "first_name"), "pk"),
            label=self.label,
            required=self.is_required(),
            empty_label=_("No owner"),
            help_text=self.help,
            error_messages={"required": gettext_lazy("An owner is required")},
        )

    def initial(self, record: Any) -> Any:
        """The id."""
        return record.owner_id

    def sample_cells(self, viewer: User) -> Sequence[Any]:
        """The viewer."""
        return (viewer.email, viewer.email)

    def default(self, viewer: User) -> Any:
        """The one who adds, or nobody."""
        return owning.default_owner(self.family, viewer)

    def parse(self, cell: Any, context: Context) -> Any:
        """A user by e-mail, id or full name; empty for none."""
        text = to_text(cell["id"] if isinstance(cell, dict) and "id" in cell else cell).strip()
        if not text:
            if self.is_required():
                raise ValidationError(_("An owner is required"))
            return None
        return find_person(text, context)

    def comparable(self, value: Any) -> Any:
        """The id."""
        return str(value.pk) if value else None
