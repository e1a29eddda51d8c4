"""Adding and removing tags, groups and participants."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.accounts.models import User
from orbita.records.fields.base import Context
from orbita.records.fields.labels import LabelsField
from orbita.records.kinds import Kind
from orbita.records.many import touch
from orbita.records.models import Grant, Visibility
from orbita.records.operations.registry import ListOperation, Order, register
from orbita.records.operations.setting import NOBODY_LEFT
from orbita.ui.text import fold

_ADD_LABELS = """
INSERT INTO {table} (record_id, {column})
SELECT record_id, label_id FROM unnest(%s::uuid[]) record_id CROSS JOIN unnest(%s::int8[]) label_id
ON CONFLICT DO NOTHING
"""
_ADD_PEOPLE = """
INSERT INTO records_grant (record_id, {side}, role)
SELECT record_id, someone, 'participant'
FROM unnest(%s::uuid[]) record_id CROSS JOIN unnest(%s::uuid[]) someone
ON CONFLICT DO NOTHING
"""


class LabelsForm(forms.Form):
    """Names of tags or groups; only names that exist when they are to be removed."""

    def __init__(
        self, field: LabelsField, viewer: User, data: Any = None, *, create: bool = True
    ) -> None:
        super().__init__(data, label_suffix="")
        self.field, self.viewer, self.create = field, viewer, create
        shown = field.formfield(viewer)
        assert shown is not None  # noqa: S101
        shown.required = True
        self.fields["value"] = shown

    def clean_value(self) -> list[str]:
        """The names in the spelling of the dictionary."""
        context = Context(self.viewer, create_missing=self.create)
        names = self.field.parse(list(self.cleaned_data["value"]), context)
        if not names:
            raise ValidationError(_("Give at least one name"))
        return list(names)


class LabelOperation(ListOperation):
    """Tags or groups, added or removed."""

    field_key: ClassVar[str]
    section = "labels"
    adds = True

    def applies(self, kind: Kind | None, viewer: User) -> bool:
        """Where the kind has such labels."""
        return kind is not None and isinstance(kind.fields(viewer).get(self.field_key), LabelsField)

    def field(self, kind: Kind | None) -> LabelsField:
        """The kind's field."""
        assert kind is not None  # noqa: S101
        found = kind.all_fields()[self.field_key]
        assert isinstance(found, LabelsField)  # noqa: S101
        return found

    def form(self, kind: Kind | None, viewer: User, data: Any = None) -> forms.Form:
        """Names."""
        return LabelsForm(self.field(kind), viewer, data, create=self.adds)

    def prepare(self, order: Order) -> None:
        """Make missing names; in a transaction of its own, since others may wait for them."""
        if self.adds:
            self.field(order.kind).ids([(None, order.values["value"])])

    def known(self, order: Order) -> dict[str, int]:
        """The ids of the names that exist."""
        field = self.field(order.kind)
        keys = {fold(name): name for name in order.values["value"]}
        rows = field.dictionary.objects.filter(family=order.kind.family, key__in=list(keys))  # type: ignore[union-attr]
        return {keys[key]: pk for key, pk in rows.values_list("key", "pk")}

    def changing(self, order: Order) -> Q:
        """Those that lack one of the names, or have one that shall go."""
        field, known = self.field(order.kind), self.known(order)
        if self.adds and len(known) < len(order.values["value"]):
            return Q()
        found = Q(pk__in=())
        for pk in known.values():
            rows = field.link.objects.filter(record=OuterRef("pk"), **{field.column_name: pk})
            found |= ~Q(Exists(rows)) if self.adds else Q(Exists(rows))
        return found

    def write(self, order: Order, ids: Sequence[UUID]) -> None:
        """Links come or go."""
        field, labels = self.field(order.kind), sorted(self.known(order).values())
        if self.adds:
            statement = _ADD_LABELS.format(
                table=field.link._meta.db_table, column=f"{field.column_name}_id"
            )
            with connection.cursor() as cursor:
                cursor.execute(statement, [list(ids), labels])
        else:
            rows = field.link.objects.filter(record__in=ids)
            rows.filter(**{f"{field.column_name}__in": labels}).delete()
        touch(ids)

    def summary(self, order: Order) -> str:
        """With the names."""
        return f"{self.label}: {', '.join(order.values['value'])}"

    def pairs(self, order: Order, records: Sequence[Any]) -> list[tuple[str, str]]:
        """All names before and after."""
        field = self.field(order.kind)
        field.load(records, order.by)
        given = {fold(name) for name in order.values["value"]}
        result = []
        for record in records:
            old = list(field.value(record))
            if self.adds:
                new = field.combine(old, order.values["value"])
            else:
                new = [name for name in old if fold(name) not in given]
            result.append((field.text(old), field.text(new)))
        return result


