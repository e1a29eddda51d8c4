"""Which encoding a text file is in: trial by the letters that Polish people write.

A byte of a single-byte encoding always decodes to something; what tells the encodings apart is
whether the result looks like words. So the words with non-ASCII letters are decoded in every
candidate encoding and counted: Polish letters speak for it, other letters a little, signs in the
middle of words, control characters and capitals inside words against it.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.repairs import REPAIRS, repaired
from orbita.imports.readers.shapes import ENCODINGS

_CHUNK = 1024 * 1024
_TAIL = re.compile(rb"[\x80-\xff][A-Za-z\x80-\xff]{0,60}")
_LETTERS_OF_ASCII = b"".join(bytes([code, code + 32]) for code in range(65, 91))
_MAX_WORDS = 50_000
_CANDIDATES = ("cp1250", "iso8859-2", "cp852", "cp1252")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
_LETTERS = frozenset("áàâäãåæçčďéèêëěíìîïľĺňñöôõøőřŕšťúùûüůűýžßÁÀÂÄÃÅÆÇČĎÉÈÊËĚÍÎÏĽŇÑÖÔŐØŘŠŤÚÜŮŰÝŽ")
_SIGNS = frozenset("„”“’‘–—…«»§°€®™©·²³½µ\u00a0\u00ad")
_CLEAR_MARGIN = 0.5
_THREE_BYTES, _LOST = "\u0800", "\ufffd"


@dataclass(frozen=True)
class EncodingGuess:
    """The best encoding, the ones that would do as well, and whether it is beyond doubt.

    `repair` says that only a part of the text is in the encoding and the rest in UTF-8.
    """

    best: str
    others: tuple[str, ...] = ()
    is_certain: bool = True
    repair: str = ""


def guess_encoding(path: Path) -> EncodingGuess:
    """The encoding of the file; raises `UnreadableFile` where none gives readable text."""
    with path.open("rb") as file:
        head = file.read(4096)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return EncodingGuess(name)
    wide = _wide(head)
    if wide:
        return EncodingGuess(wide)
    wrong = first_bad_byte(path, "utf-8")
    if wrong is None:
        return _doubtful_utf8(list(_words(path))) or EncodingGuess("utf-8")
    return _by_letters(path, wrong)


def first_bad_byte(path: Path, encoding: str) -> int | None:
    """The position, from 0, of the first byte that is not of the encoding; None if all are."""
    decoder = codecs.getincrementaldecoder(encoding)()
    at = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            waiting = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return at - waiting + error.start
            if not chunk:
                return None
            at += len(chunk)


def check_encoding(path: Path, encoding: str) -> None:
    """Refuse a file whose bytes are not all of the encoding, or an encoding that is not ours."""
    if encoding not in ENCODINGS:
        raise UnreadableFile("encoding", encoding=encoding)
    wrong = first_bad_byte(path, encoding)
    if wrong is not None:
        raise undecodable(encoding, wrong)


def undecodable(encoding: str, position: int) -> UnreadableFile:
    """The problem with a byte at a position that counts from 0."""
    return UnreadableFile("undecodable", encoding=encoding.upper(), position=position + 1)


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: every second byte of mostly Latin text is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    enough = len(head) // 2 * 0.4
    if odd > enough and even < odd / 10:
        return "utf-16-le"
    if even > enough and odd < even / 10:
        return "utf-16-be"
    return ""


def _doubtful_utf8(words: list[bytes]) -> EncodingGuess | None:
    """By chance "SPÓŁKA" in ISO-8859-2 is valid UTF-8, with a Cyrillic letter.

    Two bytes make one letter by chance, three do not: a dash or a euro sign is beyond doubt.
    """
    text = b" ".join(words).decode("utf-8", "replace")
    if _score(words, "utf-8") >= 0 or any(char >= _THREE_BYTES for char in text if char != _LOST):
        return None
    ranked = _ranked(words)
    best = next(iter(ranked))
    if ranked[best] <= 0 or not _differ(words, best, "utf-8"):
        return None
    return EncodingGuess(best, ("utf-8", *_others(ranked, best)), is_certain=False)


def _ranked(words: list[bytes]) -> dict[str, float]:
    """The encodings with their scores, the best first; ties keep their order."""
    scores = {name: _score(words, name) for name in _CANDIDATES}
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


def _others(scores: dict[str, float], best: str) -> tuple[str, ...]:
    return tuple(name for name, score in scores.items() if name != best and score > 0)


def _mixed(path: Path) -> EncodingGuess | None:
    """UTF-8 and an older encoding in one file, as when two files were put together."""
    text = b" ".join(_words(path, _is_not_utf8))
    for name in REPAIRS:
        old = repaired(text.decode(name, "replace"), name)
        letters = [char for char in old if not char.isascii()]
        if letters and all(_worth(char, " ") > 0 for char in letters):
            return EncodingGuess(name, is_certain=False, repair=name)
    return None


def _by_letters(path: Path, wrong: int) -> EncodingGuess:
    words = list(_words(path))
    scores = _ranked(words)
    ranked = list(scores)
    best = ranked[0]
    if scores[best] <= 0 or _score(words, "utf-8") >= scores[best]:
        if mixed := _mixed(path):
            return mixed
        raise undecodable("utf-8", wrong)
    letters = sum(len(word.translate(None, _ASCII)) for word in words)
    rivals = [name for name in ranked[1:] if _differ(words, best, name)]
    close = [n for n in rivals if scores[best] - scores[n] < _CLEAR_MARGIN * letters]
    if close:
        best = _second_opinion(words, best, close)
    return EncodingGuess(best, _others(scores, best), is_certain=not close)


_ASCII = bytes(range(128))


def _words(path: Path, wanted: Callable[[bytes], bool] | None = None) -> Iterator[bytes]:
    """Words with non-ASCII bytes from all over the file, up to a number that is plenty."""
    left = _MAX_WORDS
    with path.open("rb") as file:
        while left > 0 and (chunk := file.read(_CHUNK)):
            found = list(islice(filter(wanted, _words_of(chunk)), left))
            left -= len(found)
            yield from found


def _words_of(chunk: bytes) -> Iterator[bytes]:
    """From the first byte beyond ASCII on, with the ASCII letters before it."""
    for match in _TAIL.finditer(chunk):
        before = chunk[max(0, match.start() - 60) : match.start()]
        yield before[len(before.rstrip(_LETTERS_OF_ASCII)) :] + match[0]


def _is_not_utf8(word: bytes) -> bool:
    try:
        word.decode()
    except UnicodeDecodeError:
        return True
    return False


def _score(words: list[bytes], encoding: str) -> float:
    text = b" ".join(words).decode(encoding, "replace")
    total = 0.0
    before = " "
    for char in text:
        if not char.isascii():
            total += _worth(char, before)
        before = char
    return total


def _worth(char: str, before: str) -> float:
    if char in _SIGNS:
        return -1.5 if before.isalpha() and char not in "’”\u00a0\u00ad…" else 0.0
    if char not in _POLISH and char not in _LETTERS:
        return -4.0
    if char.isupper() and before.islower():
        return -1.0
    return 2.0 if char in _POLISH else 0.8


def _differ(words: list[bytes], one: str, other: str) -> bool:
    """Whether the encodings read the words differently; otherwise the choice does not matter."""
    text = b" ".join(words)
    return text.decode(one, "replace") != text.decode(other, "replace")


def _second_opinion(words: list[bytes], best: str, close: list[str]) -> str:
    """What charset-normalizer says, where the letters alone leave two encodings close."""
    from charset_normalizer import from_bytes

    found = from_bytes(b" ".join(words[:2000]), cp_isolation=[best, *close]).best()
    name = codecs.lookup(found.encoding).name if found else best
    return name if name in close else best
