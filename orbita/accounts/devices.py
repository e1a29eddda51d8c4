"""What a browser calls itself, in words."""

import re

from django.utils.translation import gettext as _

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_HANDHELD = re.compile(r"iPhone|iPad|Android|Mobile")


def device_name(agent: str) -> str:
    """Browser and system, such as "Firefox, Windows"; says so when it is neither known."""
    found = [
        next((name for sign, name in names if sign in agent), "") for names in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or _("Unknown device")


def device_icon(agent: str) -> str:
    """The icon of a phone or of a desk."""
    return "device-mobile" if _HANDHELD.search(agent) else "device-desktop"
