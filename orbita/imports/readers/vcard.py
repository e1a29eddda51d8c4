"""Electronic visiting cards, versions 2.1, 3.0 and 4.0: from lines to properties.

RFC 6350 (4.0), RFC 2426 (3.0) and the vCard 2.1 of versit. Lines are handled byte by byte (as
Latin-1), because a card of version 2.1 may name another encoding for each property.
"""

import binascii
import codecs
import quopri
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.repairs import KEEP
from orbita.imports.readers.shapes import ENCODINGS, Choices, Limits
from orbita.imports.readers.texts import open_text

# A name with its group, parameters (values may be quoted), a colon, the value.
_PROPERTY = re.compile(
    r'(?:[\w-]+\.)?([A-Za-z][\w-]*)((?:;(?:[^:;"]|"[^"]*")*)*):(.*)', re.DOTALL | re.ASCII
)
_HEAD = re.compile(r"(?:[\w-]+\.)?[A-Za-z][\w-]*(?:;[^:]*)?:", re.ASCII)
_EDGE = re.compile(r"(?:begin|end|version):|$", re.IGNORECASE)
_CHARSETS = frozenset(ENCODINGS) | {"ascii", "iso8859-1", "iso8859-15"}
_HEAVY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_MAX_PROPERTIES = 2_000
_MAX_CARD = 8 * 1024 * 1024


@dataclass(frozen=True)
class Property:
    """One line of a card: its name in capitals, its types and whether it is preferred, its text."""

    name: str
    types: frozenset[str]
    text: str

    def parts(self, separators: str = ";") -> list[str]:
        """The parts of a structured value, unescaped."""
        found = [""]
        for token in re.findall(rf"\\.|[{separators}]|[^\\{separators}]+|\\", self.text, re.DOTALL):
            if token in separators:
                found.append("")
            else:
                found[-1] += token
        return [_bare(part) for part in found]

    @property
    def value(self) -> str:
        """The whole text, unescaped."""
        return _bare(self.text)


def _bare(text: str) -> str:
    """The text without the backslashes that protect its signs and stand for line breaks."""
    text = re.sub(r"\\([nN;,:\\])", lambda m: "\n" if m[1] in "nN" else m[1], text)
    return text.replace("\r\n", "\n").strip()


@dataclass
class _Card:
    """A card while it is read."""

    line: int
    found: list[Property] = field(default_factory=list)
    size: int = 0


def cards(
    path: Path, choices: Choices, limits: Limits, pulse: Callable[[], None]
) -> Iterator[list[Property]]:
    """The properties of each card, in the order of the file."""
    card: _Card | None = None
    depth = 0
    for number, line in _Logical(path, choices, limits, pulse):
        match = _PROPERTY.fullmatch(line)
        if match is None:
            continue
        name, value = match[1].upper(), match[3].strip().upper()
        if (name, value) == ("BEGIN", "VCARD"):
            is_agent = card is not None and card.found and card.found[-1].name == "AGENT"
            if card is not None and is_agent:
                depth += 1
                continue
            if card is not None:
                yield card.found
            card, depth = _Card(number), 0
        elif (name, value) == ("END", "VCARD") and card is not None:
            if depth:
                depth -= 1
                continue
            yield card.found
            card = None
        elif card is not None and not depth:
            _take(card, match, number, choices, limits)
    if card is not None:
        raise UnreadableFile("open_card", line=card.line)


def _take(card: _Card, match: re.Match[str], number: int, choices: Choices, limits: Limits) -> None:
    """Put a property on the card."""
    name = match[1].upper()
    if name in _HEAVY:
        return
    parameters = _parameters(match[2])
    text = _decoded(match[3], parameters, number, choices)
    if len(text) > limits.max_cell_chars:
        raise UnreadableFile("long_cell", line=number, limit=limits.max_cell_chars)
    card.size += len(text)
    if len(card.found) >= _MAX_PROPERTIES or card.size > _MAX_CARD:
        raise UnreadableFile("long_card", line=card.line)
    types = frozenset(one.upper() for one in parameters.get("TYPE", ()))
    if "1" in parameters.get("PREF", ()):
        types |= {"PREF"}
    card.found.append(Property(name, types, text))


