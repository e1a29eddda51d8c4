"""How the launcher talks: short sentences, and a failure that is one sentence too."""

import sys


class Failure(Exception):  # noqa: N818
    """Something that the person at the terminal can mend; its text says what and how."""


def say(sentence: str) -> None:
    """Print one line at once, also when the output is a pipe."""
    print(sentence, flush=True)


def complain(sentence: str) -> None:
    """Print one line where errors go."""
    print(sentence, file=sys.stderr, flush=True)
