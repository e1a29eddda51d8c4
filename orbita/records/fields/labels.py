"""Tags and groups as fields."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orbita.preferences.store import request_cache
from orbita.records.changes import current
from orbita.records.dictionaries import GROUPS, TAGS, Dictionary
from orbita.records.fields.base import Context, Field, PastResolver, Rows
from orbita.records.labels import closed_to, groups_known_to, tags_known_to
from orbita.records.listing.counting import entries
from orbita.records.listing.filters import BadFilterError, ChoiceFilter, Filter, Option
from orbita.records.listing.having import has
from orbita.ui.formfields import TagsField as TagsFormField
from orbita.ui.html import format_html_join
from orbita.ui.ordering import alphabetical
from orbita.ui.questions import Question
from orbita.ui.sheets import join_items, split_items
from orbita.ui.templatetags.ui import tone
from orbita.ui.text import clean, fold
from orbita.ui.types import Text
from orbita.ui.values import to_text
from orbita.ui.widgets import Tags as TagsWidget

if TYPE_CHECKING:
    from orbita.accounts.models import User

NAMES = Question(
    lambda ids, link, column, language: (
        link.objects.filter(record__among=ids)
        .order_by(*alphabetical(f"{column}__name", language=language or ""))
        .values_list("record_id", f"{column}__name", f"{column}_id")
    )
)
_SEPARATORS = ";,|\n"


class LabelFilter(ChoiceFilter):
    """By tags or groups: any of them, none of them, has some, has none."""

    def __init__(self, labels: Dictionary, family: str, choices: Any) -> None:
        super().__init__("", choices)
        self.labels, self.family = labels, family
        self.link, self.column = labels.link, labels.column

    def clean(self, operator: str, values: Sequence[str], viewer: "User") -> list[Any]:
        """The ids of entries of which the viewer may know, all asked for at once."""
        cleaned = super().clean(operator, values, viewer)
        if cleaned:
            model, known = self.labels.model, request_cache()
            found = entries(viewer, model, self.link, self.column, self.family, cleaned)
            unseen = [pk for pk, _name, is_seen in found if not is_seen]
            rows = model.objects.filter(pk__in=unseen)
            if {pk for pk, *_rest in found} != set(cleaned) or (
                unseen and closed_to(viewer, rows, self.link, self.column)
            ):
                raise BadFilterError(str(cleaned))
            known[model, *cleaned] = ", ".join(name for _pk, name, _is_seen in found)
        return cleaned

    def clean_one(self, value: str, viewer: "User") -> int:
        """A number that may be an id."""
        if not (value.isascii() and value.isdecimal() and len(value) < 10):
            raise BadFilterError(value)
        return int(value)

    def describe(self, operator: str, values: list[Any], viewer: "User") -> str:
        """The names of the entries; `clean` has let them through."""
        known = request_cache()
        if (self.labels.model, *values) in known:
            return str(known[self.labels.model, *values])
        names = self.labels.model.objects.filter(pk__in=values).in_order()
        return ", ".join(names.values_list("name", flat=True))

    def looks_elsewhere(self, operator: str) -> bool:
        """In the table that ties them to records."""
        return True

    def filled(self) -> Q:
        """Has at least one."""
        return has(self.link.objects.all())

    def q(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """The condition."""
        if operator == "empty":
            return ~self.filled()
        return super().q(operator, values, viewer)

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """Carries any of them."""
        rows = self.link.objects.filter(**{f"{self.column}__in": values})
        found = has(rows)
        return ~found if operator == "not" else found


class LabelsField(Field):
    """Names out of a dictionary of the kind's family; stored as links by id."""

    many = True
    opens = "labels"
    json_type = {"type": "array", "items": {"type": "string"}}
    example: Any = ["VIP"]
    labels: Dictionary
    add_label: Text = ""
    max_length = 60

    @property
    def dictionary(self) -> type[Any]:
        """The model of the names."""
        return self.labels.model

    @property
    def link(self) -> type[Any]:
        """The model that ties them to records."""
        return self.labels.link

    @property
    def column_name(self) -> str:
        """The link's column."""
        return self.labels.column

    def may_create(self, viewer: "User") -> bool:
        """Whether the viewer may put new names into the dictionary."""
        return True

    def load(self, records: Sequence[Any], viewer: "User") -> None:
        """The names of all the records in one query."""
        slot = f"_{self.key}"
        missing = [record for record in records if slot not in record.__dict__]
        if not missing:
            return
        found: dict[Any, dict[str, int]] = {record.pk: {} for record in missing}
        rows = NAMES.rows(found, self.link, self.column_name, get_language())
        for pk, name, label in rows:
            found[pk][name] = label
        for record in missing:
            record.__dict__[slot] = list(found[record.pk])
            record.__dict__[f"{slot}_ids"] = found[record.pk]

    def value(self, record: Any) -> list[str]:
        """The names."""
        pending = getattr(record, "pending", {})
        if self.key in pending:
            return pending[self.key]
        return record.__dict__.get(f"_{self.key}", [])

    def text(self, value: Any) -> str:
        """The names, separated by commas."""
        return ", ".join(value or ())

    def export(self, record: Any) -> Any:
        """The names; one that holds a separator stands in quotation marks."""
        return join_items(self.value(record), ", ")

    def cell(self, record: Any) -> str:
        """The names as small labels."""
        return format_html_join(
            " ",
            '<span class="tag tone-{}">{}</span>',
            ((tone(name) if self.key == "tags" else 0, name) for name in self.value(record)),
        )

    def detail(self, record: Any) -> str:
        """The names as small labels, each a way to the list of all that carry it."""
        assert self.kind is not None  # noqa: S101
        ids, url = record.__dict__.get(f"_{self.key}_ids", {}), reverse("list", args=[self.kind])
        return format_html_join(
            " ",
            '<a class="tag tone-{}" href="{}?{}.is={}">{}</a>',
            (
                (tone(name) if self.key == "tags" else 0, url, self.key, ids[name], name)
                for name in self.value(record)
                if name in ids
            ),
        )

    def past(self, raw: Any, resolver: PastResolver) -> str:
        """The name of the tag or group with this id."""
        return resolver.name(self.dictionary, raw)

    def filter(self) -> Filter | None:
        """By any of the names that the viewer may know."""
        assert self.kind is not None  # noqa: S101
        return LabelFilter(self.labels, self.kind.family, self.choices)

    def choices(self, viewer: "User") -> list[Option]:
        """The dictionary as far as the viewer may know it."""
        raise NotImplementedError

    def parse(self, cell: Any, context: Context) -> Any:
        """Names, separated by commas or semicolons; one that exists in another spelling is used."""
        parts = cell if isinstance(cell, list) else split_items(to_text(cell), _SEPARATORS)
        names: dict[str, str] = {}
        for part in parts:
            name = clean(str(part))
            if len(name) > self.max_length:
                raise ValidationError(
                    _("At most %(limit)d characters; this has %(count)d")
                    % {"limit": self.max_length, "count": len(name)}
                )
            if name:
                names.setdefault(fold(name), name)
        known = self.known(list(names), context)
        may_create = context.create_missing and self.may_create(context.viewer)
        if not may_create and len(known) < len(names):
            unknown = next(name for key, name in names.items() if key not in known)
            raise ValidationError(_("Unknown: %(name)s") % {"name": unknown})
        return sorted(known.get(key, name) for key, name in names.items())

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """The first names that there are; else one that the viewer may add."""
        found = [str(option.label) for option in self.choices(viewer)[:2]]
        if not found:
            return self.example if self.may_create(viewer) else ()
        return [join_items(found, ", "), found[0]]

    def prepare(self, cells: Sequence[Any], context: Context) -> None:
        """Look all the names of the cells up in one query."""
        names = {fold(part) for cell in cells for part in split_items(to_text(cell), _SEPARATORS)}
        self.known([name for name in names if name], context)

    def combine(self, old: Any, new: Any) -> Any:
        """The names of both."""
        names = {fold(name): name for name in [*(new or ()), *(old or ())]}
        return sorted(names.values())

    def known(self, keys: list[str], context: Context) -> dict[str, str]:
        """Names of the dictionary by key, read once for many cells; closed ones do not exist."""
        assert self.kind is not None  # noqa: S101
        memory = context.memory.setdefault(f"{self.key} of {self.kind.family}", {})
        asked = [key for key in keys if key not in memory]
        if asked:
            rows = self.dictionary.objects.filter(family=self.kind.family, key__in=asked)
            memory.update(dict.fromkeys(asked))
            found = list(rows.values_list("pk", "key", "name"))
            closed = closed_to(context.viewer, rows, self.link, self.column_name) if found else ()
            memory.update({key: name for pk, key, name in found if pk not in closed})
        return {key: memory[key] for key in keys if memory[key]}

    def would_make(self, value: Any, context: Context) -> Sequence[str]:
        """The names that are new to the dictionary."""
        known = self.known([fold(name) for name in value or ()], context)
        return [name for name in value or () if fold(name) not in known]

    def assign(self, record: Any, value: Any) -> None:
        """Wait until the record is stored."""
        record.pending[self.key] = value or []

    def store(self, pending: Sequence[tuple[Any, Any]]) -> None:
        """Make the stored links equal to the names; missing dictionary entries are made."""
        assert self.kind is not None  # noqa: S101
        ids = self.ids(pending)
        wanted = {(r.pk, ids[name]) for r, value in pending for name in value}
        rows = self.link.objects.filter(record__in=[record.pk for record, _value in pending])
        stored = {
            (row["record_id"], row[f"{self.column_name}_id"]): row["pk"]
            for row in rows.values("record_id", f"{self.column_name}_id", "pk")
        }
        gone = [pk for pair, pk in stored.items() if pair not in wanted]
        if gone:
            self.link.objects.filter(pk__in=gone).delete()
        new = [
            self.link(**{"record_id": record, f"{self.column_name}_id": label})
            for record, label in sorted(wanted - stored.keys(), key=str)
        ]
        self.link.objects.bulk_create(new, ignore_conflicts=True)
        for record, _value in pending:
            record.__dict__.pop(f"_{self.key}", None)

    def ids(self, pending: Sequence[tuple[Any, Any]]) -> dict[str, int]:
        """The dictionary's ids by name; missing entries are made."""
        assert self.kind is not None  # noqa: S101
        keys = {name: fold(name) for name in {n for _record, value in pending for n in value}}
        rows = self.dictionary.objects.filter(
            family=self.kind.family, key__in=list(set(keys.values()))
        )
        ids, deed = dict(rows.values_list("key", "pk")), current()
        for name, key in sorted(keys.items()):
            if key not in ids:
                made_in = deed.pk if deed else None
                ids[key] = self.dictionary.named(self.kind.family, name, made_in=made_in).pk
        return {name: ids[key] for name, key in keys.items()}

    def new_rows(self, pending: Sequence[tuple[Any, Any]]) -> Rows | None:
        """The links of new records."""
        ids = self.ids(pending)
        values = (
            (record.pk, pk)
            for record, value in pending
            for pk in dict.fromkeys(ids[name] for name in value)
        )
        return Rows(self.link, ("record_id", f"{self.column_name}_id"), values)

    def comparable(self, value: Any) -> Any:
        """The sorted names."""
        return sorted(value or ()) or None


