"""Where the header of a table stands, what it says, and what lies below it."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from orbita.imports.readers.leftovers import Leftovers
from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.repairs import Doubles
from orbita.imports.readers.shapes import GUESS, PREVIEW_ROWS

_VALUE = re.compile(
    r"[-+]?[\d\s.,'/:-]*\d[\d\s.,'/:-]*(?:zł|pln|eur|usd|%)?|[^@\s]+@[^@\s]+\.\w+|https?://.*",
    re.IGNORECASE,
)
_LONG = 120
_NEAR = 6


def survey(
    rows: Iterable[list[Any]], doubles: Doubles, *, header_row: int | None = GUESS
) -> dict[str, Any]:
    """The first rows, the header (guessed unless given) and what lies below it."""
    stream = iter(rows)
    first = list(islice(stream, PREVIEW_ROWS))
    if header_row == GUESS:
        header_row = guess_header(first)
    if header_row is not None:
        header_row = max(0, min(header_row, len(first) - 1))
    leftovers = Leftovers(
        header=[] if header_row is None else first[header_row],
        width=_filled(names_of(first, header_row)),
    )
    start = 0 if header_row is None else header_row + 1
    columns, below = 0, 0
    for number, row in _numbered(first, stream):
        columns = max(columns, len(row))
        doubles.look(row)
        if number > start:
            below += leftovers.look(number, row)
    if not below and not any(map(_is_filled, first)):
        raise UnreadableFile("no_rows")
    left_out = leftovers.numbers
    return {
        "rows": first,
        "header_row": header_row,
        "data_rows": below - len(left_out),
        "columns": columns,
        "left_out": left_out,
    }


def _numbered(first: list[list[Any]], others: Iterable[list[Any]]) -> Iterable[Any]:
    """All rows with their numbers, counted from 1."""
    yield from enumerate(first, start=1)
    yield from enumerate(others, start=len(first) + 1)


def guess_header(rows: Sequence[list[Any]]) -> int | None:
    """The index of the row that names the columns; None where the rows begin with data.

    That is the first row that fills most columns. Lines above it (a title, a date of print) fill
    few. Where they fill many, a row of nothing but texts follows that is wider. A header of two
    rows, the upper one with merged cells, is the lower one. A row in which every third cell is a
    number, a date or an e-mail address is data: the file has no header.
    """
    counts = [_filled(row) for row in rows]
    widest = max(counts, default=0)
    wide = [index for index, count in enumerate(counts) if count and count * 5 >= widest * 3]
    if not wide:
        return None
    index = _below_annotations(rows, counts, wide)
    if _is_upper_half(rows[index : index + 3]):
        index += 1
    return None if _looks_like_data(rows[index]) else index


def _below_annotations(rows: Sequence[list[Any]], counts: list[int], wide: list[int]) -> int:
    """The first wide row, or a wider one of texts soon below it that stands apart from it."""
    first = wide[0]
    for place, index in enumerate(wide[1:], start=1):
        if index - wide[place - 1] > _NEAR or _is_body(rows[first:index]):
            break
        is_apart = not all(counts[first:index]) or not _is_all_text(rows[first])
        is_widest = counts[index] > max(counts[first:index])
        if is_apart and is_widest and _is_all_text(rows[index]):
            return index
    return first


def _is_body(rows: Sequence[list[Any]]) -> bool:
    """Whether three rows in succession fill the same columns: then data has begun."""
    places = [_places(row) for row in rows]
    return any(
        one and one == two == three
        for one, two, three in zip(places, places[1:], places[2:], strict=False)
    )


def _is_upper_half(rows: Sequence[list[Any]]) -> bool:
    """Whether two rows are one header: the lower one names columns under merged cells."""
    if len(rows) < 3 or not (_is_all_text(rows[0]) and _is_all_text(rows[1])):
        return False
    upper, lower, data = (_places(row) for row in rows)
    more = lower - upper
    if not more or any(place - 1 not in upper | lower for place in more):
        return False
    if upper <= lower:
        return len(more) > 1 and any(_is_value(rows[2][place]) for place in more & data)
    return len(data) > max(len(upper), len(lower))


def names_of(rows: Sequence[list[Any]], header_row: int | None) -> list[Any]:
    """The names of the columns: the header, and from a row of merged cells above it what it lacks.

    >>> names_of([["Osoba", None, "NIP"], ["Imię", "Nazwisko", None]], 1)
    ['Imię', 'Nazwisko', 'NIP']
    >>> names_of([["Adres", None, "Dostawa", None], ["Ulica", "Kod", "Ulica", "Kod"]], 1)
    ['Adres: Ulica', 'Adres: Kod', 'Dostawa: Ulica', 'Dostawa: Kod']
    """
    if header_row is None:
        return []
    names = list(rows[header_row])
    if not header_row or _filled(rows[header_row - 1]) < 2:
        return names
    above = rows[header_row - 1]
    if not _is_all_text(above):
        return names
    group, found = None, []
    for place, name in enumerate(names):
        own = above[place] if place < len(above) else None
        group = own if own not in (None, "") else group
        if name in (None, ""):
            found.append(own)
        else:
            found.append(f"{group}: {name}" if group and names.count(name) > 1 else name)
    return found


def _places(row: list[Any]) -> set[int]:
    return {place for place, cell in enumerate(row) if cell not in (None, "")}


def _is_all_text(row: list[Any]) -> bool:
    filled = [cell for cell in row if cell not in (None, "")]
    return bool(filled) and not any(
        _is_value(cell) or "\n\n" in cell or len(cell) > _LONG for cell in filled
    )


def _looks_like_data(row: list[Any]) -> bool:
    filled = [cell for cell in row if cell not in (None, "")]
    return sum(map(_is_value, filled)) * 3 > len(filled)


def _is_value(cell: Any) -> bool:
    return not isinstance(cell, str) or bool(_VALUE.fullmatch(cell[:100].strip()))


def _filled(row: list[Any]) -> int:
    return sum(cell not in (None, "") for cell in row)


def _is_filled(row: list[Any]) -> bool:
    return any(cell not in (None, "") for cell in row)
