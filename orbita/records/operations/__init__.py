"""Operations on lists: what they are (`registry`), on what (`selection`), how they run."""

from orbita.records.operations.registry import (
    ListOperation,
    Order,
    PageOperation,
    operations,
    register,
)
from orbita.records.operations.selection import Selection

from orbita.records.operations import (  # isort: skip  # noqa: F401
    binning,
    exporting,
    filling,
    labelling,
    merging,
    setting,
    taking,
)

__all__ = [
    "ListOperation",
    "Order",
    "PageOperation",
    "Selection",
    "operations",
    "register",
]
