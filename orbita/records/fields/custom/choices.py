"""Custom choices out of the account's own options, and people of the account."""

import re
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Func, IntegerField, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.accounts.models import User
from orbita.records.fields.base import Context, Field, Ordering, PastResolver
from orbita.records.fields.custom.filters import ChoiceByKey, UserByKey
from orbita.records.fields.custom.value import CustomValue
from orbita.records.fields.people import USER_EXAMPLE, USER_JSON, by_name
from orbita.records.listing.filters import Filter, Option
from orbita.records.models import CustomOption
from orbita.ui.html import conditional_escape, format_html_join
from orbita.ui.text import fold
from orbita.ui.values import to_text

SEPARATORS = re.compile(r"[;|\n]+")
_OPTION_JSON: dict[str, Any] = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
    "required": ["id"],
    "additionalProperties": False,
}
_OPTION_EXAMPLE = {"id": "01934d2e-6c2a-7b3e-9d1f-2b8c4a6e0f15", "name": "Handel"}


class PlaceOf(Func):
    """The place of the value in a dictionary, from 1; what the dictionary has lost comes last."""

    LAST = 2**31 - 1

    def __init__(self, key: str, ids: Callable[[], Sequence[Any]]) -> None:
        super().__init__(F("custom"), output_field=IntegerField())
        self.key, self.ids = key, ids
        self.found: list[str] = []

    def as_sql(self, compiler: Any, connection: Any, **options: Any) -> Any:  # type: ignore[override]
        """The place; the dictionary is read when the list is asked for, and once."""
        if not self.found:
            self.found += [str(pk) for pk in self.ids()] or [""]
        column, params = compiler.compile(self.source_expressions[0])
        sql = f"COALESCE(array_position(%s::text[], {column} ->> %s), {self.LAST})"
        return sql, [self.found, *params, self.key]


class CustomChoice(CustomValue, Field):
    """One option; the record keeps the option's id."""

    icon = "list"
    json_type = _OPTION_JSON
    example: Any = _OPTION_EXAMPLE
    all_options: dict[str, CustomOption]
    """Every option by id, in order, deleted ones too, which the history names."""

    def options(self) -> dict[str, CustomOption]:
        """The options that records may have: also archived ones."""
        return {pk: o for pk, o in self.all_options.items() if o.deleted_at is None}

    def api_choices(self) -> list[dict[str, Any]]:
        """The options that can be chosen anew, by id."""
        offered = (one for one in self.options().values() if one.archived_at is None)
        return [{"value": str(one.pk), "label": one.name} for one in offered]

    def read(self, raw: Any) -> Any:
        """The option."""
        return self.options().get(str(raw))

    def write(self, value: Any) -> Any:
        """The option's id."""
        return str(value.pk)

    def shown(self, value: Any) -> Any:
        """The option's id."""
        return str(value.pk) if value else None

    def past(self, raw: Any, resolver: PastResolver) -> str:
        """The name of the option, deleted or not."""
        option = self.all_options.get(str(raw))
        return option.name if option else ""

    def json(self, record: Any) -> Any:
        """Id and name."""
        option = self.value(record)
        return {"id": str(option.pk), "name": option.name} if option else None

    @property
    def json_input(self) -> dict[str, Any]:
        """The object, or an id or name."""
        return {"anyOf": [self.json_type, {"type": "string"}]}

    def filter(self) -> Filter | None:
        """By any of the options."""
        return ChoiceByKey(self.name, self.filter_options, many=self.many)

    def filter_options(self) -> list[Option]:
        """The options, archived ones last."""
        ordered = sorted(self.options().items(), key=lambda item: item[1].archived_at is not None)
        return [Option(pk, option.name) for pk, option in ordered]

    def order_by(self) -> Ordering | None:
        """In the order of the options."""
        place = PlaceOf(self.name, lambda: list(self.all_options))
        return self.ordering(place)

    def offered(self, record: Any) -> list[tuple[str, str]]:
        """The options to choose from; an archived one only where the record has it."""
        own = record.custom.get(self.name) if record is not None else None
        kept = set(own) if isinstance(own, list) else {own}
        return [
            (pk, option.name)
            for pk, option in self.options().items()
            if option.archived_at is None or pk in kept
        ]

    def formfield(self, viewer: Any, record: Any = None) -> forms.Field | None:
        """A list to choose from."""
        return forms.ChoiceField(
            label=self.label,
            required=self.required,
            help_text=self.help,
            choices=[("", "—"), *self.offered(record)],
        )

    def from_form(self, value: Any) -> Any:
        """The option."""
        return self.options().get(value) if value else None

    def sample_cells(self, viewer: Any) -> Sequence[Any]:
        """The first options."""
        return [name for _pk, name in self.offered(None)[:2]]

    def one(self, text: str) -> CustomOption:
        """The option of a name or id; ValidationError when there is none."""
        for pk, option in self.options().items():
            if text == pk or fold(option.name) == fold(text):
                return option
        raise ValidationError(_("Unknown value: %(text)s") % {"text": text[:80]})

    def parse(self, cell: Any, context: Context) -> Any:
        """An option by name or id."""
        if isinstance(cell, dict):
            cell = cell.get("id")
        text = to_text(cell).strip()
        return self.one(text) if text else None

    def comparable(self, value: Any) -> Any:
        """The option's id."""
        return str(value.pk) if value else None


