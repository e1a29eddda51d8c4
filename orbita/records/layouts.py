"""Files of other programs: what their columns are called and which field each becomes.

A slice registers layouts for its kinds in `layouts.py`; imports recognise a file by them. Headers
are facts of those programs, in the languages in which they write them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """The columns that a program writes for records of one kind.

    Each of `telling` is a set of headers that together give the program away. `columns` lead from a
    header to the path of a field; an empty path says that the column becomes nothing. Where several
    headers lead to one value, the first that the file has is taken. Numbers in headers count alike:
    "E-mail 1 - Value" stands for "E-mail 2 - Value" too.
    """

    key: str
    name: str
    kind: str
    telling: tuple[tuple[str, ...], ...]
    columns: Mapping[str, str]


_layouts: dict[str, Layout] = {}


def register(*layouts: Layout) -> None:
    """Take layouts in; keys are there once."""
    for one in layouts:
        if one.key in _layouts:
            raise ValueError(f"There is a layout '{one.key}' already")
        _layouts[one.key] = one


def layouts_of(kind: str) -> Iterator[Layout]:
    """The layouts for records of the kind with this key."""
    return (one for one in _layouts.values() if one.kind == kind)


def find_layout(key: str) -> Layout | None:
    """The layout with this key."""
    return _layouts.get(key)
