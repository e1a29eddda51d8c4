"""What would become of each row of a chunk: the one decision for the dry run and the real run.

Nothing is written here. The records that the rows name besides their own (a person's company) are
resolved first and made only if a row that is taken needs them.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from orbita.imports.announcing import announce
from orbita.imports.building import Blank, build, differences, leave_refused
from orbita.imports.collecting import collect
from orbita.imports.matching import Matcher, Verdict
from orbita.imports.models import Duplicates, Outcome
from orbita.imports.parsing import Draft, Parser, Readings
from orbita.imports.plans import Chunk, Link, Plan, Rules
from orbita.imports.repeats import Repeats, RowsOf, add_to
from orbita.imports.resolving import Own, resolve
from orbita.records import owning
from orbita.records.flowing import givers
from orbita.records.models import Record
from orbita.ui.shelves import Shelf

if TYPE_CHECKING:
    from orbita.records.fields import Field, ReferenceField
    from orbita.records.kinds import Kind


class Planner:
    """Plans chunk after chunk, and remembers what earlier chunks were about."""

    def __init__(
        self,
        rules: Rules,
        parser: Parser,
        references: Sequence["ReferenceField"],
        rows_of: RowsOf,
    ) -> None:
        self.rules, self.parser, self.references = rules, parser, references
        self.repeats = Repeats(rows_of)
        self.matchers: dict[str, Matcher] = {}
        self.fields: dict[str, dict[str, Field]] = {}
        self.blanks: dict[str, Blank] = {}
        self.may_add: dict[str, bool] = {}
        for kind in (rules.kind, *(reference.target_kind() for reference in references)):
            self.matchers.setdefault(kind.key, Matcher(kind, rules.by))
            self.fields.setdefault(kind.key, kind.fields(rules.by))
            self.blanks.setdefault(kind.key, Blank(kind, rules, self.fields[kind.key]))
            self.may_add[kind.key] = kind.may(rules.by, "add")
        self.coming: dict[str, dict[str, str]] = {}
        """Names that a dry run would put into dictionaries, by field key; see announcing.py."""
        self.titles: Shelf[str] = Shelf()
        """What records are called that the file makes, and the database does not know yet."""
        self._is_fresh = True

    @property
    def main(self) -> Matcher:
        """The matcher of the rows' own kind."""
        return self.matchers[self.rules.kind.key]

    def plan(
        self, rows: Sequence[tuple[int, list[Any]]], readings: Readings | None = None
    ) -> Chunk:
        """The plan for the rows; a number of queries that does not depend on theirs."""
        self._is_fresh = True
        plans = [Plan(draft) for draft in self.parser.parse(rows, readings)]
        naming = [plan for plan in plans if self._is_to_resolve(plan)]
        for reference in self.references:
            resolve(self, reference, naming)
        self._match([plan for plan in naming if not plan.draft.is_rejected])
        chunk = Chunk(plans, tied_ends=self.rules.tied_ends)
        collect(self, chunk)
        if self.rules.is_dry:
            announce(self, chunk)
        chunk.is_fresh = self._is_fresh
        return chunk

    def replayed(self, rows: Sequence[tuple[int, list[Any]]]) -> list[Plan]:
        """Earlier rows read once more, with the other ends that they name; nothing is decided."""
        plans = [Plan(draft) for draft in self.parser.parse(rows)]
        for reference in self.references:
            resolve(self, reference, plans)
        return plans

    def go_ahead(self) -> None:
        """The next chunk is planned while the present one is being written."""
        for matcher in self.matchers.values():
            matcher.go_ahead()
        self.titles.clear()

    def step_back(self) -> None:
        """The chunk that was planned ahead is to be planned again, in its turn."""
        for matcher in self.matchers.values():
            matcher.step_back()
        self.parser.forget()

    def settle(self) -> None:
        """The chunk is written (or, in a dry run, noted)."""
        for matcher in self.matchers.values():
            matcher.settle(is_stored=not self.rules.is_dry)
        if not self.rules.is_dry:
            self.titles.clear()

    def roll_back(self) -> None:
        """The chunk was not written."""
        for matcher in self.matchers.values():
            matcher.roll_back()
        self.parser.forget()

    def _is_to_resolve(self, plan: Plan) -> bool:
        """Whether the other ends are to be found; of rows that wait for an answer as well.

        So all names of a row that are not clear are asked about at once.
        """
        return bool(plan.draft.names) if plan.draft.is_rejected else self._says_much(plan)

    def _says_much(self, plan: Plan) -> bool:
        if plan.draft.values or plan.draft.nested:
            return True
        plan.outcome = Outcome.SKIPPED
        plan.draft.note(_("No mapped column of the row is filled in"))
        return False

    # The rows' own records ---------------------------------------------------------------------

    def _match(self, plans: list[Plan]) -> None:
        """Find the record of each row, or plan a new one."""
        self.repeats.begin()
        self.main.look_up([plan.draft for plan in plans])
        own = Own(self)
        existing: list[Plan] = []
        for plan in plans:
            verdict = self._verdict(plan.draft)
            if verdict.is_several:
                verdict = own.settled(plan.draft, verdict)
            plan.silent, plan.earlier_row = verdict.silent, verdict.earlier_row
            if verdict.problem:
                plan.draft.reject(verdict.problem)
            elif verdict.earlier_row and not self._adds(verdict):
                plan.outcome, plan.pk = Outcome.SKIPPED, verdict.pk
                plan.draft.note(_("Duplicate in the file: row %d") % verdict.earlier_row)
            elif verdict.pk is None:
                self._plan_new(plan)
            else:
                plan.pk = verdict.pk
                is_change = self.rules.duplicates == Duplicates.UPDATE
                self.main.remember(plan.draft, verdict.pk, is_change=is_change)
                if not self._is_coming(plan):
                    existing.append(plan)
        self._plan_existing(existing)

    def _verdict(self, draft: Draft) -> Verdict:
        if self.rules.duplicates == Duplicates.CREATE and "number" not in draft.values:
            return self.main.repeated(draft)
        return self.main.verdict(draft)

    def _adds(self, verdict: Verdict) -> bool:
        """Whether a later row about a record of the file adds to it."""
        return verdict.is_certain and self.rules.duplicates == Duplicates.UPDATE

    def _is_coming(self, plan: Plan) -> bool:
        """Whether an earlier row of this chunk makes the record; then the row is planned here."""
        first = self.repeats.first(plan.pk)
        if first is None or first.outcome != Outcome.CREATED:
            return False
        plan.is_coming = True
        self._plan_change(plan, first.record, may_edit=True)
        return True

    def _plan_new(self, plan: Plan) -> None:
        kind = self.rules.kind
        if not self.may_add[kind.key]:
            plan.draft.reject(_("You may not add records here"))
            return
        record = build(self.blanks[kind.key], self.fields[kind.key], plan.draft, self.rules)
        if not plan.draft.is_rejected:
            if self.rules.take_over:
                self._take_over(plan, record)
            if self.rules.owner_by_account and "owner" not in plan.draft.values:
                self._take_owner(plan, record)
            plan.outcome, plan.record, plan.pk = Outcome.CREATED, record, record.pk
            self.main.remember(plan.draft, record.pk)
            self.repeats.note(plan)

    def _take_over(self, plan: Plan, record: Any) -> None:
        """Give a new record what it lacks and what the records that it names have to give."""
        fields = self.fields[self.rules.kind.key]
        lacking = [f for f in fields.values() if f.flows and f.is_empty(f.value(record))]
        for key in givers(self.rules.kind):
            link = plan.links.get(key)
            if link is None or link.record is None or not self._may_give(fields[key], link):
                continue
            for f in [f for f in lacking if f.key not in plan.draft.values]:
                value = f.value(link.record)
                if value is not None and getattr(value, "is_offered", True):
                    f.assign(record, value)
                    plan.draft.values[f.key] = value

    def _take_owner(self, plan: Plan, record: Any) -> None:
        """Give a new record the owner of what it names, where the account wants that."""
        if owning.whose_by_default(self.rules.kind.family) != owning.NAMED:
            return
        for key in owning.naming(self.rules.kind):
            link = plan.links.get(key)
            owner = link.record.owner if link is not None and link.record is not None else None
            if owner is not None and owning.may_own(self.rules.kind, owner):
                record.owner = owner
                return

    def _may_give(self, reference: Any, link: Link) -> bool:
        """Whether the importer may open the record; a new one is theirs."""
        return link.is_new or self.matchers[reference.target].is_readable(link.pk)

    def _plan_existing(self, plans: list[Plan]) -> None:
        """Compare with the stored records; skip, leave or change them."""
        kind = self.rules.kind
        wanted = {plan.pk for plan in plans if plan.pk}
        readable = {pk for pk in wanted if self.main.is_readable(pk)}
        stored = self.stored(kind, wanted, plans)
        editable = self.editable(kind, stored)
        coming = self.repeats.foresee(self, plans, stored) if self.rules.is_dry else {}
        stored |= coming
        for plan in plans:
            record = stored.get(plan.pk)  # type: ignore[arg-type]
            plan.is_coming = plan.pk in coming
            if self.rules.duplicates == Duplicates.SKIP:
                plan.outcome = Outcome.SKIPPED
                plan.draft.note(_("The record is there already"))
            elif record is None:
                plan.outcome = Outcome.UNCHANGED
            elif plan.pk not in readable and not plan.is_coming:
                plan.draft.reject(_("You may not change %(name)s") % {"name": record.title})
            else:
                may_edit = plan.is_coming or plan.pk in editable
                self._plan_change(plan, record, may_edit=may_edit)

    def _plan_change(self, plan: Plan, record: Any, *, may_edit: bool) -> None:
        """What the row changes of a record, on top of what earlier rows of the chunk do."""
        kind, first = self.rules.kind, self.repeats.first(record.pk)
        leave_refused(self.blanks[kind.key], record, plan.draft, self.rules)
        if plan.draft.is_rejected:
            return
        so_far = first.values if first is not None else {}
        told = plan.draft.told(record.title)
        values, diff = differences(self.fields[kind.key], record, told, so_far)
        problems = kind.problems({**so_far, **values}, record) if values else {}
        if values and not may_edit:
            plan.draft.reject(_("You may not change %(name)s") % {"name": record.title})
        elif problems:
            plan.draft.reject(" ".join(problems.values()))
        else:
            plan.outcome = Outcome.UPDATED if values else Outcome.UNCHANGED
            plan.record, plan.diff = record, diff
            self._change(plan, first, values)

    def _change(self, plan: Plan, first: Plan | None, values: dict[str, Any]) -> None:
        """Note the values for the record, where its first row of the chunk has them already."""
        if plan.earlier_row:
            plan.draft.note(_("The same record as in row %d") % plan.earlier_row)
        if values:
            self.repeats.note(plan, is_repeat=bool(plan.earlier_row))
        if first is None:
            plan.values = values
        else:
            add_to(self, first, values)

    def stored(
        self, kind: "Kind", pks: set[UUID], plans: Sequence[Plan], reference: str = ""
    ) -> dict[UUID, Any]:
        """The live records with all that is to be compared; locked when they may be changed."""
        if not pks:
            return {}
        self._is_fresh = False
        if not self.rules.is_dry:
            locked = Record.objects.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True)
            list(locked.values_list("pk", flat=True))
        records = list(kind.model.objects.live().filter(pk__in=pks))
        drafts = [p.draft.nested[reference] if reference else p.draft for p in plans]
        for key in dict.fromkeys(key for draft in drafts for key in draft.values):
            self.fields[kind.key][key].load(records, self.rules.by)
        if reference and self.rules.owner_by_account:
            self.fields[kind.key]["owner"].load(records, self.rules.by)
        for record in records:
            record.pending = {}
        return {record.pk: record for record in records}

    def editable(self, kind: "Kind", records: dict[UUID, Any]) -> set[UUID]:
        """Which of the stored records the importer may change."""
        if self.rules.by.is_administrator or not records:
            return set(records) if kind.may(self.rules.by, "edit") else set()
        rows = kind.model.objects.editable_by(self.rules.by).filter(pk__in=list(records))
        return set(rows.values_list("pk", flat=True))
