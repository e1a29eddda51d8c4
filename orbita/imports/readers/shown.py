"""How the number in a cell is shown, and what the format codes of Excel say about it."""

import re
from typing import NamedTuple

# Zeros, and signs between them that stand for themselves. A bare point or slash does not: it
# makes a decimal or a fraction.
_PADDED = re.compile(r'(?:\\?\()?0(?:[0 ()-]|\\[^0]|"[^"0]*")*0')
_BEFORE = re.compile(r"\[(?:\$[^\]]*|[A-Za-z]+ ?[0-9]*)\]")
_PROTECTED = re.compile(r'\\(.)|"([^"]*)"')


class Shown(NamedTuple):
    """A cell, counted from 0, whose number is shown as the pattern says."""

    row: int
    column: int
    pattern: str


def pattern_of(code: str) -> str:
    r"""The pattern of a format code of Excel that begins with zeros; of any other nothing.

    >>> pattern_of(r"00\-000;@"), pattern_of("[$-415]000 000 000"), pattern_of('0"."00')
    ('00-000', '000 000 000', '0.00')
    >>> pattern_of("0.00"), pattern_of("0"), pattern_of("# ##0"), pattern_of('"K"000')
    ('', '', '', '')
    """
    first = _BEFORE.sub("", code.split(";")[0])
    return _PROTECTED.sub(r"\1\2", first) if _PADDED.fullmatch(first) else ""
