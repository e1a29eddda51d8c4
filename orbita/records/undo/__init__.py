"""Taking back a whole deed (a list operation, an import, a merge, an undo), for every kind.

    undo = take_back(changes, by=user)      # at once up to 200 records, else in the worker
    problem = why_not(changes, by=user)     # a sentence, or nothing
    sums = preview(changes, by=user)        # what would happen

It reads the ledger and nothing else, so a kind, a field or a satellite that is tracked can be taken
back from birth. What lives outside of the ledger listens to `events.undone`. Who writes a deed in
many transactions says by `refuse_when` until when it must not be taken back.

Value by value: what still is as the deed left it gets its former value; what was edited since is
kept and listed. Rows that the deed added go, unless they were changed since; rows that it removed
come back. Records that it made go into the bin, unless somebody has worked on them since.
"""

from orbita.records.undo.leftovers import left
from orbita.records.undo.plan import Sums
from orbita.records.undo.previewing import preview
from orbita.records.undo.verbs import (
    UNDOABLE,
    cancel,
    refuse_when,
    result_of,
    take_back,
    undo_of,
    why_not,
)

from orbita.records.merging import undoing  # isort: skip  # noqa: F401

__all__ = [
    "UNDOABLE",
    "Sums",
    "cancel",
    "left",
    "preview",
    "refuse_when",
    "result_of",
    "take_back",
    "undo_of",
    "why_not",
]
