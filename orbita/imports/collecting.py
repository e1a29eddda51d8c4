"""What is to be written for the planned rows of a chunk, in order."""

from typing import TYPE_CHECKING
from uuid import UUID

from orbita.imports.models import Duplicates, Outcome
from orbita.imports.plans import Change, Chunk, Link, Plan

if TYPE_CHECKING:
    from orbita.imports.planning import Planner
    from orbita.records.fields import ReferenceField


def collect(planner: "Planner", chunk: Chunk) -> None:
    """Gather the new and the changed records; other ends that no row needs are dropped."""
    kind = planner.rules.kind
    taken = [p for p in chunk.plans if p.outcome in (Outcome.CREATED, Outcome.UPDATED)]
    for plan in taken:
        for link in plan.links.values():
            link.is_used = True
    for reference in planner.references:
        _collect_links(planner, chunk, reference)
    for plan in taken:
        if plan.outcome == Outcome.CREATED:
            chunk.new.append((kind, plan.record))
            chunk.made.append((kind, plan.record, plan.draft.values))
            chunk.notices += [(plan.pk, pk) for pk in plan.silent if plan.pk]
        elif plan.values:
            chunk.changes.append(Change(kind, plan.record, plan.values))


def _collect_links(planner: "Planner", chunk: Chunk, reference: "ReferenceField") -> None:
    kind = reference.target_kind()
    links = {
        id(link): link
        for plan in chunk.plans
        if (link := plan.links.get(reference.key)) is not None
    }
    for link in links.values():
        if not link.is_new or link.draft is None:
            continue
        if link.is_used:
            chunk.new.append((kind, link.record))
            chunk.made.append((kind, link.record, link.draft.values))
            chunk.nested_created += 1
            chunk.notices += [(link.pk, pk) for pk in link.silent]
        else:
            planner.matchers[kind.key].forget(link.draft, link.pk)
    _collect_fillings(planner, chunk, reference)


def _collect_fillings(planner: "Planner", chunk: Chunk, reference: "ReferenceField") -> None:
    """Empty fields of other ends that are there get what the rows know about them."""
    kind = reference.target_kind()
    plans = [
        plan
        for plan in chunk.plans
        if plan.outcome in (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)
        and (link := plan.links.get(reference.key)) is not None
        and link.record is not None
        and not link.is_new
    ]
    if not plans or planner.rules.duplicates != Duplicates.UPDATE:
        return
    records = {p.links[reference.key].pk: p.links[reference.key].record for p in plans}
    editable = planner.editable(kind, records)
    filled: dict[UUID, Change] = {}
    for plan in plans:
        link = plan.links[reference.key]
        if link.pk in editable and link.draft is not None:
            _plan_filling(planner, plan, reference, link, filled)
    chunk.changes += filled.values()
    chunk.nested_updated += len(filled)


def _plan_filling(
    planner: "Planner",
    plan: Plan,
    reference: "ReferenceField",
    link: Link,
    filled: dict[UUID, Change],
) -> None:
    kind = reference.target_kind()
    fields = planner.fields[kind.key]
    done = filled[link.pk].values if link.pk in filled else {}
    assert link.draft is not None  # noqa: S101
    for key, value in link.draft.values.items():
        f = fields[key]
        if not f.editable or key in done or not f.is_empty(f.value(link.record)):
            continue
        if f.refuses(link.record, value, planner.rules.by):
            continue
        change = filled.setdefault(link.pk, Change(kind, link.record, {}))
        change.values[key] = value
        plan.diff.append([f"{reference.key}.{key}", "", f.text(value)])
        if plan.outcome == Outcome.UNCHANGED:
            plan.outcome = Outcome.UPDATED
