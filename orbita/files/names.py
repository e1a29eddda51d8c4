"""Names and types of files that strangers send: cleaned, refused, or told by their first bytes."""

import re
from pathlib import PurePosixPath

from orbita.ui.text import clean

NAME_LENGTH = 200
OTHER = "application/octet-stream"
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|clock\$)(\.|\Z)", re.IGNORECASE)
_PROGRAM = re.compile(
    r"\.("
    r"ade|adp|apk|app|appimage|appx|asp|aspx|bash|bat|cgi|chm|cmd|com|command|cpl|csh|"
    r"dll|dmg|elf|exe|gadget|hta|htaccess|ins|iso|isp|jar|js|jse|jsp|ksh|lnk|mde|mjs|msc|"
    r"msi|msix|msp|mst|pif|phar|php|php3|php4|php5|phtml|pl|ps1|ps2|psc1|psm1|py|pyc|rb|"
    r"reg|run|scf|scr|sct|sh|shb|sys|url|vb|vbe|vbs|vxd|ws|wsc|wsf|wsh|xll|zsh"
    r")\Z",
    re.IGNORECASE,
)
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)


def clean_name(name: str) -> str:
    """A name for display and download: no path, no control or direction signs, at most 200 bytes.

    The ending stays; names that systems reserve get an underscore. Nothing left gives "file".
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    last = _FORBIDDEN.sub("_", clean(last)).strip(". ")
    if _DEVICES.match(last):
        last = f"_{last}"
    return _shortened(last) or "file"


def _shortened(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    suffix = suffix if len(suffix.encode()) <= 20 else ""
    stem = name[: len(name) - len(suffix)] if suffix else name
    room = NAME_LENGTH - len(suffix.encode())
    return stem.encode()[:room].decode(errors="ignore") + suffix


def is_refused(name: str) -> bool:
    """Whether the name's ending is one that computers run."""
    return bool(_PROGRAM.search(f".{clean_name(name)}"))


def content_type(head: bytes) -> str:
    """The type of a picture or PDF by its first bytes; everything else is plain bytes."""
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return OTHER
