"""What follows from a condition and finds its rows sooner."""

import re
from functools import cache
from typing import Any

from django.db.models import F, Model, Q, Value
from django.db.models.functions import Collate
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import get_language

from orbita.records.listing.expressions import Has, Shortcut, Sieve
from orbita.records.words import has_edge, longest_run
from orbita.ui.formats import collation

PLAIN = re.compile(r"[a-ząćęłńóśźż]+([ -][a-ząćęłńóśźż]+)*", re.IGNORECASE)
"""Texts whose place in the alphabets of both languages is beyond doubt."""
_WORD = re.compile(r"(^| )[^\W_]{2}")
"""In a pattern what has a trigram where a word begins, since two blanks stand before it there."""
LAST = "\uffff"
"""What every alphabet of ICU sorts behind all letters."""
Edges = tuple[Collate, Collate]
"""The first and the last place of a range of names."""


def has_trigrams(condition: Q, *, runs_alone: bool = False, sieves: bool = False) -> bool:
    """Whether the trigram index of the searchable text finds the rows of the condition.

    With `runs_alone` by runs of letters, which few texts have, and not by how a word begins; with
    `sieves` also by what is looked for in it only where rows are asked one by one.
    """
    if condition.negated or not condition.children:
        return False
    some = all if condition.connector == Q.OR else any
    return some(_has_trigrams(child, runs_alone, sieves) for child in condition.children)


def _has_trigrams(child: Any, runs_alone: bool, sieves: bool) -> bool:
    if isinstance(child, Shortcut) or (sieves and isinstance(child, Sieve)):
        return has_trigrams(child.condition, runs_alone=runs_alone, sieves=sieves)
    if isinstance(child, Q):
        return has_trigrams(child, runs_alone=runs_alone, sieves=sieves)
    if not isinstance(child, tuple) or child[0] not in (
        "search_text__contains",
        "search_text__like",
    ):
        return False
    column, text = child
    if longest_run(text) or (column == "search_text__contains" and has_edge(text)):
        return True
    if runs_alone or column != "search_text__like":
        return False
    return bool(_WORD.search(text)) or has_edge(text.strip("%"))


def without_lookups(condition: Q) -> Q:
    """What the condition says of the record itself: it holds wherever the condition does."""
    if condition.negated:
        return Q() if looks_up(condition) else condition
    kept = [without_lookups(one) if isinstance(one, Q) else one for one in condition.children]
    kept = [one for one in kept if not isinstance(one, Has)]
    if condition.connector == Q.OR and (len(kept) < len(condition.children) or not all(kept)):
        return Q()
    return Q(*(one for one in kept if one), _connector=condition.connector)


def looks_up(condition: Any) -> bool:
    """Whether rows are asked by a look-up of their own."""
    if isinstance(condition, Q):
        return any(map(looks_up, condition.children))
    return isinstance(condition, Has)


def has_range(condition: Q) -> bool:
    """Whether the rows of the condition stand side by side in the order of names."""
    if condition.negated or not condition.children:
        return False
    some = all if condition.connector == Q.OR else any
    return some(
        has_range(child) if isinstance(child, Q) else isinstance(child, SortNameRange)
        for child in condition.children
    )


class SortNameRange(Shortcut):
    """The names that begin so stand side by side in the index that sorts by name.

    A list that is walked asks it, too: the walk begins where they stand.
    """

    lasts = True


def sorted_under(text: str) -> Q:
    """The records whose sort name begins so, as a range of the alphabet; nothing where in doubt."""
    found = between("sort_name", text)
    return Q(SortNameRange(found)) if found else found


def between(path: str, text: str) -> Q:
    """The texts of a column that begin so, as a range of the alphabet; nothing where in doubt."""
    edges = edges_of(text)
    if edges is None:
        return Q()
    column, (first, last) = Collate(F(path), collation(get_language())), edges
    return Q(GreaterThanOrEqual(column, first)) & Q(LessThanOrEqual(column, last))


@cache
def stands_in_alphabet(model: type[Model], column: str) -> bool:
    """Whether an index keeps the column in the order of an alphabet; then each alphabet has one."""
    leading = [index.expressions[0] for index in model._meta.indexes if index.expressions]
    collated = [one for one in leading if isinstance(one, Collate)]
    return any(one.get_source_expressions()[0] == F(column) for one in collated)


def edges_of(text: str) -> Edges | None:
    """Where the sort names that begin so begin and end in the alphabet; None where in doubt."""
    if not PLAIN.fullmatch(text):
        return None
    alphabet = collation(get_language())
    return Collate(Value(text.lower()), alphabet), Collate(Value(text.lower() + LAST), alphabet)
