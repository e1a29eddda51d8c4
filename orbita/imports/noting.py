"""What became of the rows of a chunk, as it is kept with them."""

import json
from collections import Counter
from collections.abc import Collection

from django.db import connection

from orbita.imports.models import Import, Outcome
from orbita.imports.plans import Chunk, Plan
from orbita.ui.arrays import uuid_array, word_array

_OUTCOMES = """
UPDATE imports_importrow r
SET outcome = v.outcome, record_id = v.record_id,
    messages = coalesce(said.messages, '[]'), diff = coalesce(said.diff, '[]'),
    links = coalesce(said.links, '[]'), is_open = coalesce(said.is_open, false),
    ends = coalesce(said.ends, '{}')
FROM unnest(%s::int[], %s::text[], %s::uuid[]) v(number, outcome, record_id)
LEFT JOIN jsonb_to_recordset(%s::jsonb)
    said(number int, messages jsonb, diff jsonb, links jsonb, is_open bool, ends jsonb)
    USING (number)
WHERE r.parent_id = %s AND r.number = v.number
"""


def store_outcomes(imp: Import, chunk: Chunk) -> None:
    """Put the outcomes on the rows of the import."""
    values = outcome_values(chunk, is_dry=imp.dry_run) if chunk.noted is None else chunk.noted
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, [*values, imp.pk])


def outcome_values(chunk: Chunk, *, is_dry: bool) -> list[str]:
    """What the statement takes: numbers, outcomes, records, and what is to be said."""
    plans = chunk.plans
    return [
        word_array(plan.draft.number for plan in plans),
        word_array(plan.outcome.value for plan in plans),
        uuid_array(
            None if is_dry and (plan.is_coming or plan.outcome == Outcome.CREATED) else plan.pk
            for plan in plans
        ),
        _said(plans, chunk.tied_ends),
    ]


def counted(chunk: Chunk) -> "Counter[str]":
    """How many rows of the chunk came to what."""
    counts: Counter[str] = Counter(plan.outcome.value for plan in chunk.plans)
    counts["nested_created"] += chunk.nested_created
    counts["nested_updated"] += chunk.nested_updated
    counts["warnings"] += sum(m["warning"] for p in chunk.plans for m in p.draft.messages)
    return counts


def _said(plans: list[Plan], tied_ends: Collection[str]) -> str:
    """Messages, differences, names and other ends, as JSON; most rows have none."""
    return json.dumps(
        [
            {
                "number": plan.draft.number,
                "messages": plan.draft.messages,
                "diff": plan.diff,
                "links": [name.as_json() for name in plan.draft.names],
                "is_open": any(name.verdict.is_open for name in plan.draft.names),
                "ends": _ends(plan, tied_ends),
            }
            for plan in plans
            if plan.draft.messages or plan.diff or plan.draft.names or _ends(plan, tied_ends)
        ]
    )


def _ends(plan: Plan, tied_ends: Collection[str]) -> dict[str, str]:
    """The records that the row names and that are to be tied to others, by reference."""
    return {key: str(plan.links[key].pk) for key in tied_ends if key in plan.links}