def _parameters(text: str) -> dict[str, list[str]]:
    """`;TYPE=CELL,VOICE;CHARSET=UTF-8`, and `;CELL;QUOTED-PRINTABLE` of version 2.1."""
    found: dict[str, list[str]] = {}
    for part in re.findall(r';((?:[^;"]|"[^"]*")*)', text):
        name, sign, values = part.partition("=")
        if not sign:
            values = name
            name = "ENCODING" if name.upper() in _TRANSFERS else "TYPE"
        found.setdefault(name.strip().upper(), []).extend(
            value.strip() for value in values.replace('"', "").split(",")
        )
    return found


_TRANSFERS = ("QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT")


def _decoded(value: str, parameters: dict[str, list[str]], number: int, choices: Choices) -> str:
    """The text of a value by its transfer encoding and its character set."""
    content = value.encode("latin-1")
    transfer = parameters.get("ENCODING", [""])[0].upper()
    if transfer == "QUOTED-PRINTABLE":
        content = quopri.decodestring(content)
    elif transfer in ("BASE64", "B"):
        try:
            content = binascii.a2b_base64(content)
        except binascii.Error:
            content = b""
    encoding, repair = _charset(parameters, choices), choices.repair
    try:
        return content.decode(encoding, KEEP if repair else "strict")
    except UnicodeDecodeError:
        raise UnreadableFile("card_text", line=number, encoding=encoding.upper()) from None


def _charset(parameters: dict[str, list[str]], choices: Choices) -> str:
    """What the property names, if it is known here; else the encoding of the file."""
    try:
        named = codecs.lookup(parameters["CHARSET"][0]).name
    except (LookupError, KeyError, IndexError):
        named = ""
    return named if named in _CHARSETS else _single(choices.encoding)


def _single(encoding: str) -> str:
    """Lines of UTF-16 arrive as UTF-8."""
    return "utf-8" if encoding.startswith("utf-16") else encoding


class _Logical:
    """Lines unfolded, each with the number of its first line; bytes as Latin-1."""

    def __init__(
        self, path: Path, choices: Choices, limits: Limits, pulse: Callable[[], None]
    ) -> None:
        self._path, self._choices, self._limits, self._pulse = path, choices, limits, pulse
        self._is_heavy = self._is_quoted = self._is_edge = self._is_old = False

    def __iter__(self) -> Iterator[tuple[int, str]]:
        held: list[str] = []
        begin = size = 0
        for number, line in enumerate(self._lines(), start=1):
            more = self._continues(held, line) if held else None
            if more is None:
                if held:
                    yield begin, "".join(held)
                begin, held, size = number, [line], 0
                self._notice(line)
                continue
            size += len(more)
            if size > self._limits.max_line_chars:
                raise UnreadableFile("long_line", line=begin, limit=self._limits.max_line_chars)
            if not self._is_heavy:
                held.append(more)
        if held:
            yield begin, "".join(held)

    def _notice(self, line: str) -> None:
        """What a property says about the lines that continue it."""
        name = re.match(r"(?:[\w-]+\.)?([A-Za-z]+)[;:]", line[:200], re.ASCII)
        self._is_heavy = bool(name) and name[1].upper() in _HEAVY  # type: ignore[index]
        self._is_quoted = "QUOTED-PRINTABLE" in line[:200].upper()
        self._is_edge = _EDGE.match(line) is not None
        if line[:8].upper() == "VERSION:":
            self._is_old = line[8:].strip() == "2.1"

    def _continues(self, held: list[str], line: str) -> str | None:
        """What the line adds to the one before it; None where it begins a property."""
        if self._is_quoted and held[-1].endswith("="):
            held[-1] = held[-1][:-1]
            return line
        if line[:1] in (" ", "\t"):
            return line if self._is_old else line[1:]
        if not line or _HEAD.match(line) or self._is_edge:
            return None
        # A program has put a line break into a value as it was.
        return "\\n" + line

    def _lines(self) -> Iterator[str]:
        limit = self._limits.max_line_chars
        encoding = self._choices.encoding
        is_wide = encoding.startswith("utf-16")
        name = encoding if is_wide else "latin-1"
        with open_text(self._path, name) as file:
            for number, line in enumerate(iter(partial(file.readline, limit), ""), start=1):
                if len(line) >= limit:
                    raise UnreadableFile("long_line", line=number, limit=limit)
                if "\0" in line:
                    raise UnreadableFile("nul", line=number)
                if not number & 0xFFFF:
                    self._pulse()
                line = line.rstrip("\r\n")
                if number == 1:
                    line = line.removeprefix(codecs.BOM_UTF8.decode("latin-1"))
                yield line.encode("utf-8", "replace").decode("latin-1") if is_wide else line