class CustomChoices(CustomChoice):
    """Any number of options; the record keeps their ids, in the order of the options."""

    icon = "list-check"
    many = True
    json_type = {"type": "array", "items": _OPTION_JSON}
    example: Any = [_OPTION_EXAMPLE]

    def read(self, raw: Any) -> Any:
        """The options."""
        return [self.options()[pk] for pk in raw if pk in self.options()]

    def value(self, record: Any) -> Any:
        """The options."""
        return super().value(record) or []

    def write(self, value: Any) -> Any:
        """The ids."""
        chosen = {str(option.pk) for option in value}
        return [pk for pk in self.all_options if pk in chosen] or None

    def shown(self, value: Any) -> Any:
        """The ids."""
        return [str(option.pk) for option in value or ()]

    def text(self, value: Any) -> str:
        """The names, as `parse` reads them."""
        return "; ".join(option.name for option in value or ())

    def past(self, raw: Any, resolver: PastResolver) -> str:
        """The names, those of deleted options too."""
        known = (self.all_options.get(str(pk)) for pk in raw or ())
        return "; ".join(option.name for option in known if option)

    def cell(self, record: Any) -> str:
        """The names as small labels."""
        names = ((option.name,) for option in self.value(record))
        return format_html_join(" ", '<span class="tag tone-0">{}</span>', names)

    def json(self, record: Any) -> Any:
        """Objects of id and name."""
        return [{"id": str(option.pk), "name": option.name} for option in self.value(record)]

    @property
    def json_input(self) -> dict[str, Any]:
        """The objects, ids or names."""
        return {"type": "array", "items": {"anyOf": [_OPTION_JSON, {"type": "string"}]}}

    def order_by(self) -> Ordering | None:
        """Not at all."""
        return None

    def formfield(self, viewer: Any, record: Any = None) -> forms.Field | None:
        """A picker of options."""
        return forms.MultipleChoiceField(
            label=self.label,
            required=self.required,
            help_text=self.help,
            choices=self.offered(record),
            widget=forms.SelectMultiple({"data-picker-local": ""}),
        )

    def from_form(self, value: Any) -> Any:
        """The options."""
        return self.read(value or [])

    def parse(self, cell: Any, context: Context) -> Any:
        """Names or ids, separated by semicolons; from the API objects or texts."""
        parts = cell if isinstance(cell, list) else SEPARATORS.split(to_text(cell))
        texts = [to_text(part.get("id") if isinstance(part, dict) else part) for part in parts]
        return self.ordered([self.one(text.strip()) for text in texts if text.strip()])

    def ordered(self, options: list[CustomOption]) -> list[CustomOption]:
        """Each once, in the order of the options."""
        chosen = {str(option.pk) for option in options}
        return [option for pk, option in self.options().items() if pk in chosen]

    def combine(self, old: Any, new: Any) -> Any:
        """The options of both."""
        return self.ordered([*(old or ()), *(new or ())])

    def comparable(self, value: Any) -> Any:
        """The ids."""
        return self.shown(value) or None


