"""The lines that tell encodings apart, in each likely way of reading side by side."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from orbita.imports.readers.repairs import KEEP, repaired

_SHOWN, _LOOKED_AT, _WIDTH, _BEFORE = 4, 400, 120, 36
_CHUNK = 1024 * 1024
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


class Way(NamedTuple):
    """A way to read texts: an encoding ("" in workbooks, where none is in doubt) and a repair."""

    encoding: str
    repair: str = ""

    @property
    def is_text(self) -> bool:
        """Lines of UTF-16 and of workbooks come as UTF-8, because they are text already."""
        return not self.encoding or self.encoding.startswith("utf")

    def read(self, line: bytes) -> str:
        """The line as text; what was cut apart at its ends is left out."""
        if self.is_text:
            text = line.decode("utf-8", "replace").strip("\ufffd")
        else:
            text = line.decode(self.encoding, KEEP if self.repair else "replace")
        return repaired(text, self.repair) if self.repair else text

    def fits(self, line: bytes) -> bool:
        """Whether every byte has a character."""
        return self.is_text or bool(self.repair) or "\ufffd" not in self.read(line)


def side_by_side(lines: Sequence[bytes], ways: Sequence[Way]) -> list[dict[str, str | list[str]]]:
    """The telling lines as each way reads them; ways that read them alike are named once."""
    ways = [way for way in ways if way is ways[0] or all(map(way.fits, lines))]
    read = [[way.read(line) for way in ways] for line in dict.fromkeys(lines)]
    chosen = _telling(read)
    found: dict[tuple[str, ...], Way] = {}
    for index, way in enumerate(ways):
        found.setdefault(tuple(versions[index] for versions in chosen), way)
    return [
        {"encoding": way.encoding, "repair": way.repair, "lines": list(texts)}
        for texts, way in found.items()
    ]


def lines_of_file(path: Path) -> list[bytes]:
    """The first lines of a text file that hold more than ASCII, cut around the first such byte."""
    return list(islice(_lines(path), _LOOKED_AT))


def lines_of_texts(texts: Sequence[str]) -> list[bytes]:
    """The same for texts that are decoded already."""
    return [_cut(text.encode("utf-8", "replace")) for text in texts[:_LOOKED_AT]]


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            lines = chunk.replace(b"\r", b"\n").split(b"\n")
            yield from (_cut(line) for line in lines if not line.isascii())


def _cut(line: bytes) -> bytes:
    found = _BEYOND_ASCII.search(line)
    start = max(0, found.start() - _BEFORE) if found else 0
    return line[start : start + _WIDTH]


def _telling(read: list[list[str]]) -> list[list[str]]:
    """A few lines: first those that tell two ways apart which no line before has told apart."""
    told: list[int] = []
    groups = 1
    for index, versions in enumerate(read):
        together = zip(*[read[at] for at in told], versions, strict=True)
        if (count := len(set(together))) > groups:
            told.append(index)
            groups = count
    more = [index for index in range(len(read)) if index not in told and _differs(read[index])]
    return [read[index] for index in sorted((told + more)[:_SHOWN])]


def _differs(versions: list[str]) -> bool:
    return len(set(versions)) > 1
