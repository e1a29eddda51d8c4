"""Finding a setting by what one calls it: in both languages, without diacritics, while typing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils import translation

from orbita.preferences.declared import (
    Place,
    Section,
    Setting,
    addons,
    find_section,
    sections,
    settings_of,
)
from orbita.ui.text import fold
from orbita.ui.types import Text

MOST = 12
SIGN = " › "


@dataclass(frozen=True)
class Found:
    """A page or a setting: what it is called, the way to it in words, its address."""

    label: str
    path: str
    url: str
    icon: str = "settings"
    rank: int = 0
    is_divided: bool = False
    """Whether it stands on the page of one group, as other settings of its name do."""


def find_settings(typed: str, *, limit: int = MOST) -> list[Found]:
    """Sections, their pages, settings and add-ons that have all the words; the best ones first.

    What begins like the query comes before what only mentions it.
    """
    words = fold(typed).split()
    if not words:
        return []
    fits = [one for one in _everything(words) if one is not None]
    return _once(sorted(fits, key=lambda one: one.rank))[:limit]


def _once(found: list[Found]) -> list[Found]:
    """One line for a setting that several pages have; it leads to the first of them."""
    pages: dict[str, list[Found]] = {}
    for one in found:
        key = f"{one.path.rpartition(SIGN)[0]} {one.label}" if one.is_divided else one.url
        pages.setdefault(key, []).append(one)
    return [
        same[0] if len(same) == 1 else replace(same[0], path=same[0].path.rpartition(SIGN)[0])
        for same in pages.values()
    ]


def _everything(words: list[str]) -> Iterator[Found | None]:
    for section in sections():
        if not section.address():
            continue
        path, icon = _path(section), section.icon
        above = find_section(section.parent) if section.parent else None
        heading = (above.label, above.synonyms) if above is not None else ()
        own = (section.help, section.synonyms, *heading)
        yield _match(words, section.label, own, path[:-1], section.address(), icon)
        for place in _places(section):
            yield _match(words, place.label, (section.label,), path, place.url, icon)
        for setting in _shown_settings(section):
            said = (setting.group, setting.help, setting.synonyms, section.label)
            trail = [*path, str(setting.group)] if setting.group else path
            hit = _match(words, setting.label, said, trail, setting.address(), icon)
            yield replace(hit, is_divided=bool(setting.part)) if hit is not None else None
    home = find_section("add-ons")
    for addon in addons():
        trail = _path(home) if home is not None else []
        more = (addon.description, addon.switch)
        yield _match(words, addon.label, more, trail, addon.address(), addon.icon)


def _shown_settings(section: Section) -> list[Setting]:
    """The settings that stand on a page of their own section; switches of add-ons do not."""
    if section.key == "add-ons":
        return []
    return [setting for setting in settings_of(section.key) if setting.is_shown]


def _places(section: Section) -> Iterable[Place]:
    return section.places() if section.places is not None else ()


def _path(section: Section) -> list[str]:
    """The names of the sections above, and its own."""
    above = find_section(section.parent) if section.parent else None
    return [*(_path(above) if above is not None else []), str(section.label)]


def _match(
    words: list[str], label: Text, more: Iterable[Text], path: list[str], url: str, icon: str
) -> Found | None:
    """The entry, ranked: the label begins so, a word of it does, it has the words, others do."""
    titles = _in_all_languages(label)
    every = [*titles, *(text for one in more for text in _in_all_languages(one))]
    together = " ".join(every)
    if not all(word in together for word in words):
        return None
    query = " ".join(words)
    if any(title.startswith(query) for title in titles):
        rank = 0
    elif any(all(f" {word}" in f" {title}" for word in words) for title in titles):
        rank = 1
    else:
        rank = 2 if any(all(word in title for word in words) for title in titles) else 3
    return Found(str(label), SIGN.join(path), url, icon, rank)


def _in_all_languages(text: Text) -> list[str]:
    """The folded text as speakers of each language read it."""
    if not text:
        return []
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append(fold(str(text)))
    return list(dict.fromkeys(found))
