"""Conditions on folded text that the trigram index answers."""

import re

from django.db.models import Q

_RUNS = re.compile(r"[^\W_]{3,}")


def contains(column: str, text: str) -> Q:
    """The column contains the folded text.

    The trigram index knows runs of three letters. Text without one must begin a word: otherwise
    the whole index would be read (4 s for two letters among 1,000,000 records).
    """
    if _RUNS.search(text):
        return Q(**{f"{column}__contains": text})
    return Q(**{f"{column}__startswith": text}) | Q(**{f"{column}__contains": f" {text}"})


def longest_run(text: str) -> str:
    """The longest run of letters and digits that the trigram index can look for; or nothing."""
    return max(_RUNS.findall(text), key=len, default="")
