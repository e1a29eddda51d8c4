"""The interface of a value."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.db import models
from django.db.models.functions import Collate
from django.utils.translation import get_language

from orbita.records.fields.context import Context as Context
from orbita.records.fields.context import is_read_alone as is_read_alone
from orbita.records.fields.context import reads_alone as reads_alone
from orbita.records.fields.past import PastResolver as PastResolver
from orbita.ui.formats import collation
from orbita.ui.html import conditional_escape, format_html
from orbita.ui.types import Text

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    from orbita.accounts.models import User
    from orbita.records.kinds import Kind
    from orbita.records.listing.filters import Filter


@dataclass(frozen=True)
class Ordering:
    """How a list sorts by a value.

    `expression` is the sort key and `tie` the path of the primary key that lies in the same index.
    Rows without a value (NULL, or `empty`) always come last; `empty` is None where NULL is meant,
    and `total` says that every row has a value. `groups` is for a column of Record, `path`, that
    points to a small dictionary (people, sources): it gives the ids of all entries in their order.
    `without` is the condition for rows without a value where `path` cannot say it quickly, `key`
    the key in `custom` by which its general index finds those with one. What is not `lasting` asks
    something else at another time.
    """

    expression: "Combinable"
    tie: str = "pk"
    total: bool = False
    path: str = ""
    empty: str | None = None
    groups: "Callable[[], Iterable[Any]] | None" = None
    without: "Callable[[], models.Q] | None" = None
    key: str = ""
    lasting: bool = True


class Rows(NamedTuple):
    """Rows of one table that are to be stored: the columns as the database calls them, the values.

    Plain tuples, since a model instance for each costs more than its writing. They may be made
    while the database takes them, so making them must not ask it anything.
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    values: Iterable[tuple[Any, ...]]


class Depth(Enum):
    """How much of a value that may be very long is loaded: what cells, forms or exports show."""

    CELL = "cell"
    FORM = "form"
    WHOLE = "whole"


