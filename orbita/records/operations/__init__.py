"""Operations on lists: what they are (`registry`), on what (`selection`), how they run."""

from orbita.records.operations.registry import (
    ListOperation,
    Order,
    PageOperation,
    operations,
    register,
)
from orbita.records.operations.selection import Selection

__all__ = [
    "ListOperation",
    "Order",
    "PageOperation",
    "Selection",
    "operations",
    "register",
]
