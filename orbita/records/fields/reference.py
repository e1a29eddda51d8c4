"""A record that another record names: a person's company, a deal's company and persons."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.records.access import HIDDEN, known_at, mark_openness
from orbita.records.fields.base import Context, Field, Ordering, PastResolver
from orbita.records.listing.filters import NEED_NO_VALUE, BadFilterError, Filter
from orbita.ui.questions import Question
from orbita.ui.text import clean
from orbita.ui.widgets import Option, Picker

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind


REFERENCE_JSON: dict[str, Any] = {
    "type": "object",
    "properties": {"id": {"type": "string", "format": "uuid"}, "title": {"type": "string"}},
    "required": ["id"],
    "additionalProperties": False,
}
REFERENCE_EXAMPLE = {"id": "01934d2e-6c2a-7b3e-9d1f-2b8c4a6e0f13", "title": "Nowa Era"}


class RecordChoiceField(forms.ModelChoiceField):
    """One record, out of those that the viewer may know of."""

    default_error_messages = {"invalid_choice": gettext_lazy("The record no longer exists")}

    def to_python(self, value: Any) -> Any:
        """The record; what is no id at all names none."""
        if value not in self.empty_values and not _is_uuid(getattr(value, "pk", value)):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


class RecordsChoiceField(forms.ModelMultipleChoiceField):
    """Several records, out of those that the viewer may know of."""

    default_error_messages = {"invalid_choice": gettext_lazy("The record no longer exists")}


def listed_of_kind(target: str, viewer: "User") -> Any:
    """The records of a kind that the viewer may know of."""
    from orbita.records.kinds import kinds
    from orbita.records.models import Record

    return Record.objects.listed_for(viewer, kind=kinds.by_key(target))


def record_picker(
    kind: "Kind",
    viewer: "User",
    *,
    multiple: bool = False,
    create_url: str = "",
    create_with: str = "",
) -> Picker:
    """A picker of records of a kind, which shows what tells two of one name apart.

    `create_with` names the controls of its form whose values a new record gets too.
    """

    def options(values: list[str]) -> list[Option]:
        from orbita.records.hints import options_of

        rows = listed_of_kind(kind.key, viewer).with_openness(viewer)
        ids = [value for value in values if _is_uuid(value)]
        return options_of(list(rows.filter(pk__in=ids)), viewer)

    return Picker(
        reverse("suggest-records", kwargs={"kind": kind}),
        multiple=multiple,
        options=options,
        create_url=create_url,
        create_label=kind.labels.add if create_url else "",
        attrs={"data-create-with": create_with} if create_url and create_with else None,
    )


def _is_uuid(text: str) -> bool:
    """Whether the text has the form of an id."""
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


class ReferenceFilter(Filter):
    """By the record at the other end, as far as the viewer may know it."""

    operators: tuple[str, ...] = ("is", "not", "filled", "empty")
    widget = "picker"

    def __init__(self, path: str, target: str) -> None:
        super().__init__(path)
        self.target = target
        self.titles: dict[Any, str] = {}

    def clean(self, operator: str, values: Sequence[str], viewer: "User") -> list[Any]:
        """Ids of records of which the viewer may know, all of them asked for at once."""
        from orbita.records.models import Record

        if operator not in NEED_NO_VALUE:
            ids = [text for text in map(clean, values[:200]) if _is_uuid(text)]
            rows = Record.objects.listed_for(viewer).filter(pk__in=ids, kind=self.target)
            self.titles = dict(rows.values_list("pk", "title"))
        return super().clean(operator, values, viewer)

    def clean_one(self, value: str, viewer: "User") -> Any:
        """The id of a record that the viewer may know of; a saved filter outlives a merger."""
        from orbita.records.merging.survivors import survivor_of

        try:
            pk = UUID(value)
        except ValueError as error:
            raise BadFilterError(value) from error
        if pk in self.titles:
            return pk
        survivor = survivor_of(pk, viewer)
        if survivor is None or survivor.kind != self.target:
            raise BadFilterError(value)
        self.titles[survivor.pk] = survivor.title
        return survivor.pk

    def q(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """The condition; an end that the viewer may not know of counts as none."""
        from orbita.records.kinds import kinds

        if operator not in NEED_NO_VALUE:
            return super().q(operator, values, viewer)
        known = known_at(self.path, viewer, kind=kinds.by_key(self.target))
        filled = Q(**{f"{self.path}__isnull": False}) & known
        return filled if operator == "filled" else ~filled

    def describe(self, operator: str, values: list[Any], viewer: "User") -> str:
        """The names."""
        return ", ".join(self.titles[pk] for pk in values if pk in self.titles)


def known_ends(ids: set[Any], viewer: "User", joined: Sequence[Any] = ()) -> dict[Any, Any]:
    """The live records with these ids that the viewer may know of, with `is_open`.

    `joined` are those of them that are there already. That their kind is open to the viewer, the
    field has seen to.
    """
    if not ids:
        return {}
    rows = [row for row in joined if row.deleted_at is None]
    if ids - {row.pk for row in joined}:
        rows = ENDS.objects(ids)
    mark_openness(rows, viewer)
    return {row.pk: row for row in rows if row.is_open or row.visibility < HIDDEN}


def live_records(ids: Any) -> Any:
    """The records with these ids that are not in the bin."""
    from orbita.records.models import Record

    return Record._base_manager.filter(pk__among=ids, deleted_at=None).order_by()


ENDS = Question(live_records)


class ReferenceField(Field):
    """One record of another kind, in a column of the child table.

    `target` is the key of the other kind. What the viewer may not know of is not shown, and is
    kept when the form is saved.
    """

    icon = "link"
    opens = "record"
    bulk = True
    json_type = REFERENCE_JSON
    example = REFERENCE_EXAMPLE

    def __init__(self, *args: Any, target: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.target = target
        self.column_name = self.path.rpartition("__")[2]
        self.reaches = (self.column_name,)
        self.label = lazy(self._label_now, str)(self.label)

    def _label_now(self, declared: Any) -> str:
        """The label; one that is the name of the kind follows the account's own name."""
        kind = self.target_kind()
        is_name = str(declared) == str(type(kind).labels.one)
        return str(kind.labels.one if is_name else declared)

    @property
    def shared_load(self) -> Any:
        """Several kinds may name a record of one kind in a column of one name."""
        return type(self), self.key, self.target, self.column_name

    def is_on(self, viewer: "User") -> bool:
        """Exists while the other kind is switched on."""
        return super().is_on(viewer) and self.target_kind().may(viewer, "view")

    def target_kind(self) -> "Kind":
        """The kind at the other end."""
        from orbita.records.kinds import kinds

        return kinds.by_key(self.target)

    def load(self, records: Sequence[Any], viewer: "User") -> None:
        """The other ends that the viewer may know of, in one query for all the records."""
        slot = f"_{self.key}"
        missing = [record for record in records if slot not in record.__dict__]
        ids = {getattr(record, f"{self.column_name}_id") for record in missing} - {None}
        joined = [r._state.fields_cache.get(self.column_name) for r in missing]
        found = known_ends(ids, viewer, [end for end in joined if end is not None])
        for record in missing:
            record.__dict__[slot] = found.get(getattr(record, f"{self.column_name}_id"))

    def value(self, record: Any) -> Any:
        """The other end, None where there is none or the viewer may not know of it."""
        return record.__dict__.get(f"_{self.key}")

    def text(self, value: Any) -> str:
        """Its name."""
        return value.title if value else ""

    def cell(self, record: Any) -> str:
        """A link to it."""
        from orbita.records.cells import record_link

        target = self.value(record)
        return record_link(target) if target else ""

    def export_number(self) -> "tuple[str, Callable[[Any], Any]] | None":
        """The ID number of the other end, where the viewer may open it."""

        def cell(record: Any) -> Any:
            target = self.value(record)
            return target.number if target and target.is_open else None

        return f"{self.label}: {self.target_kind().all_fields()['number'].label}", cell

    def json(self, record: Any) -> Any:
        """Id and name."""
        target = self.value(record)
        return {"id": str(target.pk), "title": target.title} if target else None

    @property
    def json_input(self) -> dict[str, Any]:
        """The object, or an id or exact name."""
        return {"anyOf": [self.json_type, {"type": "string"}]}

    def past(self, raw: Any, resolver: PastResolver) -> str:
        """The name of the record with this id, as far as the viewer may know it."""
        from orbita.records.models import Record

        return resolver.name(Record, raw) if raw else ""

    def filter(self) -> Filter | None:
        """By the other end."""
        return ReferenceFilter(self.path, self.target)

    def order_by(self) -> Ordering | None:
        """By its name; those without one last. Only what the viewer may know counts (see query)."""
        return None

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A picker that suggests while one types."""
        kind = self.target_kind()
        return RecordChoiceField(
            listed_of_kind(self.target, viewer),
            label=self.label,
            required=self.required,
            help_text=self.help,
            widget=record_picker(
                kind,
                viewer,
                create_url=self.create_url(viewer, record),
                create_with="source" if self._hands_on() else "",
            ),
        )

    def create_url(self, viewer: "User", record: Any) -> str:
        """Where a name typed in the picker becomes a record; empty if the viewer may not add."""
        kind = self.target_kind()
        if not kind.may(viewer, "add"):
            return ""
        url = reverse("quick-add", kwargs={"kind": kind})
        return f"{url}?from={record.pk}" if record is not None and self._hands_on() else url

    def _hands_on(self) -> bool:
        """Whether records that are made here take the source of this one."""
        return self.kind is not None and self.key in self.kind.source_to

    def initial(self, record: Any) -> Any:
        """The other end, if the viewer may know of it."""
        return self.value(record)

    def parse(self, cell: Any, context: Context) -> Any:
        """An id, or the exact name of one record that the viewer may know of."""
        if isinstance(cell, dict):
            cell = cell.get("id")
        text = str(cell or "").strip()
        if not text:
            return None
        rows = listed_of_kind(self.target, context.viewer)
        try:
            found = list(rows.filter(pk=UUID(text))[:2])
        except ValueError:
            key = self.target_kind().title_key(text)
            found = list(rows.filter(title_key=key)[:2])
        if len(found) != 1:
            problem = _("Not found: %(name)s") if not found else _("Several are called %(name)s")
            raise ValidationError(problem % {"name": text[:80]})
        return found[0]

    def assign(self, record: Any, value: Any) -> None:
        """Point at the other end; one that the viewer cannot see stays when nothing was chosen."""
        hidden_stays = value is None and record.__dict__.get(f"_{self.key}", "") is None
        if not hidden_stays or not getattr(record, f"{self.column_name}_id"):
            setattr(record, f"{self.column_name}_id", value.pk if value else None)
        record.__dict__[f"_{self.key}"] = value

    def differs(self, value: Any, viewer: "User") -> Q:
        """Rows that point elsewhere; an end that the viewer may not know of is not cleared."""
        if value is not None:
            return super().differs(value.pk, viewer)
        known = listed_of_kind(self.target, viewer).filter(pk=OuterRef(self.path))
        return super().differs(None, viewer) & Q(Exists(known))

    def set_many(self, ids: Sequence[Any], value: Any) -> None:
        """Point at the other end."""
        super().set_many(ids, value.pk if value is not None else None)

    def comparable(self, value: Any) -> Any:
        """The id."""
        return str(value.pk) if value else None


def numbered(target: Any) -> str:
    """A record's name with its ID number, by which an import finds it again."""
    return f"{target.title} ({target.number})" if target.is_open else str(target.title)
