"""What a dry run says besides the rows: names new to dictionaries, and whom new records name."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from orbita.imports.models import Outcome
from orbita.imports.plans import Chunk, Link, Plan
from orbita.records.fields.base import Field as AnyField
from orbita.ui.text import fold

if TYPE_CHECKING:
    from orbita.imports.planning import Planner
    from orbita.records.fields import Field

NEVER = AnyField.would_make
"""What a field has that has no dictionary."""
MOST = 1000
"""So many names of a dictionary are remembered."""


def announce(planner: "Planner", chunk: Chunk) -> None:
    """Note what the chunk would bring."""
    context = planner.parser.context
    for field, value in _values(planner, chunk):
        names = planner.coming.setdefault(field.key, {})
        if len(names) < MOST:
            for name in field.would_make(value, context):
                names[fold(name)] = min(name, names.get(fold(name), name))
    for plan in chunk.plans:
        if plan.outcome in (Outcome.CREATED, Outcome.UPDATED):
            _name_ends(plan)


def _values(planner: "Planner", chunk: Chunk) -> "Iterator[tuple[Field, Any]]":
    """All values that would be stored in fields with a dictionary."""
    naming = {
        key: [f for f in fields.values() if type(f).would_make is not NEVER]
        for key, fields in planner.fields.items()
    }
    said = [(kind, values) for kind, _record, values in chunk.made]
    said += [(change.kind, change.values) for change in chunk.changes]
    for kind, values in said:
        for field in naming[kind.key]:
            if field.key in values:
                yield field, values[field.key]


def _name_ends(plan: Plan) -> None:
    """Say whom the row names: a record that is there, or one that comes with the import."""
    if plan.outcome == Outcome.CREATED:
        plan.diff = [[key, "", _words(link)] for key, link in plan.links.items()]
        return
    plan.diff = [
        [key, old, _words(link) if (link := plan.links.get(key)) is not None else new]
        for key, old, new in plan.diff
    ]


def _words(link: Link) -> str:
    return _("%(name)s (new)") % {"name": link.title} if link.is_new else link.title
