"""A dictionary with several values for some keys, which spends nothing on those with one."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Several(Generic[Value]):
    """Keys and their values, for millions of them: most have one, and no list is made for it.

    Values must not be lists.
    """

    def __init__(self) -> None:
        self._values: dict[Hashable, Value | list[Value]] = {}

    def add(self, key: Hashable, value: Value) -> None:
        """One more value of the key."""
        old = self._values.setdefault(key, value)
        if isinstance(old, list):
            old.append(value)
        elif old is not value:
            self._values[key] = [old, value]

    def of(self, key: Hashable) -> list[Value]:
        """The values of the key, in the order in which they came."""
        found = self._values.get(key)
        if found is None:
            return []
        return found if isinstance(found, list) else [found]

    def drop(self, key: Hashable, which: Callable[[Value], bool]) -> None:
        """Take some values of the key out."""
        left = [value for value in self.of(key) if not which(value)]
        if left:
            self._values[key] = left if len(left) > 1 else left[0]
        else:
            self._values.pop(key, None)

    def clear(self) -> None:
        """Forget all."""
        self._values.clear()
