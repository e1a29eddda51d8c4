"""Which program wrote a file, and what its columns become without anybody saying so."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orbita.imports.guess import guess, past
from orbita.records.layouts import Layout, find_layout, layouts_of
from orbita.ui.text import fold
from orbita.ui.values import to_text

if TYPE_CHECKING:
    from orbita.imports.columns import Target
    from orbita.imports.models import Import

_SIGNS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+")


def header_key(header: Any) -> str:
    """A header as layouts compare it.

    >>> header_key("E-mail 2 - Value"), header_key("Adres e‑mail")
    ('e mail # value', 'adres e mail')
    """
    return _NUMBER.sub("#", _SIGNS.sub(" ", fold(to_text(header))).strip())


def recognised(columns: Sequence[str], kind: str) -> Layout | None:
    """The program that writes such headers for the kind with this key; the surest one."""
    headers = {header_key(column) for column in columns}
    best, found = 0, None
    for layout in layouts_of(kind):
        for telling in layout.telling:
            if len(telling) > best and all(header_key(one) in headers for one in telling):
                best, found = len(telling), layout
    return found


def columns_of(
    layout: Layout, columns: Sequence[str], all_targets: "Mapping[str, Target]"
) -> dict[str, str]:
    """What the layout says about the columns, by index; an empty path for "nothing"."""
    headers = [header_key(column) for column in columns]
    found: dict[str, str] = {}
    used: set[str] = set()
    for header, path in layout.columns.items():
        wanted = header_key(header)
        for index, name in enumerate(headers):
            if name != wanted or str(index) in found:
                continue
            is_free = path in all_targets and (path not in used or all_targets[path].field.many)
            found[str(index)] = path if is_free else ""
            used.add(found[str(index)])
    return found


def automatic(imp: "Import", all_targets: "Mapping[str, Target]") -> tuple[dict[str, str], str]:
    """What the columns become by themselves, and the key of the layout that was recognised.

    The owner's last choice for the same headers comes first, then the layout, then the guess.
    """
    last = past(imp.columns, imp.kind, imp.owner, all_targets)
    if last:
        return last, ""
    layout = recognised(imp.columns, imp.kind_object.key)
    return guessed(imp, all_targets, layout), layout.key if layout else ""


def guessed(
    imp: "Import", all_targets: "Mapping[str, Target]", layout: Layout | None
) -> dict[str, str]:
    """The guess, with what the layout says about its columns."""
    header = imp.reading.header_row
    sample = imp.sample[(header + 1 if header is not None else 0) :]
    known = columns_of(layout, imp.columns, all_targets) if layout else {}
    return guess(imp.columns, sample, all_targets, imp.owner, known)


def layout_of(imp: "Import") -> Layout | None:
    """The layout that the import's mapping was made by."""
    return find_layout(imp.layout) if imp.layout else None
