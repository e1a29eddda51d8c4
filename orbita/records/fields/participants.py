"""Participants as a field: users and teams who have access besides the owner."""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from orbita.accounts.models import Team, User
from orbita.records import owning
from orbita.records.fields.base import Context, Field, PastResolver, Rows
from orbita.records.fields.people import USER_EXAMPLE, USER_JSON, find_person
from orbita.records.models import AccessRole, Grant, Visibility
from orbita.ui.sheets import join_items, split_items
from orbita.ui.text import fold
from orbita.ui.values import to_text
from orbita.ui.widgets import Option as PickerOption
from orbita.ui.widgets import Picker


class ParticipantsField(Field):
    """Users and teams who have access besides the owner."""

    many = True
    preset = True
    icon = "users"
    opens = "people"
    column = False
    json_type = {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"type": {"enum": ["user", "team"]}, **USER_JSON["properties"]},
            "required": ["type", "id"],
            "additionalProperties": False,
        },
    }
    example: Any = [{"type": "user", **USER_EXAMPLE}]

    def load(self, records: Sequence[Any], viewer: User) -> None:
        """The participants of all the records in one query."""
        missing = [r for r in records if "_participants" not in r.__dict__]
        if not missing:
            return
        found: dict[Any, list[User | Team]] = {record.pk: [] for record in missing}
        grants = Grant.objects.filter(record__in=list(found)).select_related("user", "team")
        for grant in grants:
            someone = grant.user or grant.team
            if someone is not None:
                found[grant.record_id].append(someone)
        for record in missing:
            record.__dict__["_participants"] = found[record.pk]

    def value(self, record: Any) -> list[User | Team]:
        """Users and teams."""
        pending = getattr(record, "pending", {})
        return pending.get(self.key) or record.__dict__.get("_participants", [])

    def text(self, value: Any) -> str:
        """Their names."""
        return ", ".join(str(someone) for someone in value or ())

    def export(self, record: Any) -> Any:
        """E-mail addresses of users and names of teams."""
        return join_items([getattr(one, "email", one.__str__()) for one in self.value(record)])

    def initial(self, record: Any) -> Any:
        """Keys that tell users from teams."""
        return [participant_key(someone) for someone in self.value(record)]

    def json(self, record: Any) -> Any:
        """Users and teams by id and name."""
        return [
            {"type": type(one).__name__.lower(), "id": str(one.pk), "name": str(one)}
            for one in self.value(record)
        ]

    def past(self, raw: Any, resolver: PastResolver) -> str:
        """The name of the user or team with this id."""
        return resolver.name(User, raw) if raw else ""

    def default(self, viewer: User) -> Any:
        """Those who take part in every new record of the family."""
        assert self.kind is not None  # noqa: S101
        return owning.default_participants(self.kind.family)

    def formfield(self, viewer: User, record: Any = None) -> forms.Field | None:
        """Users and teams to choose; those who left stay where they are.

        Of a public record they are shown only where it has some, or new ones do.
        """
        present = [] if record is None else self.value(record)
        attrs = {"data-shown-for": f"visibility {Visibility.RESTRICTED} {Visibility.HIDDEN}"}
        is_used = bool(present or (record is None and self.default(viewer)))
        return PeopleFormField(
            present,
            label=self.label,
            required=False,
            help_text=_("They have access besides the owner and the owner's managers."),
            widget=Picker(
                reverse("suggest-people"),
                multiple=True,
                options=people_options,
                attrs={} if is_used else attrs,
            ),
        )

    def refuses(self, record: Any, value: Any, viewer: User) -> str:
        """Those who left stay participants and do not become them."""
        known = set() if record._state.adding else set(map(participant_key, self.value(record)))
        gone = (
            one
            for one in value or ()
            if isinstance(one, User) and not one.is_active and participant_key(one) not in known
        )
        return next(map(owning.left, gone), "")

    def parse(self, cell: Any, context: Context) -> Any:
        """From the API: objects with type and id; in a cell, e-mail addresses and team names."""
        if not isinstance(cell, list):
            return [self._named(name, context) for name in split_items(to_text(cell))]
        keys = [f"{e.get('type')}:{e.get('id')}" if isinstance(e, dict) else str(e) for e in cell]
        return resolve_participants(keys, User.objects.order_by())

    def clean(self, value: Any, context: Context) -> Any:
        """From the API: a list."""
        if not isinstance(value, list):
            raise ValidationError(_("Give a list of users and teams"))
        return self.parse(value, context)

    def _named(self, name: str, context: Context) -> User | Team:
        """The team of this name, or the user with this e-mail address or name."""
        if "teams" not in context.memory:
            context.memory["teams"] = {fold(team.name): team for team in Team.objects.all()}
        return context.memory["teams"].get(fold(name)) or find_person(name, context)

    def combine(self, old: Any, new: Any) -> Any:
        """Those of both."""
        every = [*(old or ()), *(new or ())]
        return list({participant_key(one): one for one in every}.values())

    def assign(self, record: Any, value: Any) -> None:
        """Wait until the record is stored; a new one without any has nothing to wait for."""
        record.pending.pop(self.key, None)
        if value or not record._state.adding:
            record.pending[self.key] = value or []

    def new_rows(self, pending: Sequence[tuple[Any, Any]]) -> Rows | None:
        """The grants of new records."""
        values = (
            (record.pk, AccessRole.PARTICIPANT.value, *ends)
            for record, value in pending
            for one in {participant_key(each): each for each in value}.values()
            for ends in [(one.pk, None) if isinstance(one, User) else (None, one.pk)]
        )
        return Rows(Grant, ("record_id", "role", "user_id", "team_id"), values)

    def store(self, pending: Sequence[tuple[Any, Any]]) -> None:
        """Make the grants equal to the participants."""
        for record, value in pending:
            wanted = {participant_key(someone): someone for someone in value}
            for grant in Grant.objects.filter(record=record.pk):
                key = f"user:{grant.user_id}" if grant.user_id else f"team:{grant.team_id}"
                if wanted.pop(key, None) is None:
                    grant.delete()
            for someone in wanted.values():
                side = "user" if isinstance(someone, User) else "team"
                Grant.objects.create(record_id=record.pk, **{side: someone})
            record.__dict__.pop("_participants", None)

    def comparable(self, value: Any) -> Any:
        """Sorted keys."""
        return sorted(participant_key(someone) for someone in value or ()) or None


