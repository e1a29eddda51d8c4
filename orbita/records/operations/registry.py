"""List operations: one deed on many records, and the registry to which any package adds its own.

An operation says what it is called, which values it asks for (`form`), which rows it would change
(`changing`), which it has to refuse (`refusals`), and writes them set-wise (`write`). Selecting,
previewing, rights, transactions, the background job, history and the report are the same for all.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from orbita.ui.types import Text

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.access import RecordQuerySet
    from orbita.records.kinds import Kind
    from orbita.records.operations.along import Along
    from orbita.records.operations.selection import Selection

SECTIONS: dict[str, Text] = {
    "people": _("People and access"),
    "labels": _("Tags and groups"),
    "relations": _("Relations"),
    "fields": _("Set a field"),
    "other": _("Other"),
    "bin": "",
}
"""The parts of the menu, in their order."""


@dataclass
class Order:
    """What somebody wants done: the kind (None in the bin of all kinds), who, with which values.

    `values` are the cleaned values of the operation's form.
    """

    kind: "Kind | None"
    by: "User"
    values: dict[str, Any] = field(default_factory=dict)


class ListOperation:
    """One deed on many records. Register an instance in `<app>/operations.py`.

    `action` is the right that the role must have beside "bulk"; `place` is "list" or "bin";
    `fewest` is how many rows must be ticked; `per_write` how many rows one transaction takes.
    An operation that the ledger cannot take back is not `undoable`. `asks_in_preview` says that
    its form can be left as it is, and stands below the preview.
    """

    key: str
    label: Text
    icon: ClassVar[str] = "list-check"
    order: int = 100
    section: str = "other"
    place: ClassVar[str] = "list"
    action: ClassVar[str] = "edit"
    fewest: ClassVar[int] = 1
    per_write: int = 2_000
    is_danger: ClassVar[bool] = False
    undoable: ClassVar[bool] = True
    asks_in_preview: ClassVar[bool] = False
    reasons: ClassVar[dict[str, Text]] = {}
    no_right: ClassVar[Text] = _("no right to edit")

    def applies(self, kind: "Kind | None", viewer: "User") -> bool:
        """Whether lists of this kind offer it to this viewer; the role's rights come on top."""
        return True

    def form(self, kind: "Kind | None", viewer: "User", data: Any = None) -> forms.Form:
        """The form of its values, bound to `data` when that is not None; without fields none."""
        return forms.Form(data, label_suffix="")

    def open_to(self, viewer: "User") -> "RecordQuerySet":
        """The records on which the viewer may do it; others that are listed are refused."""
        from orbita.records.models import Record

        doors: Any = Record.objects
        return doors.editable_by(viewer)

    def along(self, order: Order, rows: "RecordQuerySet") -> "Sequence[RecordQuerySet]":
        """Further records that it takes along with the selected ones, whatever kind they are of.

        Only those on which the viewer may do it.
        """
        return ()

    def told_along(self, order: Order, rows: "RecordQuerySet") -> "list[Along]":
        """What the preview says of records that could go along."""
        return []

    def prepare(self, order: Order) -> None:
        """Make what the writes rely on, in a transaction of its own: dictionary entries."""

    def refusals(self, order: Order) -> dict[str, Q]:
        """Conditions on Record under which a row cannot be changed, by the key of their reason."""
        return {}

    def changing(self, order: Order) -> Q:
        """The condition on Record for rows that are not yet as they shall be."""
        return Q()

    def examine(self, order: Order, ids: Sequence[UUID]) -> dict[UUID, str]:
        """Sentences for rows that cannot be changed for a reason that takes reading them."""
        return {}

    def write(self, order: Order, ids: Sequence[UUID]) -> None:
        """Change these rows, which are locked, open to the viewer and not refused.

        Set-wise, inside a change set; what is derived from the values (searchable text, version,
        time of the change) is right afterwards.
        """
        raise NotImplementedError

    def summary(self, order: Order) -> str:
        """The operation with its values in a line, for the one who ordered it."""
        return str(self.label)

    def deed(self, order: Order) -> str:
        """What histories call it. Everybody reads them: no name that may be closed to somebody."""
        return str(self.label)

    def pairs(self, order: Order, records: Sequence[Any]) -> list[tuple[str, str]]:
        """Old and new value of each record, in words, for the preview; all are of one kind."""
        return [("", "") for _record in records]

    def note(self, order: Order) -> str:
        """A sentence that the preview should not keep from the user; or nothing."""
        return ""

    def why(self, reason: str) -> str:
        """The reason of a refusal in words."""
        return str({"right": self.no_right, **self.reasons}.get(reason, reason))


class PageOperation(ListOperation):
    """One that goes on with a page of its own: merging, exporting."""

    def respond(self, request: HttpRequest, kind: "Kind", selection: "Selection") -> HttpResponse:
        """The answer to the choice; `selection.rows(viewer)` are the records."""
        raise NotImplementedError


Provider = Callable[["Kind | None", "User"], Iterable[ListOperation]]


class Operations:
    """The registry of list operations."""

    def __init__(self) -> None:
        self._operations: dict[str, ListOperation] = {}
        self._providers: list[Provider] = []

    def register(self, operation: ListOperation) -> ListOperation:
        """Take an operation in; one of the same key is replaced."""
        self._operations[operation.key] = operation
        return operation

    def provide(self, provider: Provider) -> Provider:
        """Take in operations that depend on kind and viewer, such as one a field."""
        self._providers.append(provider)
        return provider

    def on(self, kind: "Kind | None", viewer: "User", place: str = "list") -> list[ListOperation]:
        """What lists of the kind (or the bin) offer to the viewer, in the order of the menu."""
        every = [*self._operations.values()]
        for provider in self._providers:
            every += provider(kind, viewer)
        found = [o for o in every if o.place == place and self._is_open(o, kind, viewer)]
        places = list(SECTIONS)
        return sorted(found, key=lambda o: (places.index(o.section), o.order, o.key))

    def find(
        self, key: str, kind: "Kind | None", viewer: "User", place: str = "list"
    ) -> ListOperation | None:
        """The operation with this key, if it is offered to the viewer here."""
        return next((o for o in self.on(kind, viewer, place) if o.key == key), None)

    def _is_open(self, operation: ListOperation, kind: "Kind | None", viewer: "User") -> bool:
        if kind is not None:
            rights = kind.may(viewer, "bulk") and kind.may(viewer, operation.action)
            return rights and operation.applies(kind, viewer)
        return operation.applies(kind, viewer)


operations = Operations()
register = operations.register
