"""How the child speaks to its parent: frames of one kind byte, four bytes of length, JSON.

JSON has no dates, so a date is {"d": ISO} and a date with time {"t": ISO}; rows hold no other
objects. The length is known before the content is read, so a parent never takes in more than
MAX_FRAME bytes at once.
"""

import json
import struct
from datetime import date, datetime
from typing import Any, BinaryIO

from orbita.imports.readers.problems import UnreadableFile

ROWS, FACTS, PROBLEM, ALIVE, END = b"R", b"F", b"P", b"A", b"E"
HEAD = struct.Struct(">cI")
MAX_FRAME = 64 * 1024 * 1024

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def write(out: BinaryIO, kind: bytes, content: Any = None) -> None:
    """Send one frame; rows that do not fit into one are divided."""
    payload = b"" if content is None else _encoder.encode(content).encode()
    if len(payload) <= MAX_FRAME:
        out.write(HEAD.pack(kind, len(payload)))
        out.write(payload)
        out.flush()
        return
    if kind != ROWS or len(content) == 1:
        raise UnreadableFile("memory")
    half = len(content) // 2
    write(out, kind, content[:half])
    write(out, kind, content[half:])


def decode(payload: bytes) -> Any:
    """The content of a frame with dates as dates."""
    return json.loads(payload, object_hook=_revive) if payload else None


def _revive(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        if "d" in found:
            return date.fromisoformat(found["d"])
        if "t" in found:
            return datetime.fromisoformat(found["t"])
    return found
