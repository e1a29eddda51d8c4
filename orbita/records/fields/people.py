"""People of the account as values: owner, participants, author; and the level of visibility."""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.db.models.functions import Collate
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orbita import preferences
from orbita.accounts.models import Team, User
from orbita.records.fields.base import Context, Field, Ordering, PastResolver
from orbita.records.fields.scalars import ChoiceField
from orbita.records.listing.filters import BadFilterError, ChoiceFilter, Filter, Option
from orbita.records.models import Grant, Visibility
from orbita.ui.formats import collation
from orbita.ui.text import fold
from orbita.ui.values import to_text
from orbita.ui.widgets import Option as PickerOption
from orbita.ui.widgets import Picker

USER_JSON: dict[str, Any] = {
    "type": "object",
    "properties": {"id": {"type": "string", "format": "uuid"}, "name": {"type": "string"}},
    "required": ["id"],
    "additionalProperties": False,
}
USER_EXAMPLE = {"id": "01934d2e-6c2a-7b3e-9d1f-2b8c4a6e0f14", "name": "Kasia Nowak"}


def people(context: Context) -> list[User]:
    """Everybody who may log in, read once for many cells."""
    if "people" not in context.memory:
        context.memory["people"] = list(User.objects.active().select_related("team"))
    return context.memory["people"]


def find_person(text: str, context: Context) -> User:
    """The active user whom an e-mail, id or full name means; two of one name are refused."""
    wanted = fold(text)
    found = [
        user
        for user in people(context)
        if wanted in (user.email.lower(), str(user.pk), fold(user.name))
        or wanted == fold(f"{user.last_name} {user.first_name}")
    ]
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


class UserFilter(ChoiceFilter):
    """By people, by "me", and by teams with all that lies below them."""

    operators: tuple[str, ...] = ("is", "not", "filled", "empty")

    def __init__(self, path: str) -> None:
        super().__init__(path, self.offered)

    def offered(self, viewer: User) -> list[Option]:
        """Me, teams, people; those who left come last, so that their records can be found."""
        options = [Option("me", gettext_lazy("me"))]
        options += [Option(f"team:{team.pk}", team.name) for team in Team.objects.all()]
        users = sorted(User.objects.all(), key=lambda user: (not user.is_active, fold(user.name)))
        return options + [Option(str(user.pk), user.name) for user in users]

    def clean_one(self, value: str, viewer: User) -> Any:
        """An id that has the form of one; whether it exists shows in the result."""
        if value == "me":
            return value
        try:
            UUID(value.removeprefix("team:"))
        except ValueError as error:
            raise BadFilterError(value) from error
        return value

    def matches(self, operator: str, values: list[Any], viewer: User) -> Q:
        """Any of the people, or of the members of the teams."""
        from orbita.accounts.models import with_descendants

        ids = [
            viewer.pk if value == "me" else value
            for value in values
            if not value.startswith("team:")
        ]
        teams = [UUID(value[5:]) for value in values if value.startswith("team:")]
        if teams:
            members = User.objects.filter(team__in=with_descendants(teams))
            ids += list(members.values_list("pk", flat=True))
        found = Q(**{f"{self.path}__in": ids})
        return ~found if operator == "not" else found


class UserField(Field):
    """A person of the account; read only unless a subclass says otherwise."""

    icon = "user"
    editable = importable = inline = False
    json_type = USER_JSON
    example: Any = USER_EXAMPLE

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.needs = (self.key,)

    def load(self, records: Sequence[Any], viewer: User) -> None:
        """All the people of the records in one query."""
        missing = [r for r in records if self.key not in r._state.fields_cache]
        ids = {getattr(r, f"{self.key}_id") for r in missing} - {None}
        if not ids:
            return
        found = {viewer.pk: viewer} if viewer.pk in ids else {}
        if ids - found.keys():
            found.update(User.objects.in_bulk(list(ids - found.keys())))
        for record in missing:
            pk = getattr(record, f"{self.key}_id")
            if pk is not None and pk in found:
                setattr(record, self.key, found[pk])

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
    """Whose record it is. By default the one who adds it."""

    editable = importable = inline = True

    def is_required(self) -> bool:
        """Whether the account demands an owner for this kind's family."""
        assert self.kind is not None  # noqa: S101
        return bool(preferences.get(f"owner.required.{self.kind.family}"))

    @property
    def json_input(self) -> dict[str, Any]:
        """The object, or an e-mail address, id or full name."""
        return {"anyOf": [self.json_type, {"type": "string"}]}

    def order_by(self) -> Ordering | None:
        """By last and first name; records without an owner last."""
        return Ordering(F("owner"), path="owner", groups=by_name)

    def formfield(self, viewer: User, record: Any = None) -> forms.Field | None:
        """An active user; the present owner stays possible though suspended."""
        users = User.objects.active()
        if record is not None and record.owner_id:
            users = User.objects.filter(Q(pk=record.owner_id) | Q(status="active"))
        return forms.ModelChoiceField(
            users.order_by("last_name", "first_name"),
            label=self.label,
            required=self.is_required(),
            empty_label=_("No owner"),
            help_text=self.help,
            error_messages={"required": gettext_lazy("An owner is required")},
        )

    def initial(self, record: Any) -> Any:
        """The id."""
        return record.owner_id

    def default(self, viewer: User) -> Any:
        """The one who adds."""
        return viewer

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


