"""An article as its readers get it, kept by this process once it has been read."""

import re
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from orbita.help.articles import FEATURES, Article
from orbita.preferences import feature_enabled

_TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)
_BLOCKS = {"p", "li", "h2", "h3", "th", "td", "caption"}


@dataclass(frozen=True)
class Heading:
    """A line of the table of contents."""

    anchor: str
    label: str


@dataclass(frozen=True)
class Reading:
    """What an article says: `body` is HTML below the title, `blocks` its bare text."""

    slug: str
    title: str
    body: SafeString
    headings: tuple[Heading, ...]
    blocks: tuple[str, ...]


def read(article: Article, *, is_administrator: bool) -> Reading:
    """The article in the language of the moment, for an account with these add-ons.

    Administrators get links to the settings where others read their names.
    """
    on = frozenset(feature for feature in FEATURES if feature_enabled(feature))
    return _read(article.slug, (get_language() or "en")[:2], on, is_administrator)


@lru_cache(maxsize=512)
def _read(slug: str, language: str, on: frozenset[str], is_administrator: bool) -> Reading:
    context = {"on": on, "is_administrator": is_administrator}
    text = render_to_string(f"help/articles/{language}/{slug}.html", context)
    title = _TITLE.search(text)
    if title is None:
        raise ValueError(f"The article {slug} has no title in {language}")
    body = text[title.end() :].strip()
    return Reading(
        slug,
        _bare(title[1]),
        SafeString(body),
        tuple(Heading(anchor, _bare(label)) for anchor, label in _HEADING.findall(body)),
        _blocks_of(body),
    )


class _Text(HTMLParser):
    """Collects the text of each paragraph, line and cell."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin anew where a block begins."""
        if tag in _BLOCKS:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        """Add to the block that is open."""
        self.blocks[-1] += data


def _blocks_of(html: str) -> tuple[str, ...]:
    parser = _Text()
    parser.feed(html)
    parser.close()
    return tuple(text for block in parser.blocks if (text := " ".join(block.split())))


def _bare(html: str) -> str:
    return " ".join(_blocks_of(html))
