"""Searching the articles: without case and diacritics, and with the endings of words left open."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.text import Truncator

from orbita.help.articles import offered
from orbita.help.reading import Reading, read
from orbita.ui.html import format_html, format_html_join
from orbita.ui.text import fold

LONGEST = 100
EXCERPT_WORDS = 36
_WHOLE, _ENDING = 5, 4
"""Longer words may end otherwise, in their last third, at most so many letters: Polish inflects."""


@dataclass(frozen=True)
class Found:
    """An article that the search finds, with the passage that says why."""

    slug: str
    title: str
    excerpt: SafeString
    rank: tuple[int, ...]


def find_articles(typed: str, *, is_administrator: bool) -> list[Found]:
    """Articles that have all the words: first those with them in the title, then as typed."""
    words = fold(typed[:LONGEST]).split()
    if not words:
        return []
    texts = (
        read(article, is_administrator=is_administrator)
        for _collection, articles in offered()
        for article in articles
    )
    found = [one for text in texts if (one := _match(text, words)) is not None]
    return sorted(found, key=lambda one: one.rank)


def _stem(word: str) -> str:
    return word[: -min(_ENDING, len(word) // 3)] if len(word) > _WHOLE else word


def _match(text: Reading, words: Sequence[str]) -> Found | None:
    stems = [_stem(word) for word in words]
    title, blocks = fold(text.title), [fold(block) for block in text.blocks]
    everything = " ".join([title, *blocks])
    if not all(stem in everything for stem in stems):
        return None
    hits = [_hits(stems, block) for block in blocks]
    best = text.blocks[hits.index(max(hits))]
    rank = (-_hits(words, title), -_hits(stems, title), -_hits(words, everything))
    return Found(text.slug, text.title, _excerpt(best, stems), rank)


def _hits(words: Sequence[str], text: str) -> int:
    return sum(word in text for word in words)


def _excerpt(block: str, stems: Sequence[str]) -> SafeString:
    """The passage, its words that were looked for marked."""
    shown = Truncator(block).words(EXCERPT_WORDS, truncate="…").split()
    return format_html_join(" ", "{}", ((_marked(one, stems),) for one in shown))


def _marked(word: str, stems: Sequence[str]) -> SafeString | str:
    is_hit = any(stem in fold(word) for stem in stems)
    return format_html("<mark>{}</mark>", word) if is_hit else word
