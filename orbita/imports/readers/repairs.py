"""Text that was encoded twice: UTF-8 that a program took for something else and saved as UTF-8.

"Zażółć" then reads "ZaĹĽĂłĹ‚Ä‡" (taken for Windows-1250) or "ZaÅ¼Ã³Å‚Ä‡" (Windows-1252). Each such
pair of characters has one reading as a letter, and real words hardly ever hold such a pair. All
the same nothing is repaired unasked: what is found is offered as one more way of reading.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

REPAIRS = ("cp1250", "cp1252", "iso8859-2")
KEEP = "keep-bytes"
"""How to decode what is to be repaired: bytes without a character stay, as control characters."""
_ENOUGH = 20_000
_PLAIN_LATIN = range(0x00A0, 0x0180)
_OTHERS = frozenset("€™„”“’‘‚‹›–—…•†\u0218\u0219\u021a\u021b\ufeff")


def _keep(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(KEEP, _keep)


def repaired(text: str, repair: str) -> str:
    """The text with what was encoded twice by way of `repair` as it was meant; the rest stays.

    >>> repaired("ZaĹĽĂłĹ‚Ä‡ ŁÓDŹ", "cp1250")
    'Zażółć ŁÓDŹ'
    """
    if text.isascii():
        return text
    pattern, table = _pairs(repair)

    def meant(found: re.Match[str]) -> str:
        try:
            letter = bytes(table[char] for char in found[0]).decode()
        except UnicodeDecodeError:
            return found[0]
        return letter if ord(letter) in _PLAIN_LATIN or letter in _OTHERS else found[0]

    return pattern.sub(meant, text)


def mended(rows: Iterable[list[Any]], repair: str) -> Iterator[list[Any]]:
    """The rows with their texts repaired; `repair` may be ""."""
    if not repair:
        return iter(rows)
    return ([repaired(cell, repair) if type(cell) is str else cell for cell in row] for row in rows)


@cache
def _pairs(repair: str) -> tuple[re.Pattern[str], dict[str, int]]:
    """What a letter of two or three bytes looks like, and the byte behind each character.

    Programs keep bytes that the encoding does not define as control characters.
    """
    table = {}
    for byte in range(0x80, 0x100):
        table[bytes([byte]).decode(repair, "ignore")] = byte
    table.pop("", None)
    table |= {chr(byte): byte for byte in range(0x80, 0xA0)}
    two, three, rest = (
        "[" + re.escape("".join(char for char, byte in table.items() if byte in wanted)) + "]"
        for wanted in (range(0xC2, 0xE0), range(0xE0, 0xF0), range(0x80, 0xC0))
    )
    return re.compile(f"{two}{rest}|{three}{rest}{rest}"), table


class Doubles:
    """Looks for text that was encoded twice, among the first many cells that are not ASCII."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    def look(self, row: Iterable[Any]) -> None:
        """Take a row in."""
        if len(self._seen) < _ENOUGH:
            self._seen += [cell for cell in row if type(cell) is str and not cell.isascii()]

    @property
    def texts(self) -> list[str]:
        """What was looked at."""
        return self._seen

    def repairs(self) -> list[str]:
        """The repairs that change something, the one that leaves least to be repaired first."""
        text = "\n".join(cell[:1000] for cell in self._seen[:_ENOUGH])
        found = {repair: repaired(text, repair) for repair in REPAIRS}
        counts = {
            repair: sum(not char.isascii() for char in text)
            - sum(not char.isascii() for char in better)
            for repair, better in found.items()
        }
        best = max(counts.values())
        # As many pairs repaired, and each result once.
        likely = {found[repair]: repair for repair in reversed(REPAIRS) if counts[repair] == best}
        return list(reversed(likely.values())) if best else []
