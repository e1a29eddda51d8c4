"""Text that people type, as HTML that can do no harm: cleaned on the way in and on the way out.

Only a few tags are markup; everything else that looks like a tag stays as the text that it is.
"""

import html
import re
from uuid import UUID

import nh3
from django.utils.safestring import SafeString

from orbita.ui.text import clean_lines

LONGEST = 100_000
TAGS = {"p", "br", "b", "strong", "i", "em", "ul", "ol", "li", "a", "blockquote", "code", "span"}
_BLOCKS = "p|div|br|ul|ol|li|blockquote"
_KNOWN = "|".join([*sorted(TAGS), "div"])
_NOT_A_TAG = re.compile(rf"<(?!/?(?:{_KNOWN})(?:\s[^<>]*)?/?>)", re.IGNORECASE)
_HAS_TAG = re.compile(rf"</?(?:{_KNOWN})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_DIV = re.compile(r"<(/?)div(?=[\s/>])", re.IGNORECASE)
_BREAK = re.compile(rf"</?(?:{_BLOCKS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_MENTION = re.compile(r'data-mention="([0-9a-f-]{36})"')


def clean_html(typed: str) -> str:
    """What is stored: of the editor's HTML the allowed part; plain text in paragraphs."""
    typed = typed[:LONGEST].replace("\x00", "")
    if not _HAS_TAG.search(typed):
        return _paragraphs(typed)
    marked = _DIV.sub(r"<\1p", _NOT_A_TAG.sub("&lt;", typed))
    cleaned = _sanitised(marked).strip()
    return cleaned if plain_text(cleaned) else ""


def _paragraphs(text: str) -> str:
    """Plain text as HTML. Without a "<" it may be the editor's own, where < is written &lt;."""
    plain = clean_lines(text if "<" in text else html.unescape(text))
    blocks = [part for part in re.split(r"\n{2,}", plain) if part]
    return _sanitised(
        "".join(f"<p>{html.escape(part, quote=False)}</p>".replace("\n", "<br>") for part in blocks)
    )


def shown(stored: str) -> SafeString:
    """What a page shows: cleaned once more, whatever the database holds."""
    return SafeString(_sanitised(stored))


def _sanitised(text: str) -> str:
    return nh3.clean(
        text,
        tags=TAGS,
        attributes={"*": set(), "a": {"href"}, "span": {"data-mention"}},
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    """Addresses must be whole, so that none leads into our own pages; mentions name a user."""
    if name == "href":
        return value if re.match(r"(https?://|mailto:)", value.strip(), re.IGNORECASE) else None
    if name == "data-mention":
        return value if _as_id(value) else None
    return value


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def plain_text(cleaned: str) -> str:
    """The words of cleaned HTML, for search and excerpts."""
    return clean_lines(html.unescape(_TAG.sub("", _BREAK.sub("\n", cleaned))))


def mentioned(cleaned: str) -> set[UUID]:
    """The ids of the users that cleaned HTML mentions."""
    return {UUID(found) for found in _MENTION.findall(cleaned)}
