"""Later rows about a record that an earlier row of the same file is about.

Such a row adds to the record if its number or an identifier (NIP, SKU) says so, and the import
updates what is there. Two rows that only share a name may well mean two: the later one is left out.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from orbita.imports.building import build, differences, leave_refused
from orbita.imports.models import Outcome
from orbita.imports.plans import Plan

if TYPE_CHECKING:
    from orbita.imports.planning import Planner

RowsOf = Callable[[Collection[int]], Sequence[tuple[int, list[Any]]]]
"""The rows of the file with these numbers, in order."""


class Repeats:
    """What the rows of a file have said so far about the records that several of them mean."""

    def __init__(self, rows_of: RowsOf) -> None:
        self._rows_of = rows_of
        self._numbers: dict[UUID, list[int]] = {}
        self._first: dict[UUID, Plan] = {}

    def begin(self) -> None:
        """A chunk begins."""
        self._first = {}

    def first(self, pk: UUID | None) -> Plan | None:
        """The row of this chunk that makes the record, or is the first to change it."""
        return self._first.get(pk) if pk else None

    def note(self, plan: Plan, *, is_repeat: bool = False) -> None:
        """The row makes or changes its record."""
        assert plan.pk is not None  # noqa: S101
        if is_repeat:
            self._numbers.setdefault(plan.pk, []).append(plan.draft.number)
        self._first.setdefault(plan.pk, plan)

    def foresee(
        self, planner: "Planner", plans: Sequence[Plan], stored: Mapping[UUID, Any]
    ) -> dict[UUID, Any]:
        """For a dry run: what earlier chunks would have made of the records of these rows.

        The database knows nothing of it, so the earlier rows are read anew. Changes go onto the
        given stored records; the answer holds those that the file makes, unsaved, by id.
        """
        start = min((plan.draft.number for plan in plans), default=0)
        whose: dict[int, UUID] = {}
        for plan in plans:
            if plan.earlier_row and plan.pk:
                numbers = [plan.earlier_row, *self._numbers.get(plan.pk, ())]
                whose |= {number: plan.pk for number in numbers if number < start}
        made: dict[UUID, Any] = {}
        for earlier in planner.replayed(self._rows_of(whose)) if whose else ():
            pk = whose[earlier.draft.number]
            if not earlier.draft.is_rejected:
                _say_again(planner, earlier, pk, stored.get(pk) or made.get(pk), made)
        return made


def add_to(planner: "Planner", first: Plan, values: dict[str, Any]) -> None:
    """Give the record of an earlier row of the chunk what a later one says."""
    fields = planner.fields[planner.rules.kind.key]
    if first.outcome != Outcome.CREATED:
        all_values = first.values | values
        wholes_first = sorted(all_values, key=lambda key: bool(fields[key].part_of))
        first.values = {key: all_values[key] for key in wholes_first}
        return
    for key, value in values.items():
        fields[key].assign(first.record, value)
    first.record.derive()
    first.draft.values |= values


def _say_again(
    planner: "Planner", plan: Plan, pk: UUID, record: Any, made: dict[UUID, Any]
) -> None:
    """Make or change the record as the row did in its turn."""
    kind = planner.rules.kind
    fields = planner.fields[kind.key]
    if record is None:
        made[pk] = build(planner.blanks[kind.key], fields, plan.draft, planner.rules)
        made[pk].id = made[pk].pk = pk
        return
    leave_refused(planner.blanks[kind.key], record, plan.draft, planner.rules)
    values, _diff = differences(fields, record, plan.draft.told(record.title))
    if not plan.draft.is_rejected and not kind.problems(values, record):
        for key, value in values.items():
            fields[key].assign(record, value)
        record.derive()
