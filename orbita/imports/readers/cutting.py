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
    """What stands before `end`, cut before `tag` whenever enough has come together."""
    chunks = iter(chunks)
    while (found := waiting.find(end)) < 0:
        if len(waiting) >= limits.slice_bytes and (cut := waiting.rfind(tag)) > 0:
            yield _plain(waiting[:cut])
            waiting = waiting[cut:]
        if len(waiting) > _MAX_PIECE:
            raise UnreadableFile("long_text", limit=limits.max_cell_chars)
        chunk = next(chunks, None)
        if chunk is None:
            raise UnreadableFile("damaged")
        waiting += chunk
    if waiting[:found]:
        yield _plain(waiting[:found])


def _plain(piece: bytes) -> bytes:
    """The piece, unless a comment or the like could pretend that something begins or ends."""
    if b"<!" in piece:
        raise UnreadableFile("suspicious")
    return piece
