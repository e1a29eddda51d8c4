"""Zip archives, read with mistrust: every number in them is a claim until it is counted.

The directory is read by zipfile, the content by our own few lines around zlib, because zipfile
stops at the declared size and so never notices that a part holds more.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.shapes import MIB, Limits

_LOCAL = struct.Struct("<4s5H3I2H")
_END = struct.Struct("<4s4H2IH")
_CHUNK = 1024 * 1024
_MAX_DIRECTORY = 2 * MIB
_FLAG_ENCRYPTED, _FLAG_STRONG = 0x1, 0x40


@dataclass(frozen=True)
class Entry:
    """One part of an archive as its directory describes it; `name` is in lower case."""

    name: str
    offset: int
    packed: int
    size: int
    method: int
    crc: int


def directory(path: Path, limits: Limits = Limits()) -> list[Entry]:  # noqa: B008 - frozen
    """The parts of the archive, checked for everything that can be checked without unpacking."""
    _check_end(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError):
        raise UnreadableFile("damaged") from None
    if len(infos) > limits.max_entries:
        raise UnreadableFile("entries", limit=limits.max_entries)
    for info in infos:
        _check_info(info)
    entries = [_entry(info) for info in infos]
    if len({entry.name for entry in entries}) < len(entries):
        raise UnreadableFile("suspicious")
    if sum(entry.size for entry in entries) > _room(path, limits):
        raise _inflated(path, limits)
    return entries


def unpack(path: Path, limits: Limits) -> Iterator[tuple[Entry, Iterator[bytes]]]:
    """Every part with its bytes in chunks; all bytes of all parts are counted together."""
    entries = sorted(directory(path, limits), key=lambda entry: entry.offset)
    left = _room(path, limits)

    def spend(count: int) -> None:
        nonlocal left
        left -= count
        if left < 0:
            raise _inflated(path, limits)

    with path.open("rb") as file:
        end = 0
        for entry in entries:
            start = _content_start(file, entry)
            if entry.offset < end:
                raise UnreadableFile("suspicious")  # two parts share bytes: a bomb
            end = start + entry.packed
            yield entry, _content(file, entry, start, spend)


def part(path: Path, name: str, limits: Limits) -> Iterator[bytes]:
    """The bytes of one part in chunks; nothing where there is none of this name."""
    for entry, chunks in unpack(path, limits):
        if entry.name == name:
            yield from chunks
            return


def _room(path: Path, limits: Limits) -> int:
    """How many bytes the archive may unpack to: a bomb is small, a large table is large."""
    fair = limits.max_ratio * path.stat().st_size
    return min(limits.max_inflated, max(limits.free_inflated, fair))


def _inflated(path: Path, limits: Limits) -> UnreadableFile:
    return UnreadableFile("inflated", mib=_room(path, limits) // MIB)


def _check_end(path: Path, limits: Limits) -> None:
    """Refuse a huge directory before zipfile builds an object for every line of it."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65535 - _END.size))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise UnreadableFile("damaged")
    _sign, _disk, _start, _here, count, length, _offset, comment = _END.unpack_from(tail, at)
    if at + _END.size + comment != len(tail):
        raise UnreadableFile("damaged")
    if count > limits.max_entries or (length > _MAX_DIRECTORY and length != 0xFFFFFFFF):
        raise UnreadableFile("entries", limit=limits.max_entries)
    if length == 0xFFFFFFFF and size > limits.max_bytes:
        raise UnreadableFile("suspicious")


def _check_info(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & (_FLAG_ENCRYPTED | _FLAG_STRONG):
        raise UnreadableFile("encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableFile("suspicious")
    if info.orig_filename != info.filename or "\\" in info.filename:
        raise UnreadableFile("suspicious")


def _entry(info: zipfile.ZipInfo) -> Entry:
    return Entry(
        name=info.filename.lower(),
        offset=info.header_offset,
        packed=info.compress_size,
        size=info.file_size,
        method=info.compress_type,
        crc=info.CRC,
    )


def _content_start(file: BinaryIO, entry: Entry) -> int:
    file.seek(entry.offset)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size:
        raise UnreadableFile("damaged")
    fields = _LOCAL.unpack(header)
    if fields[0] != b"PK\x03\x04" or fields[3] != entry.method:
        raise UnreadableFile("damaged")
    name = file.read(fields[9]).decode("utf-8", "replace").lower()
    if name != entry.name and name.isascii() and entry.name.isascii():
        raise UnreadableFile("suspicious")
    return entry.offset + _LOCAL.size + fields[9] + fields[10]


def _content(
    file: BinaryIO, entry: Entry, start: int, spend: Callable[[int], None]
) -> Iterator[bytes]:
    """The bytes of one part; its size and checksum must be what the directory claims."""
    size, crc = 0, 0
    for chunk in _inflate(file, entry, start):
        spend(len(chunk))
        size, crc = size + len(chunk), zlib.crc32(chunk, crc)
        if size > entry.size:
            raise UnreadableFile("suspicious")
        yield chunk
    if size != entry.size or crc != entry.crc:
        raise UnreadableFile("damaged")


def _inflate(file: BinaryIO, entry: Entry, start: int) -> Iterator[bytes]:
    left, at = entry.packed, start
    unpacker = zlib.decompressobj(-15) if entry.method == zipfile.ZIP_DEFLATED else None
    waiting = b""
    while left or waiting:
        if not waiting:
            file.seek(at)
            waiting = file.read(min(_CHUNK // 4, left))
            if not waiting:
                raise UnreadableFile("damaged")
            at, left = at + len(waiting), left - len(waiting)
        if unpacker is None:
            chunk, waiting = waiting, b""
        else:
            chunk, waiting = _step(unpacker, waiting)
        if chunk:
            yield chunk
    if unpacker is not None and not unpacker.eof:
        yield from _rest(unpacker)


def _step(unpacker: "zlib._Decompress", packed: bytes) -> tuple[bytes, bytes]:
    try:
        chunk = unpacker.decompress(packed, _CHUNK)
    except zlib.error:
        raise UnreadableFile("damaged") from None
    if unpacker.unused_data:
        raise UnreadableFile("suspicious")
    return chunk, unpacker.unconsumed_tail


def _rest(unpacker: "zlib._Decompress") -> Iterator[bytes]:
    """What zlib still holds back when all packed bytes have been given to it."""
    while True:
        chunk, _none = _step(unpacker, b"")
        if not chunk:
            break
        yield chunk
    if not unpacker.eof:
        raise UnreadableFile("damaged")