class AddTags(LabelOperation):
    """More tags."""

    key, label, icon, order = "add-tags", gettext_lazy("Add tags"), "tag", 10
    field_key = "tags"


class RemoveTags(LabelOperation):
    """Fewer tags."""

    key, label, icon, order = "remove-tags", gettext_lazy("Remove tags"), "tag-off", 20
    field_key, adds = "tags", False


class AddGroups(LabelOperation):
    """Onto shelves."""

    key, label, icon, order = "add-groups", gettext_lazy("Add to a group"), "folder-plus", 30
    field_key = "groups"


class RemoveGroups(LabelOperation):
    """From shelves."""

    key, label, icon = "remove-groups", gettext_lazy("Remove from a group"), "folder-minus"
    order, field_key, adds = 40, "groups", False


class PeopleForm(forms.Form):
    """Users and teams."""

    def __init__(self, kind: Kind, viewer: User, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        shown = kind.all_fields()["participants"].formfield(viewer)
        assert shown is not None  # noqa: S101
        shown.required, shown.widget.attrs = True, {}
        self.fields["value"] = shown

    def clean_value(self) -> list[Any]:
        """At least one."""
        if not self.cleaned_data["value"]:
            raise ValidationError(_("Choose at least one person or team"))
        return list(self.cleaned_data["value"])


class ParticipantOperation(ListOperation):
    """Access beside the owner, given or taken."""

    section = "people"
    adds = True

    def applies(self, kind: Kind | None, viewer: User) -> bool:
        """Where the kind has participants."""
        return kind is not None and "participants" in kind.fields(viewer)

    def form(self, kind: Kind | None, viewer: User, data: Any = None) -> forms.Form:
        """Users and teams."""
        assert kind is not None  # noqa: S101
        return PeopleForm(kind, viewer, data)

    def sides(self, order: Order) -> dict[str, list[UUID]]:
        """The ids of users and of teams by the column that holds them."""
        users = [one.pk for one in order.values["value"] if isinstance(one, User)]
        teams = [one.pk for one in order.values["value"] if not isinstance(one, User)]
        return {side: sorted(ids) for side, ids in (("user", users), ("team", teams)) if ids}

    def meant(self, order: Order) -> Q:
        """The condition on grants for these users and teams."""
        found = Q(pk__in=())
        for side, ids in self.sides(order).items():
            found |= Q(**{f"{side}__in": ids})
        return found

    def changing(self, order: Order) -> Q:
        """Those that lack one of them, or have one that shall go."""
        found = Q(pk__in=())
        for side, ids in self.sides(order).items():
            for pk in ids:
                rows = Grant.objects.filter(record=OuterRef("pk"), **{side: pk})
                found |= ~Q(Exists(rows)) if self.adds else Q(Exists(rows))
        return found

    def write(self, order: Order, ids: Sequence[UUID]) -> None:
        """Grants come or go."""
        if self.adds:
            with connection.cursor() as cursor:
                for side, people in self.sides(order).items():
                    cursor.execute(_ADD_PEOPLE.format(side=f"{side}_id"), [list(ids), people])
        else:
            Grant.objects.filter(self.meant(order), record__in=ids).delete()
        touch(ids)

    def summary(self, order: Order) -> str:
        """With the names."""
        return f"{self.label}: {', '.join(str(one) for one in order.values['value'])}"

    def pairs(self, order: Order, records: Sequence[Any]) -> list[tuple[str, str]]:
        """Everybody before and after."""
        assert order.kind is not None  # noqa: S101
        field = order.kind.all_fields()["participants"]
        field.load(records, order.by)
        given, result = order.values["value"], []
        for record in records:
            old = list(field.value(record))
            left = [one for one in old if one not in given]
            new = [*old, *(one for one in given if one not in old)] if self.adds else left
            result.append((field.text(old), field.text(new)))
        return result


class AddParticipants(ParticipantOperation):
    """Gives access."""

    key, label, icon, order = "add-people", gettext_lazy("Add participants"), "user-plus", 30


class RemoveParticipants(ParticipantOperation):
    """Takes access away, as long as somebody keeps it."""

    key, label, icon = "remove-people", gettext_lazy("Remove participants"), "user-minus"
    order, adds = 40, False
    reasons: ClassVar[dict[str, Any]] = {"access": NOBODY_LEFT}

    def refusals(self, order: Order) -> dict[str, Q]:
        """Closed records without an owner whose last participants would go."""
        others = Grant.objects.filter(record=OuterRef("pk")).exclude(self.meant(order))
        closed = Q(visibility__gt=Visibility.PUBLIC, owner__isnull=True)
        return {"access": closed & ~Q(Exists(others)) & self.changing(order)}


for operation in (AddTags, RemoveTags, AddGroups, RemoveGroups, AddParticipants):
    register(operation())
register(RemoveParticipants())
