"""Text in spreadsheets: harmless on the way out and itself again on the way in.

A program that opens a csv file runs what looks like a formula, also behind a separator that it
takes for its own. An apostrophe before it makes it text. Adding and taking away are each other's
inverse for every text: what begins with apostrophes and then looks like a formula gets one more.
"""

import re
from functools import cache

_BOUNDARY = r"(?:^|(?<=[;,|\t\r\n])) *"
_NUMBER = r"[+-][\d ()-]*\d(?:[.,]\d+)?(?=$|[;|\t\r\n]|, )"
_FORMULA = rf"(?!{_NUMBER})[=+\-@\t\r\n＝＋－＠]"
_BARE = re.compile(rf"({_BOUNDARY})(?='*{_FORMULA})")
_GUARDED = re.compile(rf"({_BOUNDARY})'(?='*{_FORMULA})")
_MAY_BE = re.compile(r"[=+\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    """The text such as no spreadsheet program runs; phones and numbers stay as they are.

    >>> guarded("=1+1"), guarded("a;@b"), guarded("+48 600 100 200"), guarded("-5,5")
    ("'=1+1", "a;'@b", '+48 600 100 200', '-5,5')
    """
    return _BARE.sub(r"\1'", text) if _MAY_BE.search(text) else text


def unguarded(text: str) -> str:
    """The text as it was before `guarded`.

    >>> unguarded("'=1+1"), unguarded("a;'@b"), unguarded("'quoted'")
    ('=1+1', 'a;@b', "'quoted'")
    """
    return _GUARDED.sub(r"\1", text) if "'" in text else text


_GOOGLE = " ::: "
"""Between the values in a cell of Google Contacts."""


def join_items(items: "list[str] | tuple[str, ...]", separator: str = "; ") -> str:
    """Several texts in one cell; one that holds a separator stands in quotation marks.

    >>> join_items(["VIP", "a; b"])
    'VIP; "a; b"'
    """
    return separator.join(map(_quoted, items))


def split_items(text: str, separators: str = ";|\n") -> list[str]:
    """The texts of a cell. Quotation marks count where they close before a separator.

    >>> split_items('VIP; "a; b"'), split_items('"Budex" sp. z o.o.; Acme')
    (['VIP', 'a; b'], ['"Budex" sp. z o.o.', 'Acme'])
    >>> split_items("Klienci ::: Targi 2026")
    ['Klienci', 'Targi 2026']
    """
    if _GOOGLE in text and '"' not in text:
        text = text.replace(_GOOGLE, separators[0])
    item, may_be_several = _items(separators)
    if not may_be_several.search(text):
        one = text.strip()
        return [one] if one else []
    found, place = [], 0
    while place < len(text):
        match = item.match(text, place)
        if match is None:
            found.append(text[place:])
            break
        quoted, plain = match.groups()
        found.append(plain if quoted is None else quoted.replace('""', '"'))
        place = match.end()
    return [one.strip() for one in found if one.strip()]


@cache
def _items(separators: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What one item of a cell looks like, and what is in every cell of more than a plain text."""
    marks = re.escape(separators)
    item = re.compile(rf'\s*(?:"((?:[^"]|"")*)"\s*(?=[{marks}]|$)|([^{marks}]*))(?:[{marks}]|$)')
    return item, re.compile(rf'[{marks}"]')


def _quoted(item: str) -> str:
    if not re.search(r'[;,|\n]| ::: |^\s*"', item):
        return item
    doubled = item.replace('"', '""')
    return f'"{doubled}"'
