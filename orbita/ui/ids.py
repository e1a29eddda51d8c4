"""Public ids: UUIDs of version 7, which sort by time and cannot be guessed."""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A new UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits."""
    return _of_now(os.urandom(10))


def uuids7(count: int) -> list[UUID]:
    """Many of them; the system is asked once for all that is random."""
    random = os.urandom(10 * count)
    return [_of_now(random[place : place + 10]) for place in range(0, 10 * count, 10)]


def _of_now(random: bytes) -> UUID:
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(random, "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)