class Field:
    """One sort of value of one kind of record.

    `key` names it everywhere (form, address, API); `path` is where the database finds it, seen
    from Record. Subclasses override what differs; a method that returns None says that there is
    no such thing for this value.

    `flows` is the setting that lets new records take the value over from those that they name (see
    flowing.py).
    `create_label` is what an import offers to administrators where the values are entries of a
    dictionary of theirs.
    `fills` are the keys of the fields of which an import fills in the parts of this value, where a
    whole stands in one cell: first and last name (see `Kind.split_title`).
    `import_group` is under what an import offers it; else it stands under its kind.
    `in_api` says that the value stands in the JSON of its record; what does not may still narrow
    lists there.
    `opens` says what the value names, which the API can put whole beside it: `record` (of the kind
    `target`), `user`, `people` (users and teams), `labels`.
    `json_type` is the JSON Schema of `json` (which may also be null), `example` such a value;
    `needs` are paths to join when the value is shown, `reaches` paths whose rows `load` takes where
    they are joined, and else asks for; `part_of` is the key of the field that holds the whole, for
    a value that is one part of it; `beside` names the column without which a stored value cannot be
    read, as an amount without its currency. `bulk` says that list operations set and clear it, by
    `differs` and `set_many`. `touches` says that a new value changes the record itself, whose
    version counts on; `merges` that a merger decides about the value; `preset` that new records
    get the default through every door, not in forms alone.
    """

    icon = "letter-case"
    align = ""
    many = False
    importable = True
    exportable = True
    editable = True
    inline = True
    wide = False
    column = True
    in_api = True
    opens = ""
    flows = ""
    create_label: Text = ""
    import_group: Text = ""
    fills: tuple[str, ...] = ()
    bulk = False
    touches = True
    merges = True
    preset = False
    json_type: dict[str, Any] = {"type": "string"}
    example: Any = "text"
    needs: tuple[str, ...] = ()
    reaches: tuple[str, ...] = ()
    part_of = ""
    beside = ""

    def __init__(
        self,
        key: str,
        label: Text,
        *,
        path: str = "",
        required: bool = False,
        help: Text = "",
        basic: bool = False,
        synonyms: Sequence[str] = (),
        feature: str = "",
    ) -> None:
        self.key, self.label, self.help = key, label, help
        self.path = path or key
        self.required, self.basic = required, basic
        self.synonyms = tuple(synonyms)
        self.feature = feature
        self.kind: Kind | None = None
        self.custom_section = ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.key}>"

    # Reading -----------------------------------------------------------------------------------

    def is_on(self, viewer: "User") -> bool:
        """Whether the field exists now: its feature is switched on."""
        from orbita.preferences import feature_enabled

        return not self.feature or feature_enabled(self.feature)

    def is_flowing(self) -> bool:
        """Whether add forms take the value over from the records that they name, now."""
        from orbita.preferences import get

        return bool(self.flows and get(self.flows))

    def givers(self) -> tuple[str, ...]:
        """The fields of the kind that name those records, the first one first."""
        from orbita.records.flowing import givers

        return givers(self.kind) if self.kind is not None else ()

    def load(self, records: Sequence[Any], viewer: "User") -> None:
        """Fetch for all `records` at once what `value` will need; at most a query or two."""

    @classmethod
    def load_all(
        cls, fields: "Sequence[Field]", records: Sequence[Any], viewer: "User", depth: Depth
    ) -> None:
        """`load` for several fields of the class; override it where they share their queries."""
        for used in fields:
            used.load(records, viewer)

    @property
    def shared_load(self) -> Any:
        """Equal for fields of several kinds that one call of `load` serves."""
        return type(self), self.key

    def value(self, record: Any) -> Any:
        """The value, as Python has it; call `load` before."""
        return getattr(record, self.key)

    def is_empty(self, value: Any) -> bool:
        """Whether there is nothing to show."""
        return value is None or value == "" or value == []

    def text(self, value: Any) -> str:
        """The value as people read it in the language of the moment, without markup."""
        return "" if self.is_empty(value) else str(value)

    def line(self, record: Any) -> str:
        """The record's value as people read it beside others in one line."""
        return self.text(self.value(record))

    def cell(self, record: Any) -> str:
        """The value as safe HTML for lists and profiles; empty when there is nothing to show."""
        return conditional_escape(self.text(self.value(record)))

    def detail(self, record: Any) -> str:
        """The value as safe HTML where there is room for it: on the profile."""
        return self.cell(record)

    def export(self, record: Any) -> Any:
        """The value for a spreadsheet: text, number or date, such as `parse` reads back."""
        return self.text(self.value(record))

    def export_number(self) -> "tuple[str, Callable[[Any], Any]] | None":
        """A second column that says without doubt what the first names; None = not needed."""
        return None

    def json(self, record: Any) -> Any:
        """The value for the API."""
        return self.value(record)

    @property
    def json_input(self) -> dict[str, Any]:
        """The JSON Schema of what the API takes; wider than `json_type` where ids alone will do."""
        return self.json_type

    def api_choices(self) -> list[dict[str, Any]]:
        """What the API lets choose from: `value` to send and `label`; empty for other values."""
        return []

    def past(self, raw: Any, resolver: PastResolver) -> str:
        """A stored value out of the ledger as people read it."""
        return self.text(raw)

    def past_beside(self, raw: Any, other: Any, resolver: PastResolver) -> str:
        """The same, with what stood in the column `beside` at that time."""
        return self.past(raw, resolver)

    # Finding -----------------------------------------------------------------------------------

    @cached_property
    def is_filterable(self) -> bool:
        """Whether lists filter by the value."""
        return self.filter() is not None

    @cached_property
    def is_sortable(self) -> bool:
        """Whether lists sort by the value."""
        return self.order_by() is not None

    def filter(self) -> "Filter | None":
        """How lists filter by the value; None = not at all."""
        return None

    def shared_filter(self) -> "Filter | None":
        """How segments ask for the value, the same for everybody; None = not at all."""
        found = self.filter()
        return found if found is not None and found.shared_operators() else None

    def order_by(self) -> Ordering | None:
        """How lists sort by the value; None = not at all."""
        return None

    # Writing -----------------------------------------------------------------------------------

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """The form field; None = not editable."""
        return None

    def initial(self, record: Any) -> Any:
        """What the form field shows for a record that exists."""
        return self.value(record)

    def default(self, viewer: "User") -> Any:
        """What an add form shows."""
        return None

    def from_form(self, value: Any) -> Any:
        """The value that the form field's cleaned value means."""
        return value

    def parse(self, cell: Any, context: Context) -> Any:
        """The value that a spreadsheet cell or a JSON value means.

        Raises ValidationError with a sentence that names the text. Mark it by `reads_alone` where
        that holds; who overrides it marks it anew.
        """
        return cell

    def prepare(self, cells: Sequence[Any], context: Context) -> None:
        """Read at once what `parse` will need for these cells; at most a query or two."""

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """Invented values for the rows of a sample file, such as `parse` reads; empty for none."""
        return ()

    def clean(self, value: Any, context: Context) -> Any:
        """Check a value that came from the API; the same rules and errors as `parse`."""
        return self.parse(value, context)

    def assign(self, record: Any, value: Any) -> None:
        """Put the value on the record in memory; satellites wait in `record.pending`."""
        setattr(record, self.key, value)

    def would_make(self, value: Any, context: Context) -> Sequence[str]:
        """The names that storing the value puts into a dictionary; `context` has parsed it."""
        return ()

    def store(self, pending: Sequence[tuple[Any, Any]]) -> None:
        """Write satellites: pairs of a stored record and the value that was assigned to it."""

    def combine(self, old: Any, new: Any) -> Any:
        """What an import makes of the value that is there and the one that comes: the new one."""
        return new

    def search_words(self, value: Any) -> list[str]:
        """Texts by which a record is found for the sake of a satellite that waits to be stored."""
        return []

    def held(self, value: Any) -> int:
        """Which contact data a record holds by the value (see held.py)."""
        return 0

    def new_rows(self, pending: Sequence[tuple[Any, Any]]) -> Rows | None:
        """The satellite rows of records that have none yet, not stored; None = `store` it is."""
        return None

    def comparable(self, value: Any) -> Any:
        """The value in a form that tells by == whether it was changed; JSON types only."""
        return None if self.is_empty(value) else self.text(value)

    # Rules about who and what -------------------------------------------------------------------

    def is_changeable(self, record: Any, viewer: "User") -> bool:
        """Whether the viewer, who may edit the record, may change this value of it."""
        return True

    def refuses(self, record: Any, value: Any, viewer: "User") -> str:
        """Why the record may not get the value from the viewer; asked by API, imports, mergers."""
        return ""

    def refused(self, value: Any, viewer: "User") -> dict[str, models.Q]:
        """The same for many: conditions on Record, by the key of their reason."""
        return {}

    # Many at once ------------------------------------------------------------------------------

    def differs(self, value: Any, viewer: "User") -> models.Q:
        """The condition on Record for rows whose value is another one; for fields with `bulk`."""
        if value is None:
            return models.Q(**{f"{self.path}__isnull": False})
        return ~models.Q(**{self.path: value})

    def set_many(self, ids: Sequence[Any], value: Any) -> None:
        """Store the value for locked rows, and what is derived from it, inside a change set."""
        from orbita.records.many import set_column

        set_column(self, ids, value)


def text_order(
    path: str, *, tie: str = "pk", empty: str | None = None, total: bool = False
) -> Ordering:
    """Sorting of a text by the alphabet of the language of the moment."""
    expression = Collate(models.F(path), collation(get_language()))
    return Ordering(expression, tie=tie, path=path, empty=empty, total=total)


def muted(text: Any) -> str:
    """Text in the colour of secondary information."""
    return format_html('<span class="text-secondary">{}</span>', text) if text else ""