class CustomUser(CustomValue, Field):
    """A person of the account; the record keeps the id."""

    icon = "user"
    opens = "user"
    json_type = USER_JSON
    example: Any = USER_EXAMPLE

    def load(self, records: Sequence[Any], viewer: User) -> None:
        """The people of all custom fields of the records in one query, for all these fields."""
        missing = [record for record in records if "_custom_people" not in record.__dict__]
        ids = {raw for record in missing for raw in self.ids_of(record)}
        if not missing:
            return
        known = {str(viewer.pk): viewer} if viewer is not None else {}
        if ids - known.keys():
            found = User.objects.in_bulk([UUID(pk) for pk in ids - known.keys()])
            known |= {str(pk): user for pk, user in found.items()}
        for record in missing:
            record.__dict__["_custom_people"] = known

    @property
    def shared_load(self) -> Any:
        """One call serves these fields of all kinds."""
        return type(self)

    def ids_of(self, record: Any) -> list[str]:
        """The ids that the record keeps under fields of this type."""
        from orbita.records.fields.custom.making import fields_of_definitions

        names = [f.name for f in fields_of_definitions() if isinstance(f, CustomUser)]
        values = (record.custom.get(name) for name in names)
        return [raw for raw in values if isinstance(raw, str) and is_id(raw)]

    def value(self, record: Any) -> Any:
        """The person."""
        raw = record.custom.get(self.name)
        return self.stored(raw) if raw is None else self.person(record, str(raw))

    def person(self, record: Any, pk: str) -> User | None:
        """The person of this id, loaded or asked for."""
        people: dict[str, User] = record.__dict__.setdefault("_custom_people", {})
        if pk not in people and is_id(pk):
            people |= {str(user.pk): user for user in User.objects.filter(pk=pk)}
        return people.get(pk)

    def read(self, raw: Any) -> Any:
        """The person, asked for one by one; `value` knows those that were loaded."""
        return User.objects.filter(pk=raw).first() if is_id(raw) else None

    def write(self, value: Any) -> Any:
        """The id."""
        return str(value.pk)

    def assign(self, record: Any, value: Any) -> None:
        """Keep the id, and remember the person."""
        super().assign(record, value)
        if value:
            people = record.__dict__.get("_custom_people", {})
            record.__dict__["_custom_people"] = {**people, str(value.pk): value}

    def shown(self, value: Any) -> Any:
        """The id."""
        return str(value.pk) if value else None

    def text(self, value: Any) -> str:
        """The name; suspended and removed people keep theirs."""
        return value.name if value else ""

    def cell(self, record: Any) -> str:
        """The name."""
        return conditional_escape(self.text(self.value(record)))

    def past(self, raw: Any, resolver: PastResolver) -> str:
        """The name of the person with this id."""
        return resolver.name(User, raw) if is_id(raw) else ""

    def export(self, record: Any) -> Any:
        """The e-mail address, which is one person's alone."""
        user = self.value(record)
        return user.email if user else ""

    def json(self, record: Any) -> Any:
        """Id and name."""
        user = self.value(record)
        return {"id": str(user.pk), "name": user.name} if user else None

    @property
    def json_input(self) -> dict[str, Any]:
        """The object, or an e-mail address, id or full name."""
        return {"anyOf": [self.json_type, {"type": "string"}]}

    def filter(self) -> Filter | None:
        """By people and teams."""
        return UserByKey(self.name)

    def order_by(self) -> Ordering | None:
        """By last and first name."""
        return self.ordering(PlaceOf(self.name, by_name))

    def formfield(self, viewer: Any, record: Any = None) -> forms.Field | None:
        """An active user; who is there already stays possible though suspended."""
        users = User.objects.active()
        own = record.custom.get(self.name) if record is not None else None
        if is_id(own):
            users = User.objects.filter(Q(pk=own) | Q(status="active"))
        return forms.ModelChoiceField(
            users.order_by("last_name", "first_name"),
            label=self.label,
            required=self.required,
            help_text=self.help,
            empty_label="—",
            error_messages={"invalid_choice": gettext_lazy("Choose one of the users.")},
        )

    def sample_cells(self, viewer: User) -> Sequence[Any]:
        """The viewer."""
        return (viewer.email,)

    def parse(self, cell: Any, context: Context) -> Any:
        """A user by e-mail, id or full name, also one who has left; empty for none."""
        text = to_text(cell["id"] if isinstance(cell, dict) and "id" in cell else cell).strip()
        return find_anybody(text, context) if text else None

    def comparable(self, value: Any) -> Any:
        """The id."""
        return str(value.pk) if value else None


def is_id(raw: Any) -> bool:
    """Whether this is the text of an id."""
    try:
        return isinstance(raw, str) and bool(UUID(raw))
    except ValueError:
        return False


def find_anybody(text: str, context: Context) -> User:
    """The user whom an e-mail, id or full name means; names mean those who still work here."""
    from orbita.records.fields.people import find_person

    memory = context.memory
    if "everybody" not in memory:
        memory["everybody"] = {}
        for user in User.objects.all():
            memory["everybody"] |= {user.email.lower(): user, str(user.pk): user}
    found = memory["everybody"].get(fold(text))
    return found or find_person(text, context)
