"""Icons as inline SVG out of the Tabler sprite; only those that are used stay in memory."""

import logging
import mmap
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString

from orbita.ui.html import format_html, format_html_join

logger = logging.getLogger(__name__)

SPRITE = "@tabler/icons-sprite/dist/tabler-sprite-nostroke.svg"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\Z")
_SHAPE = re.compile(r'<path d="([^"]+)"( fill="currentColor")?')


@lru_cache(maxsize=1024)
def svg(name: str, classes: str = "") -> SafeString:
    """The icon as decorative SVG; an unknown name gives an empty square and a line in the log."""
    shapes = format_html_join(
        "", '<path d="{}"{}/>', ((d, SafeString(fill)) for d, fill in _shapes(name))
    )
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"'
        ' focusable="false">{}</svg>',
        f" {classes}" if classes else "",
        shapes,
    )


def _shapes(name: str) -> list[tuple[str, str]]:
    """The paths of a symbol: outline, and whether it is filled."""
    symbol = _symbol(name) if _NAME.match(name) else ""
    if not symbol:
        logger.warning("Unknown icon %r", name)
    return [(match[1], match[2] or "") for match in _SHAPE.finditer(symbol)]


def _symbol(name: str) -> str:
    """The text of one symbol of the sprite; the 2 MB file is mapped, not read."""
    path = Path(settings.NODE_MODULES) / SPRITE
    if not path.exists():
        return ""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as sprite:
        start = sprite.find(f'<symbol id="tabler-{name}"'.encode())
        end = sprite.find(b"</symbol>", start)
        return sprite[start:end].decode() if start >= 0 else ""
