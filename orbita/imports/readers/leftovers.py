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

    def look(self, number: int, row: list[Any]) -> None:
        """Take a row in that is below the header."""
        filled = [cell for cell in row if _is_filled(cell)]
        if not filled:
            self._is_apart = True
            return
        if row == self._header or self._is_total(filled):
            self._found.append(number)
            self._is_apart = True
        elif self._is_apart and len(filled) == 1 and self._is_note(filled[0]):
            self._notes.append(number)
        else:
            self._notes.clear()
            self._is_apart = False

    def _is_total(self, filled: list[Any]) -> bool:
        first, *rest = filled
        if not isinstance(first, str) or len(filled) >= max(self._width, 2):
            return False
        return bool(_TOTAL.fullmatch(first.strip())) and bool(rest) and all(map(_is_number, rest))

    def _is_note(self, cell: Any) -> bool:
        return self._width > 2 and isinstance(cell, str) and bool(_FOOTNOTE.fullmatch(cell.strip()))


_NUMBER = re.compile(r"[-+]?[\d\s.,]*\d\s*(?:zł|pln|eur|usd|%|szt\.?)?", re.IGNORECASE)


def _is_number(cell: Any) -> bool:
    if isinstance(cell, str):
        return bool(_NUMBER.fullmatch(cell.strip()))
    return isinstance(cell, int | float)


def _is_filled(cell: Any) -> bool:
    return cell is not None and cell != ""
