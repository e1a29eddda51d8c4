"""Rows of a table that are no data: totals, footnotes, headers that come again."""

import re
from typing import Any

_MAX = 200
_TOTAL = re.compile(
    r"(?:razem|sum[ay]?|suma częściowa|suma końcowa|ogółem|łącznie|w sumie|podsumowanie|"
    r"(?:grand |sub)?totals?|sum)(?: (?:netto|brutto|\d+))?\s*:?",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(
    r"(?:\*|źródło|uwagi?:|stan na|wygenerowano|wydrukowano|sporządził|"
    r"source:|note:|generated|printed).*|(?:strona|page) \d+.*",
    re.IGNORECASE | re.DOTALL,
)


class Leftovers:
    """Notices such rows below the header; `numbers` count rows as people do, from 1.

    A footnote is a line alone, below a blank row or a total, with nothing but notes after it.
    """

    def __init__(self, *, header: list[Any], width: int) -> None:
        self._header = header if sum(map(_is_filled, header)) > 1 else None
        self._width = width
        self._found: list[int] = []
        self._notes: list[int] = []
        self._is_apart = False

    @property
    def numbers(self) -> tuple[int, ...]:
        """The rows to be left out."""
        return tuple(sorted(self._found + self._notes)[:_MAX])

    def look(self, number: int, row: list[Any]) -> bool:
        """Take a row in that is below the header; whether it holds anything."""
        first = next((cell for cell in row if cell is not None and cell != ""), None)
        if first is None:
            self._is_apart = True
            return False
        is_telling = type(first) is str and first[:1].lower() in _BEGINNINGS
        if row == self._header or (is_telling and self._is_total(first, row)):
            self._found.append(number)
            self._is_apart = True
        elif is_telling and self._is_apart and self._is_note(first, row):
            self._notes.append(number)
        elif self._is_apart or self._notes:
            self._notes.clear()
            self._is_apart = False
        return True

    def _is_total(self, first: str, row: list[Any]) -> bool:
        rest = list(filter(_is_filled, row))[1:]
        if len(rest) + 1 >= max(self._width, 2) or not _TOTAL.fullmatch(first.strip()):
            return False
        return bool(rest) and all(map(_is_number, rest))

    def _is_note(self, first: str, row: list[Any]) -> bool:
        if self._width <= 2 or sum(map(_is_filled, row)) > 1:
            return False
        return bool(_FOOTNOTE.fullmatch(first.strip()))


_BEGINNINGS = frozenset("rsołwptg*źungs ") | {"\t", "\u00a0"}
"""How totals and footnotes begin, so that most rows need no closer look."""


_NUMBER = re.compile(r"[-+]?[\d\s.,]*\d\s*(?:zł|pln|eur|usd|%|szt\.?)?", re.IGNORECASE)


def _is_number(cell: Any) -> bool:
    if isinstance(cell, str):
        return bool(_NUMBER.fullmatch(cell.strip()))
    return isinstance(cell, int | float)


def _is_filled(cell: Any) -> bool:
    return cell is not None and cell != ""
