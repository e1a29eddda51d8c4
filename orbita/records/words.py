"""Conditions on folded text that the trigram index answers."""

import re
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from orbita.ui.questions import pattern

_RUNS = re.compile(r"[^\W_]{3,}")
_EDGES = re.compile(r"[^\W_]{2}[\W_]|[\W_][^\W_]{2}")


def contains(column: str, text: str) -> Q:
    """The column contains the folded text.

    The trigram index knows runs of three letters. Text without one must begin a word: otherwise
    the whole index would be read (4 s for two letters among 1,000,000 records).
    """
    return like_any(column, patterns(text))


def patterns(text: str) -> tuple[str, ...]:
    """What `contains` looks for: the text anywhere, or at the beginning of a word."""
    if _RUNS.search(text):
        return (pattern(text, before="%"),)
    return pattern(text), pattern(text, before="% ")


def like_any(column: str, found: Sequence[Any]) -> Q:
    """The column is like one of the patterns, or of those that will stand in these places."""
    return reduce(or_, (Q(**{f"{column}__like": one}) for one in found))


def longest_run(text: str) -> str:
    """The longest run of letters and digits that the trigram index can look for; or nothing."""
    return max(_RUNS.findall(text), key=len, default="")


def from_longest_run(text: str) -> str:
    """The text from its longest run on: of "ul. slowackiego 88" what tells most; or nothing."""
    run = longest_run(text)
    return text[text.index(run) :] if run else ""


def has_edge(text: str) -> bool:
    """Whether a word of two letters or more ends or begins within the text.

    The trigram index knows that, too: of "ww.pr" it looks for what ends with "ww" and what begins
    with "pr".
    """
    return bool(_EDGES.search(text))
