"""Which character separates the cells of a text file."""

import csv
from collections import Counter

from orbita.imports.readers.shapes import SEPARATORS


def guess_separators(lines: list[str]) -> tuple[str, ...]:
    """The separators that would divide the lines into columns, the likeliest first."""
    declared = _declared(lines)
    if declared:
        return (declared, *(sign for sign in SEPARATORS if sign != declared))
    scores = {sign: _score(lines, sign) for sign in SEPARATORS}
    ranked = sorted(SEPARATORS, key=lambda sign: -scores[sign])
    return tuple(sign for sign in ranked if scores[sign] > 0) or (";",)


def _declared(lines: list[str]) -> str:
    """Excel's own first line: `sep=;`."""
    first = lines[0].strip().lower() if lines else ""
    sign = first[4:5] or "\t"
    return sign if first.startswith("sep=") and sign in SEPARATORS else ""


def _score(lines: list[str], separator: str) -> float:
    """How regularly the separator divides the lines; 0 where it hardly occurs."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
    except csv.Error:
        return 0.0
    divided = [width for width in widths if width > 1]
    if not divided:
        return 0.0
    width, count = Counter(divided).most_common(1)[0]
    is_header_alike = widths[0] == width
    return count / len(widths) * (2.0 if is_header_alike else 1.0) + min(width, 100) / 1000
