"""The translations against the code: what is missing, and bringing the .po files up to date.

Reads Python by its tokens and templates through Django's own reading of their tags, so it needs no
gettext programs on the machine.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from orbita.launcher.paths import LOCALE, ROOT
from orbita.launcher.say import say

_KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@dataclass(frozen=True, order=True)
class Message:
    """A text of the interface, as the code names it."""

    context: str
    single: str
    plural: str

    @property
    def key(self) -> tuple[str, str]:
        """What identifies it in a catalogue."""
        return self.context, self.single


def messages_in_code(root: Path = ROOT / "orbita") -> dict[Message, list[str]]:
    """Every text with the places that use it."""
    found: dict[Message, list[str]] = {}
    for path in _sources(root):
        for line, message in _read(path):
            found.setdefault(message, []).append(f"{path.relative_to(root.parent)}:{line}")
    return found


def complaints(catalogue: Path, wanted: dict[Message, list[str]]) -> list[str]:
    """What is missing from a .po file, one sentence each."""
    entries = {(entry.msgctxt or "", entry.msgid): entry for entry in _living(catalogue)}
    found = []
    for message, places in sorted(wanted.items()):
        problem = _problem(message, entries.get(message.key))
        if problem:
            found.append(f"{catalogue.name}: {problem}: “{message.single}” ({places[0]})")
    return found


def update(catalogue: Path, wanted: dict[Message, list[str]]) -> int:
    """Add new texts (untranslated) and drop those that no code uses; answers how many are open."""
    book = polib.pofile(str(catalogue), wrapwidth=98)
    kept = {(entry.msgctxt or "", entry.msgid): entry for entry in _living(catalogue)}
    book.clear()
    for message, places in sorted(wanted.items()):
        entry = kept.get(message.key) or polib.POEntry()
        book.append(_refreshed(entry, message, places, book))
    book.save(str(catalogue))
    return len(complaints(catalogue, wanted))


def _sources(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        is_code = path.suffix == ".py" and "migrations" not in parts
        is_template = path.suffix in {".html", ".txt"} and "templates" in parts
        if (is_code or is_template) and "tests" not in parts:
            yield path


def _read(path: Path) -> Iterator[tuple[int, Message]]:
    text = path.read_text()
    if path.suffix != ".py":
        text = "\n".join(line.strip() for line in templatize(text).split("\n"))
    for line, texts, _comments, context in extract("python", BytesIO(text.encode()), _KEYWORDS):
        words = (texts,) if isinstance(texts, str) else tuple(texts)
        if words[0]:
            yield line, Message(context or "", words[0], words[1] if len(words) > 1 else "")


def _living(catalogue: Path) -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(catalogue)) if not entry.obsolete]


def _problem(message: Message, entry: polib.POEntry | None) -> str:
    if entry is None:
        return "missing"
    if entry.fuzzy:
        return "fuzzy"
    forms = list(entry.msgstr_plural.values()) if message.plural else [entry.msgstr]
    if not forms or not all(forms):
        return "not translated"
    allowed = set(_PLACEHOLDER.findall(message.single + message.plural))
    if any(not set(_PLACEHOLDER.findall(form)) <= allowed for form in forms):
        return "a placeholder that the original does not have"
    return ""


def _refreshed(
    entry: polib.POEntry, message: Message, places: list[str], book: polib.POFile
) -> polib.POEntry:
    files = sorted({place.rpartition(":")[0] for place in places})
    entry.msgctxt, entry.msgid = message.context or None, message.single
    entry.occurrences = [(name, "") for name in files]
    entry.msgid_plural = message.plural
    if message.plural and not entry.msgstr_plural:
        count = re.search(r"nplurals\s*=\s*(\d+)", book.metadata.get("Plural-Forms", ""))
        entry.msgstr_plural = dict.fromkeys(range(int(count[1]) if count else 2), "")
    return entry


def main() -> None:
    """Update all catalogues and say what is left to translate."""
    wanted = messages_in_code()
    for catalogue in sorted(LOCALE.rglob("*.po")):
        say(f"{catalogue.relative_to(ROOT)}: {update(catalogue, wanted)} of {len(wanted)} open.")


if __name__ == "__main__":
    main()
