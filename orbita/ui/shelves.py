"""A dictionary for more than fits into memory."""

import pickle
import sqlite3
from collections.abc import Hashable
from typing import Generic, TypeVar
from uuid import UUID

Value = TypeVar("Value")
MOST = 50_000
CACHE_KIB = 4096
SIEVE_BYTES = 2 * 1024 * 1024


class Shelf(Generic[Value]):
    """Keys and values by the million, of which no more than MOST are kept in memory.

    The others lie in a nameless file, which is gone with the process however it ends. Keys are
    ids, numbers, texts and tuples of them; values whatever can be pickled. A value that was got is
    a copy: who changes it must set it again.
    """

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._near: dict[Hashable, Value] = {}
        self._far: sqlite3.Connection | None = None
        self._sieve = bytearray()

    def get(self, key: Hashable) -> Value | None:
        """The value of the key, if it has one."""
        if key in self._near:
            return self._near[key]
        if self._far is None or not self._may_be_far(key):
            return None
        found = self._far.execute("SELECT value FROM shelf WHERE key = ?", [_stored(key)])
        row = found.fetchone()
        return pickle.loads(row[0]) if row else None  # noqa: S301 - written by this process

    def __contains__(self, key: Hashable) -> bool:
        if key in self._near:
            return True
        if self._far is None or not self._may_be_far(key):
            return False
        found = self._far.execute("SELECT 1 FROM shelf WHERE key = ?", [_stored(key)])
        return found.fetchone() is not None

    def __setitem__(self, key: Hashable, value: Value) -> None:
        self._near[key] = value
        if len(self._near) >= self.most:
            self._put_away()

    def drop(self, key: Hashable) -> None:
        """Forget the key, if it is there."""
        self._near.pop(key, None)
        if self._far is not None:
            self._far.execute("DELETE FROM shelf WHERE key = ?", [_stored(key)])

    def clear(self) -> None:
        """Forget all."""
        self._near.clear()
        if self._far is not None:
            self._far.close()
            self._far = None

    def _put_away(self) -> None:
        if self._far is None:
            self._far = _new_file()
            self._sieve = bytearray(SIEVE_BYTES)
        for key in self._near:
            for place, bit in _bits(key):
                self._sieve[place] |= bit
        rows = ((_stored(key), pickle.dumps(value)) for key, value in self._near.items())
        self._far.executemany("INSERT OR REPLACE INTO shelf VALUES (?, ?)", rows)
        self._near.clear()

    def _may_be_far(self, key: Hashable) -> bool:
        """False for nearly all keys that were never put away, which is what is mostly asked."""
        return all(self._sieve[place] & bit for place, bit in _bits(key))


def _bits(key: Hashable) -> list[tuple[int, int]]:
    """Two places in the sieve (a Bloom filter), from two halves of the key's hash."""
    number = hash(key)
    halves = number & 0xFFFFFFFF, (number >> 29) & 0xFFFFFFFF
    return [((half >> 3) % SIEVE_BYTES, 1 << (half & 7)) for half in halves]


def _stored(key: Hashable) -> bytes:
    return key.bytes if isinstance(key, UUID) else repr(key).encode()


def _new_file() -> sqlite3.Connection:
    """A database of which SQLite keeps the file to itself (its name is empty)."""
    file = sqlite3.connect("", check_same_thread=False)
    for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE_KIB}"):
        file.execute(f"PRAGMA {setting}")
    file.execute("CREATE TABLE shelf (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")
    return file
