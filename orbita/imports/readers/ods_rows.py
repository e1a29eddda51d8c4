"""The rows of an ods document one after another, as the bytes between their tags."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from orbita.imports.readers.problems import UnreadableFile

_TABLE = re.compile(rb"<table:table[\s/>]")
_ROW_TAG, _ROW_END = b"<table:table-row", b"</table:table-row>"
_WHOLE_TAG = re.compile(rb"""<table:table-row\s*(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_REPEATS = re.compile(rb"""\stable:number-rows-repeated\s*=\s*["']([0-9]{1,9})["']""")
_AFTER_NAME = (b" ", b">", b"/", b"\t", b"\n", b"\r")


class OdsRow(NamedTuple):
    """One row as it is written, without the attribute that repeats it."""

    content: bytes
    repeats: int


def rows_of_table(chunks: Iterable[bytes], table: int) -> Iterator[OdsRow | bytes]:
    """What the table with this index holds: its rows, and what is declared between them."""
    at = -1
    for block in _blocks(chunks):
        tag, row, between = _divided(block)
        if row and at == table:
            yield _row(tag, row)
        for number, text in enumerate(_between(between)):
            at += number > 0
            if at == table and b"<table:" in text:
                yield text
        if at > table:
            return


def _between(text: bytes) -> list[bytes]:
    """The text, cut where a table begins."""
    if b"<table:table" not in text:
        return [text]
    cuts = [0, *(found.start() for found in _TABLE.finditer(text)), len(text)]
    return [text[begin:end] for begin, end in zip(cuts, cuts[1:], strict=False)]


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes, cut before each row."""
    rest = b""
    for chunk in chunks:
        blocks = (rest + chunk).split(_ROW_TAG)
        blocks[1:] = [_ROW_TAG + block for block in blocks[1:]]
        rest = blocks.pop()
        yield from blocks
    yield rest


def _divided(block: bytes) -> tuple[bytes, bytes, bytes]:
    """The tag of a row, the whole row, and what follows it; the row is empty where none begins."""
    if not block.startswith(_ROW_TAG) or not block.startswith(_AFTER_NAME, len(_ROW_TAG)):
        return b"", b"", block
    found = _WHOLE_TAG.match(block)
    if not found:
        raise UnreadableFile("damaged")
    tag = found[0]
    if tag.endswith(b"/>"):
        return tag, tag, block[len(tag) :]
    row, end, between = block.partition(_ROW_END)
    if not end:
        raise UnreadableFile("damaged")
    return tag, row + end, between


def _row(tag: bytes, row: bytes) -> OdsRow:
    found = _REPEATS.search(tag) if b"number-rows-repeated" in tag else None
    if not found:
        return OdsRow(row, 1)
    content = tag[: found.start()] + tag[found.end() :] + row[len(tag) :]
    return OdsRow(content, max(1, int(found[1])))