class PeopleFormField(forms.Field):
    """Users and teams, chosen by keys that tell them apart; those `present` may have left."""

    def __init__(self, present: Sequence[User | Team] = (), **options: Any) -> None:
        super().__init__(**options)
        self.present = {participant_key(one): one for one in present}

    def prepare_value(self, value: Any) -> Any:
        """Keys, also where users and teams are given."""
        return [participant_key(o) if isinstance(o, User | Team) else o for o in value or ()]

    def clean(self, value: Any) -> list[User | Team]:
        """The users and teams."""
        keys = dict.fromkeys(key for key in value or () if key)
        return [self.present.get(key) or resolve_participants([key])[0] for key in keys]


def people_options(keys: Sequence[str]) -> list[PickerOption]:
    """What a picker shows for chosen users and teams; unknown ones are left out."""
    options = []
    for key in keys:
        with suppress(ValidationError):
            someone = resolve_participants([key], User.objects.order_by())[0]
            options.append(PickerOption(key, str(someone), str(getattr(someone, "team", "") or "")))
    return options


def participant_key(someone: User | Team) -> str:
    """A key that tells users from teams."""
    return f"{'user' if isinstance(someone, User) else 'team'}:{someone.pk}"


def resolve_participants(keys: Sequence[str], users: Any = None) -> list[User | Team]:
    """The users and teams of the keys; ValidationError for one that does not exist.

    Active users, or those of the queryset.
    """
    found: list[User | Team] = []
    for key in dict.fromkeys(keys):
        match = re.fullmatch(r"(user|team):([0-9a-f-]{36})", key)
        someone: User | Team | None = None
        if match:
            people = User.objects.active() if users is None else users
            rows = people if match[1] == "user" else Team.objects.all()
            someone = rows.filter(pk=match[2]).first()
        if someone is None:
            raise ValidationError(_("Unknown user or team"))
        found.append(someone)
    return found
