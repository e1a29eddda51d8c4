"""What a plan consists of: rows, what they name, and what is to be written for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from orbita.imports.models import Outcome
from orbita.imports.parsing import Draft

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Rows
    from orbita.records.kinds import Kind

Diff = list[list[str]]


@dataclass(slots=True)
class Change:
    """A stored record and the values that it gets, by field key."""

    kind: "Kind"
    record: Any
    values: dict[str, Any]


@dataclass(slots=True)
class Link:
    """The other end of a reference, as far as a plan needs it."""

    pk: UUID
    title: str
    record: Any = None
    draft: Draft | None = None
    is_new: bool = False
    is_used: bool = False
    silent: list[UUID] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """One row: what becomes of it and why."""

    draft: Draft
    outcome: Outcome = Outcome.REJECTED
    record: Any = None
    pk: UUID | None = None
    values: dict[str, Any] = field(default_factory=dict)
    diff: Diff = field(default_factory=list)
    silent: list[UUID] = field(default_factory=list)
    links: dict[str, Link] = field(default_factory=dict)
    earlier_row: int = 0
    """The row of the file that is about the same record and comes first; 0 for none."""
    is_coming: bool = False
    """Whether an earlier row makes the record, so that a dry run finds none of it stored."""


@dataclass(slots=True)
class Chunk:
    """The plans of some rows, and what is to be written for them, in order."""

    plans: list[Plan] = field(default_factory=list)
    new: list[tuple["Kind", Any]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notices: list[tuple[UUID, UUID]] = field(default_factory=list)
    made: list[tuple["Kind", Any, dict[str, Any]]] = field(default_factory=list)
    """The new records again, each with what its draft says."""
    nested_created: int = 0
    nested_updated: int = 0
    tied_ends: frozenset[str] = frozenset()
    """The references whose records are to be kept with the rows, by their keys."""
    is_fresh: bool = False
    """Whether no stored record was looked into: no row depends on what is in one."""
    ready: "list[Store] | None" = None
    """The new records as they are stored, if that was worked out already."""
    noted: list[str] | None = None
    """The outcomes as they are stored, if that was worked out already; see noting.py."""


@dataclass(slots=True)
class Store:
    """New records of one kind, and the rows of the tables that they go into."""

    kind: "Kind"
    records: list[Any]
    tables: "list[Rows]"


@dataclass
class Rules:
    """How an import treats its rows."""

    kind: "Kind"
    by: "User"
    owner: "User | None"
    duplicates: str
    reject_bad_cells: bool
    is_dry: bool
    required: dict[str, tuple[str, ...]]
    """The keys of fields that a column fills and a new record must have, by kind."""
    owner_by_account: bool = False
    """Whether new records belong to whom the account's settings say."""
    take_over: bool = False
    """Whether new records take over what flows from the records that they name."""
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Whom names mean that are not clear, by path and name; see options.py."""
    tied_ends: frozenset[str] = frozenset()
    """The references whose records are tied to others when all rows are settled."""
