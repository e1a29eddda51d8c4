"""Spoiled files by the thousand, and a child of the readers that takes one after another.

In production a child lives for one file. To start ten thousand of them would take a quarter of an
hour, so this one goes on: the same limits, the same code from the request to the frames, and the
same parent's side. When it dies, the next one starts.
"""

import json
import os
import random
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path
from typing import Any, Self

from orbita.imports.readers import Choices, Limits, UnreadableFile
from orbita.imports.readers import child as child_module
from orbita.imports.readers.frames import FACTS, ROWS
from orbita.imports.readers.process import Child

LIMITS = Limits()
"""As in production; only the seconds of CPU are for all files together."""
SLICED = replace(LIMITS, whole_inflated=0, slice_bytes=400)
"""The same, with every zipped workbook read as a large one."""


def serve(limits: Limits = LIMITS) -> None:
    """The child: one request in each line of its input."""
    out = os.fdopen(os.dup(1), "wb", buffering=1024 * 1024)
    child_module.confine(replace(limits, cpu_seconds=3600), parent=os.getppid())
    for line in sys.stdin:
        child_module.reply(json.loads(line), limits, out)


class Reader(Child):
    """Reads one file after another; counts the children that died."""

    def __init__(self, *, slices: bool = False) -> None:
        limits = "SLICED" if slices else "LIMITS"
        self.program = ("-c", f"from {__name__} import *; serve({limits})")
        super().__init__({}, silence_seconds=LIMITS.silence_seconds)
        self.deaths = 0

    def _ask(self) -> None:
        """The first request comes later."""

    def read(self, path: Path) -> int:
        """Inspect the file and read its rows; how many there are. Raises `UnreadableFile`."""
        try:
            facts = self._all("inspect", path, None, FACTS)[0]
            known = {key: facts[key] for key in asdict(Choices("")) if key in facts}
            return len(sum(self._all("rows", path, known, ROWS), []))
        except UnreadableFile as problem:
            if problem.code in ("crashed", "slow"):
                self._begin_anew()
            raise

    @property
    def peak_mib(self) -> int:
        """The most memory that the child has had in use."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024

    def _all(self, task: str, path: Path, choices: Any, wanted: bytes) -> list[Any]:
        request = {"task": task, "path": str(path), "choices": choices}
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")  # type: ignore[union-attr]
        except BrokenPipeError:
            raise UnreadableFile("crashed") from None
        return [content for kind, content in self.frames() if kind == wanted]

    def _begin_anew(self) -> Self:
        self.deaths += 1
        self._buffer.clear()
        self.__exit__()
        return self.__enter__()


def spoiled(good: bytes, kind: str, turns: range) -> Iterator[bytes]:
    """The file in as many broken forms as there are turns, the same ones in every run."""
    for turn in turns:
        chance = random.Random(f"{kind} {turn}")
        if kind in ("xlsx", "ods") and turn % 2:
            yield _spoil_part(good, chance)
        else:
            yield bytes(chance.choice(WAYS)(bytearray(good), chance))


def _place(data: bytearray, chance: random.Random) -> tuple[int, int]:
    """A stretch of the file, mostly a short one."""
    at = chance.randrange(len(data))
    return at, min(len(data), at + chance.choice((1, 4, 60, 700)))


def _cut(data: bytearray, chance: random.Random) -> bytearray:
    return data[: chance.randrange(len(data)) + 1]


def _flip(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.randrange(1, 20)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def _swap(data: bytearray, chance: random.Random) -> bytearray:
    first, second, third = sorted(chance.randrange(len(data)) for _ in range(3))
    return data[:first] + data[second:third] + data[first:second] + data[third:]


def _turn(data: bytearray, chance: random.Random) -> bytearray:
    at, to = _place(data, chance)
    data[at:to] = reversed(data[at:to])
    return data


def _repeat(data: bytearray, chance: random.Random) -> bytearray:
    at, to = _place(data, chance)
    return data[:to] + data[at:to] * chance.choice((1, 9, 200)) + data[to:]


def _drop(data: bytearray, chance: random.Random) -> bytearray:
    at, to = _place(data, chance)
    del data[at:to]
    return data or bytearray(b"x")


def _fill(data: bytearray, chance: random.Random) -> bytearray:
    at, to = _place(data, chance)
    data[at:to] = bytes([chance.choice((0, 0x20, 0x22, 0x7F, 0xFF))]) * (to - at)
    return data


def _insert(data: bytearray, chance: random.Random) -> bytearray:
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(TOKENS) + data[at:]


Way = Callable[[bytearray, random.Random], bytearray]
WAYS: tuple[Way, ...] = (_cut, _flip, _swap, _turn, _repeat, _drop, _fill, _insert)
TOKENS = (
    b'"',
    b"\r",
    b"\n\n",
    b"\0",
    b";",
    b"=",
    b"=\n",
    b":",
    b"\\",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x85",
    b"BEGIN:VCARD\r\n",
    b"END:VCARD\r\n",
    b"N;CHARSET=zip;ENCODING=QUOTED-PRINTABLE:=FF=\r\n",
    b'item1.TEL;TYPE="a',
    b";;;;;;;;;;;;;;;;",
    b'<c r="XFD1048576"><v>1</v></c>',
    b'<row r="0">',
    b"<",
    b"/>",
    b"]]>",
    b"<!DOCTYPE x>",
    b"&#0;",
    b' r="A0"',
    b' t="s"',
    b"<v>999999999</v>",
    b' table:number-columns-repeated="999999"',
    b' table:number-rows-repeated="999999"',
    b' office:value-type="date" office:date-value="99999-99-99"',
    b"1e999",
    b"-1",
)


def _spoil_part(good: bytes, chance: random.Random) -> bytes:
    """The archive is sound, so that the damage reaches the gate and the parser."""
    with zipfile.ZipFile(BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([name for name in parts if parts[name]])
    for _ in range(chance.choice((1, 1, 3))):
        parts[name] = bytes(chance.choice(WAYS)(bytearray(parts[name]), chance))
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_STORED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return memory.getvalue()
