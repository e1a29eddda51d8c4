"""How a text file is decoded: what is chosen, else guessed, and how else it might be."""

from pathlib import Path
from typing import Any, TextIO

from orbita.imports.readers.encodings import EncodingGuess, check_encoding, guess_encoding
from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.readings import Way, lines_of_file, lines_of_texts, side_by_side
from orbita.imports.readers.repairs import KEEP, REPAIRS, Doubles
from orbita.imports.readers.shapes import Choices

_SINGLE_BYTE = ("cp1250", "iso8859-2", "cp852", "cp1252")


class TextReading:
    """The encoding and repair of a file, and the other ways to read it."""

    def __init__(self, path: Path, choices: Choices | None) -> None:
        self.path = path
        self._is_settled = bool(choices and choices.is_settled)
        self._guess = _guess(path, choices)
        self.encoding, self.repair = self._guess.best, self._guess.repair

    def open(self) -> TextIO:
        """The file as text."""
        return open_text(self.path, self.encoding, repair=self.repair)

    def choices(self, kind: str) -> Choices:
        """The same as choices for the whole file."""
        return Choices(kind, self.encoding, repair=self.repair)

    def facts(self, doubles: Doubles) -> dict[str, Any]:
        """What an Inspection says about the encoding."""
        guess = self._guess
        repairs = [] if self.repair else doubles.repairs()
        others = (*guess.others, *self._remaining())
        ways = [Way(self.encoding, self.repair), *(Way(self.encoding, one) for one in repairs)]
        if self.repair:
            ways.append(Way(self.encoding))
        ways += [Way(name) for name in others]
        is_wide = self.encoding.startswith("utf-16")
        lines = lines_of_texts(doubles.texts) if is_wide else lines_of_file(self.path)
        is_sure = guess.is_certain and not repairs
        return {
            "encoding": self.encoding,
            "encodings": (self.encoding, *others),
            "encoding_certain": is_sure or self._is_settled,
            "repair": self.repair,
            "readings": side_by_side(lines, ways),
        }

    def _remaining(self) -> tuple[str, ...]:
        """Encodings that are unlikely but on offer, because a person may know better."""
        guess = self._guess
        if guess.best.startswith("utf"):
            return ()
        return tuple(n for n in _SINGLE_BYTE if n != guess.best and n not in guess.others)


def doubts(doubles: Doubles, repair: str, *, is_settled: bool) -> dict[str, Any]:
    """The same for a workbook, whose texts may have been encoded twice before they came there."""
    if repair not in ("", *REPAIRS):
        raise UnreadableFile("encoding", encoding=repair)
    repairs = [] if repair else doubles.repairs()
    ways = [Way("", repair), *(Way("", one) for one in repairs)] + [Way("")] * bool(repair)
    return {
        "encoding_certain": is_settled or not repairs,
        "repair": repair,
        "readings": side_by_side(lines_of_texts(doubles.texts), ways),
    }


def open_text(path: Path, encoding: str, *, repair: str = "") -> TextIO:
    """The file as text with its own line ends, after the byte order mark if there is one."""
    if encoding == "utf-8":
        return path.open(encoding="utf-8-sig", newline="")
    errors = KEEP if repair and not encoding.startswith("utf") else "strict"
    file = path.open(encoding=encoding, errors=errors, newline="")
    try:
        if encoding.startswith("utf-16") and file.read(1) != "\ufeff":
            file.seek(0)
    except UnicodeDecodeError:
        file.seek(0)
    return file


def _guess(path: Path, choices: Choices | None) -> EncodingGuess:
    """What was chosen, with the other ways as if nothing had been."""
    if not (choices and choices.encoding):
        return guess_encoding(path)
    if not choices.repair:
        check_encoding(path, choices.encoding)
    if choices.repair not in ("", *REPAIRS):
        raise UnreadableFile("encoding", encoding=choices.repair)
    try:
        guess = guess_encoding(path)
    except UnreadableFile:
        return EncodingGuess(choices.encoding, repair=choices.repair)
    if (guess.best, guess.repair) == (choices.encoding, choices.repair):
        return guess
    others = tuple(n for n in (guess.best, *guess.others) if n != choices.encoding)
    return EncodingGuess(choices.encoding, others, guess.is_certain, choices.repair)
