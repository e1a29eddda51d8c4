"""Values that new records take over from the records that they name: a deal its company's source.

Which references count follows from the kinds (`Field.givers`; for sources `givers`). In add forms
the value is prefilled when the form opens and follows the references while one chooses them, until
the user touches it. Edit forms, the API and imports take nothing over (an import has an option for
it).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from orbita.records.models import Record

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field
    from orbita.records.forms import RecordForm
    from orbita.records.kinds import Kind

MOST = 50


def givers(kind: "Kind") -> tuple[str, ...]:
    """The keys of the fields from whose records new records of the kind take their source.

    Where the kind says nothing: all references to kinds with a source, in the order of the form.
    """
    from orbita.records.kinds import kinds

    if not kind.has_source:
        return ()
    if kind.source_from is not None:
        return kind.source_from
    fields = kind.all_fields()
    placed = [key for section in kind.form for key in section.fields if key in fields]
    targets = {key: getattr(fields[key], "target", "") for key in dict.fromkeys([*placed, *fields])}
    return tuple(key for key, t in targets.items() if t and kinds.by_key(t).has_source)


def makers(kind: "Kind") -> set[str]:
    """The keys of the kinds that hand their source to records of this kind made in their forms."""
    from orbita.records.kinds import kinds

    found = set()
    for other in kinds:
        fields = other.all_fields()
        if any(getattr(fields.get(key), "target", "") == kind.key for key in other.source_to):
            found.add(other.key)
    return found


def flowing_fields(kind: "Kind", viewer: "User") -> "list[Field]":
    """The fields of the kind whose values are taken over now."""
    return [f for f in kind.fields(viewer).values() if f.is_flowing()]


@dataclass
class Flow:
    """How one field of an add form stands: what the form was opened from, what came in which order.

    `origin` is the record from whose profile the form was opened, `order` the ids of the chosen
    records in the order in which they were chosen. `is_touched` says that the user has set or
    emptied the field.
    """

    kind: "Kind"
    viewer: "User"
    field: "Field"
    chosen: Sequence[UUID] = ()
    origin: UUID | None = None
    order: list[UUID] = default(default_factory=list)
    is_touched: bool = False

    def __post_init__(self) -> None:
        kept = [pk for pk in self.order if pk in self.chosen]
        self.order = [*kept, *(pk for pk in self.chosen if pk not in kept)][:MOST]

    def giver(self) -> Any:
        """The first record with a value to give, out of those that the viewer may open."""
        wanted = list(dict.fromkeys([*([self.origin] if self.origin else []), *self.order]))
        if not wanted:
            return None
        rows = Record.objects.readable_by(self.viewer).filter(pk__in=wanted)
        found = {row.pk: row for row in rows.select_related(self.field.key)}
        fit = (found[pk] for pk in wanted if pk in found and self._counts(found[pk]))
        return next((row for row in fit if self.value_of(row) is not None), None)

    def _counts(self, record: Any) -> bool:
        """Whether the form names the record still, or was opened from it without naming it."""
        return record.pk in self.order or record.kind in makers(self.kind)

    def value_of(self, record: Any) -> Any:
        """What the record has to give: nothing, and nobody, not offered for new records."""
        value = getattr(record, self.field.key)
        is_offered = getattr(value, "is_offered", getattr(value, "is_active", True))
        return value if value is None or is_offered else None


def opened(
    kind: "Kind", viewer: "User", field: "Field", given: Mapping[str, Any], origin: str
) -> Flow:
    """The flow of a form that opens: `given` are the records that the address names, by field."""
    chosen: list[UUID] = []
    for key in field.givers():
        value = given.get(key)
        chosen += [one.pk for one in (value if isinstance(value, list) else [value]) if one]
    first = read_id(origin) or (chosen[0] if chosen else None)
    return Flow(kind, viewer, field, chosen, first)


def posted(kind: "Kind", viewer: "User", field: "Field", data: Any) -> Flow:
    """The flow of a form as it was posted, or as it stands while one chooses."""
    chosen = read_ids(text for key in field.givers() for text in data.getlist(key))
    order = read_ids(data.get(f"{field.key}-order", "")[:4000].split(","))
    origin = read_id(data.get(f"{field.key}-origin", ""))
    touched = data.get(f"{field.key}-touched", "") == "1"
    return Flow(kind, viewer, field, chosen, origin, order, touched)


def take_over(form: "RecordForm", given: Mapping[str, Any], origin: str = "") -> None:
    """Prefill what an add form takes over, and have it follow the references from now on."""
    kind, viewer = form.kind, form.viewer
    for flowing in flowing_fields(kind, viewer):
        if flowing.key not in form.fields or not (flowing.givers() or makers(kind)):
            continue
        if form.is_bound:
            flow = posted(kind, viewer, flowing, form.data)
        else:
            flow = opened(kind, viewer, flowing, given, origin)
        put_into(form, flow)


def put_into(form: "RecordForm", flow: Flow) -> None:
    """Show the value of the flow in the form, with its mark, unless the user has touched it."""
    key = flow.field.key
    giver = None if flow.is_touched else flow.giver()
    value = flow.value_of(giver) if giver is not None else None
    if not form.is_bound and not flow.is_touched:
        form.initial[key] = value if value is not None else flow.field.default(flow.viewer)
    elif value is not None and form.data.get(key, "") != str(value.pk):
        giver = None
    inner: Any = form.fields[key]
    choices = inner.choices
    inner.widget = FlowSelect(flow, mark(giver) if giver is not None else "")
    inner.widget.choices = choices


def mark(giver: Any) -> str:
    """Where the value came from, in words."""
    origin = giver.kind_object.labels.origin or _("From: %(name)s")
    return str(origin) % {"name": giver.title}


class FlowSelect(forms.Select):
    """A choice that follows the references of its form until it is touched."""

    template_name = "records/forms/flow.html"

    def __init__(self, flow: Flow, mark: str) -> None:
        super().__init__()
        self.flow, self.mark = flow, mark

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """What the template needs besides the options."""
        context = super().get_context(name, value, attrs)
        flow = self.flow
        context["widget"]["template_name"] = "django/forms/widgets/select.html"
        context["flow"] = {
            "url": reverse("flow", kwargs={"kind": flow.kind, "key": flow.field.key}),
            "watch": " ".join(flow.field.givers()),
            "order": ",".join(str(pk) for pk in flow.order),
            "origin": flow.origin or "",
            "touched": "1" if flow.is_touched else "",
            "mark": self.mark,
        }
        return context


def read_id(text: str) -> UUID | None:
    """The id, if the text is one."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def read_ids(texts: Iterable[str]) -> list[UUID]:
    """The ids among the texts, each once."""
    found = (read_id(text) for text in texts)
    return list(dict.fromkeys(pk for pk in found if pk is not None))[:MOST]
