"""Setting or clearing one field: the owner, the level, the source, and whatever a Field allows."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.records.fields.custom.value import CustomValue
from orbita.records.kinds import Kind
from orbita.records.models import Grant, Record, Visibility
from orbita.records.operations.registry import ListOperation, Order, operations

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field

NAMED = {
    "owner": ("people", 10, gettext_lazy("Change the owner"), "user-check"),
    "visibility": ("people", 20, gettext_lazy("Change the visibility"), "eye"),
    "source": ("fields", 10, gettext_lazy("Change the source"), "target-arrow"),
}
"""Those with a name and a place of their own."""
NOBODY_LEFT = gettext_lazy("somebody must keep access: an owner or a participant")
NOT_THEIRS = gettext_lazy("you may not change the owner")


class SettingForm(forms.Form):
    """The new value, or that the field shall be cleared."""

    def __init__(self, field: "Field", viewer: "User", data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.field = field
        shown = field.formfield(viewer)
        assert shown is not None  # noqa: S101
        self.empty = empty_value(field, shown)
        if isinstance(shown, forms.BooleanField):
            shown = yes_or_no(shown)
        shown.required = False
        shown.label = field.label
        if getattr(shown, "empty_label", ""):
            shown.empty_label = "—"  # type: ignore[attr-defined]
        self.fields["value"] = shown
        if self.empty is not MUST_STAY:
            self.fields["clear"] = forms.BooleanField(
                required=False, label=_("Clear the field instead")
            )

    def clean(self) -> dict[str, Any]:
        """A value or its clearing, never nothing."""
        cleaned = super().clean() or {}
        if cleaned.get("clear"):
            self.errors.pop("value", None)
            return {"value": self.empty}
        if "value" not in cleaned:
            return cleaned
        try:
            value = self.field.from_form(cleaned["value"])
        except ValidationError as error:
            self.add_error("value", error)
            return cleaned
        if self.field.is_empty(value):
            self.add_error("value", _("Give a value"))
        return {"value": value}


MUST_STAY: Any = object()


def empty_value(field: "Field", shown: forms.Field) -> Any:
    """What the field holds when it is cleared; MUST_STAY where that is not possible."""
    if shown.required or isinstance(shown, forms.BooleanField) or field.key == "visibility":
        return MUST_STAY
    posted = shown.widget.value_from_datadict(QueryDict(), {}, "value")  # type: ignore[arg-type]
    try:
        value = field.from_form(shown.clean(posted))
    except ValidationError:
        return MUST_STAY
    column = column_of(field)
    if value is None and column is not None and not column.null:
        return MUST_STAY
    return value


def column_of(field: "Field") -> Any:
    """The model's column that holds the value; None where it is kept in another way."""
    parent, _dots, name = field.path.rpartition("__")
    model: Any = field.kind.model if parent and field.kind is not None else Record
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if getattr(found, "concrete", False) else None


def yes_or_no(shown: forms.BooleanField) -> forms.Field:
    """Two choices, since a box that nobody ticked would say no."""
    return forms.TypedChoiceField(
        label=shown.label,
        help_text=shown.help_text,
        choices=[("", "—"), ("1", _("yes")), ("0", _("no"))],
        coerce=lambda value: value == "1",
        empty_value=None,
    )


class SetField(ListOperation):
    """Gives one field the same value in all the rows."""

    def __init__(self, field: "Field") -> None:
        self.field, self.icon = field, field.icon  # type: ignore[misc]
        self.key = f"set-{field.key}"
        self.label = field.label
        self.section, self.order = "fields", 100
        if field.key in NAMED:
            self.section, self.order, self.label, self.icon = NAMED[field.key]  # type: ignore[misc]

    reasons = {"access": NOBODY_LEFT, "owner": NOT_THEIRS}

    def form(self, kind: Kind | None, viewer: "User", data: Any = None) -> forms.Form:
        """One value."""
        return SettingForm(self.field, viewer, data)

    def refusals(self, order: Order) -> dict[str, Q]:
        """What the field refuses, and closed records that would be left to administrators."""
        value = order.values["value"]
        found = dict(self.field.refused(value, order.by))
        unshared = ~Q(Exists(Grant.objects.filter(record=OuterRef("pk"))))
        if self.field.key == "owner" and value is None:
            found["access"] = Q(visibility__gt=Visibility.PUBLIC) & unshared
        if self.field.key == "visibility" and value != Visibility.PUBLIC:
            found["access"] = Q(owner__isnull=True) & unshared
        return found

    def changing(self, order: Order) -> Q:
        """Those with another value."""
        return self.field.differs(order.values["value"], order.by)

    def examine(self, order: Order, ids: Sequence[UUID]) -> dict[UUID, str]:
        """The kind's own rules about several values, where it has any."""
        kind = order.kind
        if kind is None or type(kind).check is Kind.check:
            return {}
        values = {self.field.key: order.values["value"]}
        found = {}
        for record in kind.model._base_manager.filter(pk__in=ids).iterator():
            problems = kind.check(values, record)
            if problems:
                found[record.pk] = next(iter(problems.values()))
        return found

    def write(self, order: Order, ids: Sequence[UUID]) -> None:
        """As the Field does it."""
        self.field.set_many(ids, order.values["value"])

    def summary(self, order: Order) -> str:
        """The field and its new value."""
        return f"{self.label}: {self.words(order.values['value']) or _('empty')}"

    def deed(self, order: Order) -> str:
        """The name alone; the value stands in the entry, for those who may see it.

        The name of a custom field is kept back too: it may be, or become, for some roles alone.
        """
        if self.field.key in NAMED:
            return str(self.label)
        if isinstance(self.field, CustomValue):
            return _("Set a field")
        return _("Set a field: %(field)s") % {"field": self.field.label}

    def pairs(self, order: Order, records: Sequence[Any]) -> list[tuple[str, str]]:
        """Old and new value."""
        self.field.load(records, order.by)
        new = self.words(order.values["value"])
        return [(self.words(self.field.value(record)), new) for record in records]

    def words(self, value: Any) -> str:
        """A value as people read it."""
        return "" if self.field.is_empty(value) else self.field.text(value)


def settable(kind: Kind | None, viewer: "User") -> Iterable[ListOperation]:
    """One operation for each field that allows it; parts of the name are each record's own."""
    if kind is None:
        return
    for key, field in kind.fields(viewer).items():
        if not field.bulk or not field.editable or key in kind.title_from:
            continue
        if key == "visibility" and len(field.allowed()) < 2:  # type: ignore[attr-defined]
            continue
        yield SetField(field)


operations.provide(settable)
