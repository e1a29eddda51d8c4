"""How a file is read, as the page shows it and as a person changes it."""

from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from orbita.imports import importing
from orbita.imports.models import Import
from orbita.imports.readers import ENCODINGS, GUESS, REPAIRS, SEPARATORS
from orbita.ui.formats import number

SHOWN_NUMBERS = 5
ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "cp1250": "Windows-1250",
    "iso8859-2": "ISO-8859-2",
    "cp852": "CP852 (DOS)",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252",
}
HEADER_ROWS = 40


def reading_context(imp: Import) -> dict[str, Any]:
    """How the file is read, and how else it could be."""
    reading, found = imp.reading, imp.inspection
    likely = dict.fromkeys([reading.encoding, *found.get("encodings", ()), *ENCODINGS])
    signs = {";": _("semicolon"), ",": _("comma"), "\t": _("tab"), "|": "|"}
    return {
        "reading": reading,
        "encodings": [(code, ENCODING_NAMES.get(code, code)) for code in likely if code],
        "separators": [(sign, signs[sign]) for sign in SEPARATORS],
        "sheets": found.get("sheets", []),
        "header_rows": range(1, min(found.get("first_rows", len(imp.sample)), HEADER_ROWS) + 1),
        "header_row": 0 if reading.header_row is None else reading.header_row + 1,
        "notices": found.get("remarks", found.get("notices", [])),
        "data_rows": found.get("data_rows", 0),
        "readings": _readings(imp),
        "is_doubtful": not found.get("encoding_certain", True),
        "leftovers": _left_out(found.get("left_out", ())),
        "leaves_out": bool(reading.left_out),
    }


def _readings(imp: Import) -> list[dict[str, Any]]:
    """The ways to read the letters, the one in use marked; none where all read alike."""
    reading = imp.reading
    found = imp.inspection.get("readings", [])
    if len(found) < 2:
        return []
    return [
        {
            **one,
            "code": f"{one['encoding']}|{one['repair']}",
            "label": way_label(one["encoding"], one["repair"]),
            "is_current": (one["encoding"], one["repair"]) == (reading.encoding, reading.repair),
        }
        for one in found
    ]


def way_label(encoding: str, repair: str) -> str:
    """What a way of reading is called."""
    name = ENCODING_NAMES.get(encoding, encoding)
    if not repair:
        return name or _("As in the file")
    return f"{name}, {_('repaired')}" if name else _("Repaired")


def _left_out(numbers: Any) -> str:
    """The numbers of the rows, the first few of them."""
    shown = ", ".join(number(one) for one in numbers[:SHOWN_NUMBERS])
    return f"{shown} …" if len(numbers) > SHOWN_NUMBERS else shown


def read_as_posted(imp: Import, posted: QueryDict) -> None:
    """Read the file again as the form says. Raises `UnreadableFile` and ValidationError.

    `way` is "encoding|repair" and settles the question; another sheet gets its own header.
    """
    now = imp.reading
    encoding, repair = _one_of(posted, "encoding", ENCODINGS), now.repair
    is_settled = now.is_settled or bool(now.encoding and encoding != now.encoding)
    if is_settled != now.is_settled:
        repair = ""
    if way := posted.get("way", ""):
        encoding, _sign, repair = way.partition("|")
        is_settled = True
    sheet = _one_of(posted, "sheet", imp.inspection.get("sheets", ()))
    is_same_sheet = sheet == now.sheet
    choices = replace(
        now,
        encoding=encoding if encoding in ENCODINGS else "",
        repair=repair if repair in REPAIRS else "",
        is_settled=is_settled,
        separator=_one_of(posted, "separator", SEPARATORS),
        sheet=sheet,
        header_row=_header_row(posted) if is_same_sheet else GUESS,
    )
    importing.read_again(imp, choices, whole=is_same_sheet and posted.get("whole") == "1")


def _header_row(posted: QueryDict) -> int | None:
    text = posted.get("header_row", "")[:6]
    return int(text) - 1 if text.isdecimal() and 0 < int(text) <= HEADER_ROWS else None


def _one_of(posted: QueryDict, name: str, allowed: Any) -> str:
    value = posted.get(name, "")
    return value if value in allowed else ""