class LevelFilter(ChoiceFilter):
    """By level of visibility, of which no record is without."""

    operators: tuple[str, ...] = ("is", "not")


class VisibilityField(ChoiceField):
    """The level of visibility, as far as the account allows it for the family."""

    icon = "eye"
    json_type = {"enum": ["public", "restricted", "hidden"]}  # type: ignore[assignment]
    example = "public"  # type: ignore[assignment]

    def __init__(self, key: str, label: Any, **options: Any) -> None:
        super().__init__(key, label, choices=Visibility, required=True, **options)

    def allowed(self) -> list[int]:
        """The levels that may be chosen now."""
        assert self.kind is not None  # noqa: S101
        return preferences.visibility(self.kind.family)[0]

    def filter(self) -> Filter | None:
        """By any of the levels; every record has one."""
        return LevelFilter(self.path, lambda _viewer: self.options())

    def default(self, viewer: User) -> Any:
        """The account's default for the family."""
        assert self.kind is not None  # noqa: S101
        return Visibility(preferences.visibility(self.kind.family)[1])

    def cell(self, record: Any) -> str:
        """Icon and word."""
        from orbita.records.cells import visibility_badge

        return visibility_badge(record)

    def formfield(self, viewer: User, record: Any = None) -> forms.Field | None:
        """The allowed levels and the record's own; nothing to choose where there is one level."""
        levels = set(self.allowed()) | ({record.visibility} if record is not None else set())
        if len(levels) == 1:
            return None
        return forms.TypedChoiceField(
            label=self.label,
            coerce=int,
            choices=[(v.value, v.label) for v in Visibility if v.value in levels],
            help_text=_("Restricted: others see the name only. Hidden: others do not know of it."),
        )

    def json(self, record: Any) -> Any:
        """public, restricted or hidden."""
        return Visibility(record.visibility).name.lower()

    def parse(self, cell: Any, context: Context) -> Any:
        """A level by its word in either language, in any gender; one that is allowed."""
        from orbita.records.fields.scalars import choice_words

        text = fold(to_text(cell))
        words = choice_words(Visibility)
        words |= {
            word[:-1] + ending: v
            for word, v in words.items()
            for ending in "yaei"
            if word[-1:] in "ya"
        }
        found = words.get(text)
        labels = ", ".join(
            str(level.label) for level in Visibility if level.value in self.allowed()
        )
        if found is None or found not in self.allowed():
            raise ValidationError(
                _("Unknown visibility: %(text)s (allowed: %(allowed)s)")
                % {"text": to_text(cell), "allowed": labels}
            )
        return int(found)


class ParticipantsField(Field):
    """Users and teams who have access besides the owner."""

    many = True
    icon = "users"
    importable = False
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

    def formfield(self, viewer: User, record: Any = None) -> forms.Field | None:
        """Users and teams to choose."""
        return PeopleFormField(
            label=self.label,
            required=False,
            help_text=_("They have access besides the owner and the owner's managers."),
            widget=Picker(
                reverse("suggest-people"),
                multiple=True,
                options=people_options,
                attrs={"data-shown-for": f"visibility {Visibility.RESTRICTED} {Visibility.HIDDEN}"},
            ),
        )

    def parse(self, cell: Any, context: Context) -> Any:
        """From the API: objects with type and id."""
        if not isinstance(cell, list):
            raise ValidationError(_("Give a list of users and teams"))
        keys = [f"{e.get('type')}:{e.get('id')}" if isinstance(e, dict) else str(e) for e in cell]
        return resolve_participants(keys)

    def assign(self, record: Any, value: Any) -> None:
        """Wait until the record is stored."""
        record.pending[self.key] = value or []

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
    """Users and teams, chosen by keys that tell them apart."""

    def clean(self, value: Any) -> list[User | Team]:
        """The users and teams."""
        return resolve_participants([key for key in value or () if key])


def people_options(keys: Sequence[str]) -> list[PickerOption]:
    """What a picker shows for chosen users and teams; unknown ones are left out."""
    options = []
    for key in keys:
        with suppress(ValidationError):
            someone = resolve_participants([key])[0]
            options.append(PickerOption(key, str(someone), str(getattr(someone, "team", "") or "")))
    return options


def participant_key(someone: User | Team) -> str:
    """A key that tells users from teams."""
    return f"{'user' if isinstance(someone, User) else 'team'}:{someone.pk}"


def resolve_participants(keys: Sequence[str]) -> list[User | Team]:
    """The users and teams of the keys; ValidationError for one that does not exist."""
    found: list[User | Team] = []
    for key in dict.fromkeys(keys):
        match = re.fullmatch(r"(user|team):([0-9a-f-]{36})", key)
        someone: User | Team | None = None
        if match:
            rows = User.objects.active() if match[1] == "user" else Team.objects.all()
            someone = rows.filter(pk=match[2]).first()
        if someone is None:
            raise ValidationError(_("Unknown user or team"))
        found.append(someone)
    return found
