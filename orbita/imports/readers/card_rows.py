"""Cards as a table: a row for each card, a column for each sort of value that occurs."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from orbita.imports.readers.headers import survey
from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.repairs import Doubles, mended
from orbita.imports.readers.shapes import Choices, Limits
from orbita.imports.readers.texts import TextReading
from orbita.imports.readers.vcard import Property, cards

_BATCH_ROWS = 500
_ONCE = (
    "first_name", "last_name", "company", "department", "position",
    "phone", "mobile", "fax", "email", "www",
    "street", "postcode", "city", "region", "country",
    "birthday", "note", "tags", "nickname",
)  # fmt: skip
"""The columns, in this order; each that occurs. Programs know them by these words."""
_SEVERAL = {"phone": 8, "mobile": 4, "fax": 4, "email": 8, "www": 4, "street": 6}
_ADDRESS = ("street", "postcode", "city", "region", "country")
_NO_DATA = frozenset(
    {
        "BEGIN",
        "END",
        "VERSION",
        "PRODID",
        "REV",
        "UID",
        "PHOTO",
        "LOGO",
        "SOUND",
        "KEY",
        "SORT-STRING",
        "CLASS",
        "MAILER",
        "AGENT",
        "SOURCE",
        "NAME",
        "PROFILE",
        "LABEL",
        "CLIENTPIDMAP",
        "XML",
        "KIND",
        "X-ABLABEL",
        "X-ABADR",
        "X-ABSHOWAS",
        "X-ABUID",
        "X-FILE-AS",
        "X-PHONETIC-FIRST-NAME",
        "X-PHONETIC-LAST-NAME",
        "X-MS-CARDPICTURE",
        "X-MS-OL-DESIGN",
        "X-MS-OL-DEFAULT-POSTAL-ADDRESS",
        "X-ADDRESSBOOKSERVER-KIND",
    }
)
_MAX_OTHERS, _MAX_GROUPS = 24, 200
_BIRTHDAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?")
Values = dict[str, list[str]]


def inspect_cards(
    path: Path, found: str, limits: Limits, choices: Choices | None, pulse: Callable[[], None]
) -> dict[str, Any]:
    """The facts for an Inspection; reads the whole file, so that its problems show now."""
    reading = TextReading(path, choices)
    how = reading.choices(found)
    columns, groups = _columns(path, how, limits, pulse)
    doubles = Doubles()
    seen = survey(_table(path, how, columns, limits, pulse), doubles, header_row=0)
    if not seen["data_rows"]:
        raise UnreadableFile("no_rows")
    seen |= {"left_out": groups, "data_rows": seen["data_rows"] - len(groups)}
    facts = reading.facts(doubles)
    if not reading.repair and _names_every_encoding(path):
        facts |= {"encoding_certain": True, "readings": []}
    return {"format": found, **seen, **facts}


def _names_every_encoding(path: Path) -> bool:
    """Whether each line with more than ASCII says itself how it is encoded."""
    with path.open("rb") as file:
        return all(line.isascii() or b"CHARSET=" in line.upper() for line in file)


def card_batches(
    path: Path, _found: str, limits: Limits, choices: Choices, pulse: Callable[[], None]
) -> Iterator[list[list[Any]]]:
    """The rows of the cards in batches."""
    how = replace(choices, encoding=choices.encoding or "utf-8")
    columns, _groups = _columns(path, how, limits, pulse)
    rows = islice(_table(path, how, columns, limits, pulse), 1, None)
    while batch := list(islice(rows, _BATCH_ROWS)):
        yield batch


def _table(
    path: Path, choices: Choices, columns: list[str], limits: Limits, pulse: Callable[[], None]
) -> Iterator[list[Any]]:
    """The header, then the cards."""
    yield list(columns)
    rows = (_row(card, columns) for card in cards(path, choices, limits, pulse))
    yield from mended(rows, choices.repair)


def _columns(
    path: Path, choices: Choices, limits: Limits, pulse: Callable[[], None]
) -> tuple[list[str], tuple[int, ...]]:
    """The columns that the cards of the file need, and the rows that are lists of people."""
    most: dict[str, int] = {}
    groups: list[int] = []
    for number, card in enumerate(cards(path, choices, limits, pulse), start=2):
        if number > limits.max_rows:
            raise UnreadableFile("rows", limit=limits.max_rows)
        if len(groups) < _MAX_GROUPS and any(map(_says_group, card)):
            groups.append(number)
            continue
        for name, values in _values(card).items():
            if name in most or name in _ONCE or len(most) < len(_ONCE) + _MAX_OTHERS:
                most[name] = max(most.get(name, 0), len(values))
    return _in_order(most), tuple(groups)


def _in_order(most: dict[str, int]) -> list[str]:
    """The names of the columns: "phone", "phone 2", …; addresses one after another."""
    before, behind = _ONCE[: _ONCE.index("street")], _ONCE[_ONCE.index("birthday") :]
    addresses = min(max(most.get(part, 0) for part in _ADDRESS), _SEVERAL["street"])
    return [
        *(_numbered(name, at) for name in before for at in range(_times(name, most))),
        *(_numbered(name, at) for at in range(addresses) for name in _ADDRESS if name in most),
        *(name for name in behind if name in most),
        *sorted(name for name in most if name not in _ONCE),
    ]


def _says_group(one: Property) -> bool:
    is_kind = one.name in ("KIND", "X-ADDRESSBOOKSERVER-KIND")
    return is_kind and one.value.lower() == "group"


def _times(name: str, most: dict[str, int]) -> int:
    return min(most.get(name, 0), _SEVERAL.get(name, 1))


def _numbered(name: str, place: int) -> str:
    return f"{name} {place + 1}" if place else name


def _row(card: list[Property], columns: list[str]) -> list[Any]:
    """The values of a card in their columns; what is too many for them shares the last one."""
    cells: dict[str, str] = {}
    for name, values in _values(card).items():
        room = _SEVERAL.get("street" if name in _ADDRESS else name, 1)
        for place, value in enumerate(values):
            key = _numbered(name, min(place, room - 1))
            if name not in _ADDRESS or place < room:
                cells[key] = f"{cells[key]}; {value}" if cells.get(key) else value
    return [cells.get(column) or None for column in columns]


def _values(card: list[Property]) -> Values:
    """What a card says, by column."""
    found: Values = {}
    for one in card:
        reader = _READERS.get(one.name)
        if reader is not None:
            reader(one, found)
        elif one.name not in _NO_DATA and one.name != "FN" and (text := one.value):
            found.setdefault(one.name, []).append(text)
    _name_from_label(card, found)
    return {name: values for name, values in found.items() if any(values)}


def _name_from_label(card: Iterable[Property], found: Values) -> None:
    """Without N the name is what stands before and behind the last space of FN."""
    if any(found.get("first_name", ())) or any(found.get("last_name", ())):
        return
    label = next((one.value for one in card if one.name == "FN" and one.value), "")
    if not label or label in found.get("company", ()):
        return
    first, _space, last = label.rpartition(" ")
    found["first_name"], found["last_name"] = [first], [last]


def _name(one: Property, found: Values) -> None:
    last, first, middle, _before, _behind, *_more = (*one.parts(), *[""] * 5)
    found["last_name"], found["first_name"] = [last], [" ".join(filter(None, (first, middle)))]


def _company(one: Property, found: Values) -> None:
    company, *units = one.parts()
    found.setdefault("company", [company])
    if any(units):
        found.setdefault("department", [", ".join(filter(None, units))])


def _address(one: Property, found: Values) -> None:
    box, extended, street, city, region, postcode, country, *_more = (*one.parts(), *[""] * 7)
    street = ", ".join(filter(None, (street, extended, box))).replace("\n", ", ")
    if not any((street, city, region, postcode, country)):
        return
    for name, text in zip(_ADDRESS, (street, postcode, city, region, country), strict=True):
        found.setdefault(name, []).append(text)


def _birthday(one: Property, found: Values) -> None:
    match = _BIRTHDAY.fullmatch(one.value)
    found["birthday"] = ["-".join(match.groups()) if match else one.value]


def _tags(one: Property, found: Values) -> None:
    tags = [tag for tag in one.parts(",;") if tag]
    known = found.setdefault("tags", [""])[0]
    found["tags"] = ["; ".join(filter(None, (known, *tags)))]


def _plain(name: str, prefix: str = "") -> Callable[[Property, Values], None]:
    """A value that stands for itself; preferred ones come first."""

    def read(one: Property, found: Values) -> None:
        text = one.value
        if prefix and text.lower().startswith(prefix):
            text = text[len(prefix) :]
        values = found.setdefault(name, [])
        if text and text not in values:
            values.insert(0 if "PREF" in one.types else len(values), text)

    return read


def _position(one: Property, found: Values) -> None:
    if one.name == "TITLE" or not any(found.get("position", ())):
        found["position"] = [one.value]


def _phone(one: Property, found: Values) -> None:
    """All phones stand in one order; mobile phones and faxes once more, in columns of their type.

    `tel:+48-600-100-200;ext=12` names the extension after a semicolon.
    """
    number, _sign, extension = one.value.partition(";ext=")
    one = replace(one, text=f"{number} ext. {extension}" if extension else number)
    _plain("phone", "tel:")(one, found)
    if part := _type_of_phone(one.types):
        _plain(part, "tel:")(one, found)


def _type_of_phone(types: frozenset[str]) -> str:
    """What answers at a number, by the words of all versions and of Apple; mostly a phone."""
    if "FAX" in types:
        return "fax"
    return "mobile" if types & {"CELL", "MOBILE", "IPHONE"} else ""


_READERS: dict[str, Callable[[Property, Values], None]] = {
    "N": _name,
    "ORG": _company,
    "ADR": _address,
    "BDAY": _birthday,
    "CATEGORIES": _tags,
    "TITLE": _position,
    "ROLE": _position,
    "TEL": _phone,
    "EMAIL": _plain("email", "mailto:"),
    "URL": _plain("www"),
    "NOTE": _plain("note"),
    "NICKNAME": _plain("nickname"),
}
