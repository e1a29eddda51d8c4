"""Text as people compare it: without case, diacritics, stray spaces and invisible signs."""

import re
import unicodedata

_STROKES = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss"})
_POLISH = str.maketrans("ąćęłńóśźż", "acelnoszz")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
_PHONE_LIKE = re.compile(r"\+?\d[\d\s().-]{5,}\d")


def clean(text: str) -> str:
    """The text as it is stored: NFC, without control and invisible signs, spaces folded to one."""
    if text.isprintable():  # nothing invisible, and no space but the plain one
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        return " ".join(text.split()) if " " in text else text
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split())


def clean_lines(text: str) -> str:
    """Like `clean`, but line breaks stay."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(clean(line) for line in lines).strip()


def fold(text: str) -> str:
    """The text as it is searched: NFKC, lower case, no diacritics, single spaces.

    >>> fold("  ŻÓŁW   Łódź ")
    'zolw lodz'
    """
    if text.isascii():
        return clean(text).lower()
    text = clean(unicodedata.normalize("NFKC", text)).casefold().translate(_POLISH)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKD", text)
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(text.translate(_STROKES).split())


def digits(text: str) -> str:
    """Only the digits of the text."""
    return "".join(char for char in text if char.isdecimal() and char.isascii())


def search_words(query: str) -> list[str]:
    """The words that a record must all contain; a phone or NIP in any formatting is one word.

    >>> search_words("Kowalski 600 100-200")
    ['kowalski', '600100200']
    """
    folded = fold(query)
    numbers = [digits(match.group()) for match in _PHONE_LIKE.finditer(folded)]
    rest = _PHONE_LIKE.sub(" ", folded)
    return [word for word in rest.split(" ") if word] + numbers
