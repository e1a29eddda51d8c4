"""Merging: several records of a kind become one, and everything that points at them follows.

`merge` is the verb, `Plan` what its page shows, `survivor_of` where an old address leads. A slice
whose table points at records need say nothing: `ends` walks the foreign keys. It may register a
mover for a table with rules of its own (`ends.register_mover`), and what the preview counts
(`counts.register`).
"""

from orbita.records.merging.merge import MergeError, merge
from orbita.records.merging.plan import MOST, Plan
from orbita.records.merging.survivors import survivor_of

__all__ = ["MOST", "MergeError", "Plan", "merge", "survivor_of"]
