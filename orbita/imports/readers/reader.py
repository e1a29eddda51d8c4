"""What the rest of the house calls: `inspect` and `rows`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orbita.imports.readers import frames
from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.process import Child
from orbita.imports.readers.shapes import FORMATS, MIB, Choices, Inspection, Limits, Row, Sheet

_DEFAULT = Limits()


def inspect(
    path: Path, name: str, limits: Limits = _DEFAULT, *, choices: Choices | None = None
) -> Inspection:
    """What the file is and how to read it; `name` is the name that its owner gave it.

    With `choices` what they say is taken instead of guessed (an empty encoding, separator or
    sheet is still guessed), so that a person can correct the guess and look again.
    Raises `UnreadableFile`.
    """
    request = _request("inspect", path, limits, choices)
    with Child(request, silence_seconds=limits.silence_seconds) as child:
        for kind, content in child.frames():
            if kind == frames.FACTS:
                return _inspection(content, name)
    raise UnreadableFile("crashed")


def rows(path: Path, choices: Choices, limits: Limits = _DEFAULT) -> Iterator[Row]:
    """The rows below the header, one by one, blank ones included so that numbers hold.

    The number of a row as a person counts it is `choices.first_row_number` plus its index. The
    child waits while the caller is busy, so memory stays flat for any length of file; it is
    killed when the iterator is closed. Raises `UnreadableFile`, also midway.
    """
    request = _request("rows", path, limits, choices)
    with Child(request, silence_seconds=limits.silence_seconds) as child:
        for kind, content in child.frames():
            if kind == frames.ROWS:
                yield from content


def _request(task: str, path: Path, limits: Limits, choices: Choices | None) -> dict[str, Any]:
    size = Path(path).stat().st_size
    if size == 0:
        raise UnreadableFile("empty")
    if size > limits.max_bytes:
        raise UnreadableFile("too_large", mib=limits.max_bytes // MIB)
    return {
        "task": task,
        "path": str(Path(path).absolute()),
        "limits": limits.as_json(),
        "choices": choices.as_json() if choices else None,
    }


def _inspection(facts: dict[str, Any], name: str) -> Inspection:
    facts["sheets"] = tuple(Sheet(**sheet) for sheet in facts.get("sheets", ()))
    for key in ("encodings", "separators", "left_out"):
        facts[key] = tuple(facts.get(key, ()))
    if facts["format"] == "vcf":
        from orbita.imports.readers.sentences import column_name

        facts["rows"][0] = [column_name(word) for word in facts["rows"][0]]
    return Inspection(**facts, renamed=_is_renamed(name, facts["format"]))


def _is_renamed(name: str, found: str) -> bool:
    """Whether the ending of the name promises another format than the content has."""
    ending = Path(name).suffix.lower().lstrip(".")
    families = {"xlsm": "xlsx", "xltx": "xlsx", "ots": "ods", "xlt": "xls", "vcard": "vcf"}
    family = families.get(ending, ending)
    return family in FORMATS and family != found
