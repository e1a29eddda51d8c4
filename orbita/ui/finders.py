"""Static files out of npm packages: an explicit list, served under `vendor/`."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

VENDOR_FILES = {
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/tom-select.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "vendor/tom-select.min.js": "tom-select/dist/js/tom-select.popular.min.js",
    "vendor/sortable.min.js": "sortablejs/Sortable.min.js",
    "vendor/echarts.min.js": "echarts/dist/echarts.min.js",
}

_SOURCE_MAP = re.compile(rb"(?:/\*#\s*sourceMappingURL=.*?\*/|^//#\s*sourceMappingURL=.*$)", re.M)


class NodePackagesStorage(FileSystemStorage):
    """The listed files of `node_modules` under their public names, without source map links.

    The maps are not served, and a hashed-names storage refuses a link to a file it cannot find.
    """

    def path(self, name: str) -> str:
        """Where the package keeps the file; an unlisted name is unknown."""
        if name not in VENDOR_FILES:
            raise FileNotFoundError(name)
        return str(Path(settings.NODE_MODULES) / VENDOR_FILES[name])

    def _open(self, name: str, mode: str = "rb") -> File:
        return ContentFile(_SOURCE_MAP.sub(b"", Path(self.path(name)).read_bytes()), name=name)


class NodePackagesFinder(BaseFinder):
    """Finds the files of VENDOR_FILES, and nothing else of `node_modules`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = NodePackagesStorage(location=str(settings.NODE_MODULES))
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to configure, so nothing to complain about."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file's place on the disk, or an empty list."""
        if path not in VENDOR_FILES:
            return []
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, NodePackagesStorage]]:
        """Every listed file, for `collectstatic`."""
        for name in VENDOR_FILES:
            yield name, self.storage
