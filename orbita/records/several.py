"""A dictionary with several values for some keys, which spends nothing on those with one."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from orbita.ui.shelves import MOST, Shelf

Value = TypeVar("Value")


class Several(Generic[Value]):
    """Keys and their values, for millions of them: most have one, and no list is made for it.

    Values must not be lists; a value that a key has already is not added again.
    """

    def __init__(self, most: int = MOST) -> None:
        self._values: Shelf[Value | list[Value]] = Shelf(most)

    def add(self, key: Hashable, value: Value) -> None:
        """One more value of the key."""
        old = self.of(key)
        if not old:
            self._values[key] = value
        elif value not in old:
            self._values[key] = [*old, value]

    def of(self, key: Hashable) -> list[Value]:
        """The values of the key, in the order in which they came."""
        found = self._values.get(key)
        if found is None:
            return []
        return found if isinstance(found, list) else [found]

    def drop(self, key: Hashable, which: Callable[[Value], bool]) -> None:
        """Take some values of the key out."""
        old = self.of(key)
        left = [value for value in old if not which(value)]
        if not left:
            self._values.drop(key)
        elif len(left) < len(old):
            self._values[key] = left if len(left) > 1 else left[0]

    def clear(self) -> None:
        """Forget all."""
        self._values.clear()
