"""Long parts of a workbook in pieces that a parser can take one by one."""

import re
from collections.abc import Iterable, Iterator

from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.shapes import MIB, Limits

_MAX_HEAD, _MAX_PIECE = 8 * MIB, 32 * MIB


def after_head(
    chunks: Iterator[bytes], opening: re.Pattern[bytes]
) -> tuple[re.Match[bytes], bytes]:
    """Where the tag `opening` stands in what comes before it, and what has been read behind it."""
    head = b""
    for chunk in chunks:
        head += chunk
        if found := opening.search(head):
            return found, head[found.end() :]
        if len(head) > _MAX_HEAD:
            break
    raise UnreadableFile("damaged")


def pieces(
    waiting: bytes, chunks: Iterable[bytes], *, tag: bytes, end: bytes, limits: Limits
) -> Iterator[bytes]:
    """What stands before `end`, cut before `tag` where enough has come together."""
    chunks, size = iter(chunks), limits.slice_bytes
    while True:
        found = waiting.find(end)
        length = found if found >= 0 else len(waiting)
        cut = _place(waiting, tag, size, length) if length > size else -1
        if cut > 0:
            yield _plain(waiting[:cut])
            waiting = waiting[cut:]
        elif found >= 0:
            break
        elif len(waiting) > _MAX_PIECE:
            raise UnreadableFile("long_text", limit=limits.max_cell_chars)
        elif (chunk := next(chunks, None)) is None:
            raise UnreadableFile("damaged")
        else:
            waiting += chunk
    if waiting[:found]:
        yield _plain(waiting[:found])


def _place(waiting: bytes, tag: bytes, size: int, length: int) -> int:
    """Where the last tag begins that leaves a piece of no more than the size, or the next one."""
    last = waiting.rfind(tag, 1, size)
    return last if last > 0 else waiting.find(tag, size, length)


def _plain(piece: bytes) -> bytes:
    """The piece, unless a comment or the like could pretend that something begins or ends."""
    if b"<!" in piece:
        raise UnreadableFile("suspicious")
    return piece
