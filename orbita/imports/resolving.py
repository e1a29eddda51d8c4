"""The records that rows name besides their own: a person's company, a deal's company.

Found by what they are recognised by, or made; where several fit, or none can be made, by what
somebody answered in the preview. An answer is for all rows that say the same of the record. So it
is for the record that a row is about, where several fit (`Own`).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from orbita.imports.building import build
from orbita.imports.columns import OWN_RECORD
from orbita.imports.links import LONGEST
from orbita.imports.links import Link as Name
from orbita.imports.matching import Verdict
from orbita.imports.parsing import Draft
from orbita.imports.plans import Link, Plan
from orbita.records.fields.linking import Verdict as NameVerdict

if TYPE_CHECKING:
    from orbita.imports.planning import Planner
    from orbita.records.fields import Field, ReferenceField
    from orbita.records.kinds import Kind


def resolve(planner: "Planner", reference: "ReferenceField", plans: Sequence[Plan]) -> None:
    """Find or plan the record that each row names through the reference."""
    naming = [plan for plan in plans if reference.key in plan.draft.nested]
    planner.matchers[reference.target].look_up([p.draft.nested[reference.key] for p in naming])
    Resolver(planner, reference).resolve(naming)


def name_of(kind: "Kind", fields: "Mapping[str, Field]", draft: Draft) -> str:
    """What a row says of a record in one line: "Nowak Transport (Opole, 526-025-02-74)".

    Beside the name stands all by which records are recognised, or told apart by people.
    """
    parts = [str(draft.values[key]) for key in kind.title_from if draft.values.get(key)]
    title = draft.whole or " ".join(parts)
    telling = dict.fromkeys([*kind.hints, *(key for rule in kind.matching for key in rule)])
    keys = [key for key in telling if key not in kind.title_from and key in draft.values]
    details = ", ".join(filter(None, (fields[key].text(draft.values[key]) for key in keys)))
    name = f"{title} ({details})" if title and details else title or details
    return name[:LONGEST]


class Own:
    """The records that the rows of a chunk are about, where somebody has to say which."""

    def __init__(self, planner: "Planner") -> None:
        self.planner, self.kind = planner, planner.rules.kind
        self.answers = planner.rules.answers.get(OWN_RECORD, {})
        meant = {UUID(pk) for pk in self.answers.values() if pk}
        self.meant = planner.main.admit(meant) if meant else set()

    def settled(self, draft: Draft, verdict: Verdict) -> Verdict:
        """The verdict by an answer, where the draft alone does not tell; else it stays open.

        Rows that were said to be new are, each of them, but for one that repeats an identifier.
        """
        name = name_of(self.kind, self.planner.fields[self.kind.key], draft)
        answer = self.answers.get(name)
        if answer is None:
            self._ask(draft, name, verdict)
            return verdict
        if not answer:
            return self.planner.main.repeated(draft)
        pk = UUID(answer)
        if pk not in self.meant:
            return Verdict(problem=_("Not found: %(name)s") % {"name": name[:80]})
        return Verdict(pk, self.planner.main.taken.get(pk) or 0, is_certain=True)

    def _ask(self, draft: Draft, name: str, verdict: Verdict) -> None:
        said, label = NameVerdict.SEVERAL, _("The row itself")
        draft.names.append(Name(OWN_RECORD, label, name, said, candidates=verdict.candidates))


class Resolver:
    """Settles the other end of one reference for the rows of a chunk that name one."""

    def __init__(self, planner: "Planner", reference: "ReferenceField") -> None:
        self.planner, self.reference = planner, reference
        self.kind = reference.target_kind()
        self.matcher = planner.matchers[self.kind.key]
        self.fields = planner.fields[self.kind.key]
        self.answers = planner.rules.answers.get(reference.key, {})
        meant = {UUID(pk) for pk in self.answers.values() if pk}
        self.meant = self.matcher.admit(meant) if meant else set()
        self.fresh: dict[UUID, Link] = {}

    def resolve(self, plans: Sequence[Plan]) -> None:
        """Give each row its link, or say why it has none."""
        key, found = self.reference.key, []
        for plan in plans:
            draft = plan.draft.nested[key]
            verdict = self._verdict(plan, draft)
            if verdict is None:
                continue
            if verdict.problem:
                self._without(plan, draft, verdict)
            elif verdict.pk is None:
                self._make(plan, draft, verdict)
            else:
                found.append((plan, draft, verdict.pk))
        pks = {pk for _plan, _draft, pk in found}
        stored = self.planner.stored(self.kind, pks, plans, key)
        for plan, draft, pk in found:
            self._find(plan, draft, pk, stored)

    def _verdict(self, plan: Plan, draft: Draft) -> Verdict | None:
        """Whom the row means, first of all by an answer; None where one leaves it out."""
        name = name_of(self.kind, self.fields, draft) if self.answers else ""
        answer = self.answers.get(name)
        if answer:
            pk = UUID(answer)
            gone = _("Not found: %(name)s") % {"name": name[:80]}
            return Verdict(pk) if pk in self.meant else Verdict(problem=gone)
        if answer == "" and not self.reference.required:
            self._note(plan, name, NameVerdict.LEFT)
            return None
        return self.matcher.verdict(draft)

    def _make(self, plan: Plan, draft: Draft, verdict: Verdict) -> None:
        """Plan a new record, which a row that comes later may name too."""
        planner = self.planner
        if not planner.may_add[self.kind.key]:
            self._without(plan, draft, Verdict(problem=_("You may not add records here")))
            return
        record = build(planner.blanks[self.kind.key], self.fields, draft, planner.rules)
        if draft.is_rejected:
            self._without(plan, draft, Verdict(problem=draft.messages[-1]["text"]))
            return
        link = Link(record.pk, record.title, record, draft, is_new=True, silent=verdict.silent)
        self.fresh[record.pk] = link
        self.matcher.remember(draft, record.pk, is_row=False)
        planner.titles[record.pk] = record.title
        self._set(plan, link)

    def _find(self, plan: Plan, draft: Draft, pk: UUID, stored: Mapping[UUID, Any]) -> None:
        """Point at a record of this chunk, at a stored one, or at one of an earlier chunk."""
        link = self.fresh.get(pk)
        if link is not None:
            self._fill(link.record, draft)
            link.record.derive()
        elif pk in stored:
            link = Link(pk, stored[pk].title, stored[pk], draft)
        else:
            link = Link(pk, self.planner.titles.get(pk) or "")
        self._set(plan, link)

    def _fill(self, record: Any, draft: Draft) -> None:
        """Give a new record what another row knows about it and it lacks."""
        missing = [
            (field, value)
            for key, value in draft.values.items()
            if (field := self.fields[key]).editable and field.is_empty(field.value(record))
        ]
        for field, value in missing:
            field.assign(record, value)

    def _set(self, plan: Plan, link: Link) -> None:
        plan.links[self.reference.key] = link
        plan.draft.values[self.reference.key] = link

    def _without(self, plan: Plan, draft: Draft, verdict: Verdict) -> None:
        """The other end cannot be told: by option the row fails or goes on without it."""
        name = name_of(self.kind, self.fields, draft)
        said = NameVerdict.SEVERAL if verdict.is_several else NameVerdict.MISSING
        self._note(plan, name, said, verdict.candidates)
        tell = plan.draft.reject if self.planner.rules.reject_bad_cells else plan.draft.note
        tell(verdict.problem, column=str(self.reference.label))

    def _note(
        self, plan: Plan, name: str, verdict: NameVerdict, candidates: tuple[UUID, ...] = ()
    ) -> None:
        """Keep the name with the row: somebody may answer whom it means."""
        key, label = self.reference.key, str(self.reference.label)
        plan.draft.names.append(Name(key, label, name, verdict, candidates=candidates))