class TagsField(LabelsField):
    """Free words."""

    icon = "tag"
    labels = TAGS
    add_label = gettext_lazy("Add tag")

    def choices(self, viewer: "User") -> list[Option]:
        """Tags that stand on records which the viewer may open."""
        assert self.kind is not None  # noqa: S101
        tags = tags_known_to(viewer, self.kind.family)
        return [Option(str(tag.pk), tag.name) for tag in tags]

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """Words to type, with suggestions."""
        return TagsFormField(
            label=self.label,
            required=self.required,
            help_text=self.help,
            widget=TagsWidget(reverse("suggest-tags", kwargs={"kind": self.kind})),
        )


class GroupsFormField(TagsFormField):
    """Groups by name; new ones only from those who may manage them."""

    max_length = 80

    def __init__(self, known: "Callable[[], Iterable[str]] | None", **options: Any) -> None:
        super().__init__(**options)
        self.known = known

    def clean(self, value: Any) -> list[str]:
        """Names, each of which exists unless new ones may be made."""
        names = super().clean(value)
        if names and self.known is not None:
            known = {fold(name) for name in self.known()}
            unknown = next((name for name in names if fold(name) not in known), None)
            if unknown is not None:
                raise ValidationError(_("Unknown: %(name)s") % {"name": unknown})
        return names


class GroupsField(LabelsField):
    """Shelves of the account."""

    icon = "folders"
    labels = GROUPS
    add_label = gettext_lazy("Add to group")
    max_length = 80

    def may_create(self, viewer: "User") -> bool:
        """Whether the viewer manages groups."""
        assert self.kind is not None  # noqa: S101
        return GROUPS.may_manage(viewer, self.kind.family)

    def choices(self, viewer: "User") -> list[Option]:
        """The groups of the family that the viewer may know."""
        assert self.kind is not None  # noqa: S101
        groups = groups_known_to(viewer, self.kind.family)
        return [Option(str(group.pk), group.name) for group in groups]

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """Groups to choose, or to add."""
        may_create = self.may_create(viewer)
        return GroupsFormField(
            None if may_create else lambda: [str(option.label) for option in self.choices(viewer)],
            label=self.label,
            required=self.required,
            help_text=self.help,
            widget=TagsWidget(
                reverse("suggest-groups", kwargs={"kind": self.kind}), may_create=may_create
            ),
        )
