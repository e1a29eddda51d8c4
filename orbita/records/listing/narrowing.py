"""What follows from a condition and finds its rows sooner."""

import re
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Collate
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import get_language

from orbita.records.listing.expressions import Shortcut
from orbita.records.words import has_edge, longest_run
from orbita.ui.formats import collation

PLAIN = re.compile(r"[a-ząćęłńóśźż]+([ -][a-ząćęłńóśźż]+)*", re.IGNORECASE)
"""Texts whose place in the alphabets of both languages is beyond doubt."""
_WORD = re.compile(r"(^| )[^\W_]{2}")
"""In a pattern what has a trigram where a word begins, since two blanks stand before it there."""
LAST = "\uffff"
"""What every alphabet of ICU sorts behind all letters."""


def has_trigrams(condition: Q, *, runs_alone: bool = False) -> bool:
    """Whether the trigram index of the searchable text finds the rows of the condition.

    With `runs_alone` by runs of letters, which few texts have, and not by how a word begins.
    """
    if condition.negated or not condition.children:
        return False
    some = all if condition.connector == Q.OR else any
    return some(_has_trigrams(child, runs_alone) for child in condition.children)


def _has_trigrams(child: Any, runs_alone: bool) -> bool:
    if isinstance(child, Shortcut):
        return has_trigrams(child.condition, runs_alone=runs_alone)
    if isinstance(child, Q):
        return has_trigrams(child, runs_alone=runs_alone)
    if not isinstance(child, tuple) or child[0] not in (
        "search_text__contains",
        "search_text__like",
    ):
        return False
    column, text = child
    if longest_run(text) or (column == "search_text__contains" and has_edge(text)):
        return True
    return not runs_alone and column == "search_text__like" and bool(_WORD.search(text))


class SortNameRange(Shortcut):
    """The names that begin so stand side by side in the index that sorts by name.

    A list that is walked asks it, too: the walk begins where they stand.
    """

    lasts = True


def sorted_under(text: str) -> Q:
    """The records whose sort name begins so, as a range of the alphabet; nothing where in doubt."""
    if not PLAIN.fullmatch(text):
        return Q()
    alphabet = collation(get_language())
    name = Collate(F("sort_name"), alphabet)
    first, last = (Collate(Value(one), alphabet) for one in (text.lower(), text.lower() + LAST))
    return Q(SortNameRange(Q(GreaterThanOrEqual(name, first)) & Q(LessThanOrEqual(name, last))))
