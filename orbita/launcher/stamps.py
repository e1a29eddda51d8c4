"""Doing a costly step again only when what it depends on has changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest_of(paths: Iterable[Path], *more: str) -> str:
    """The SHA-256 of the files' contents and of the further words, in this order."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    for word in more:
        total.update(word.encode() + b"\0")
    return total.hexdigest()


def digest_of_tree(folders: Iterable[Path], *more: str) -> str:
    """A digest of the names, sizes and times of all files below the folders; reads none of them."""
    total = hashlib.sha256("\0".join(more).encode())
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            state = path.stat()
            total.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\0".encode())
    return total.hexdigest()


def is_stamped(stamp: Path, digest: str) -> bool:
    """Whether the step that writes `stamp` was last done with this digest."""
    return stamp.is_file() and stamp.read_text() == digest


def write_stamp(stamp: Path, digest: str) -> None:
    """Note that the step is done; called after it has succeeded."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest)
