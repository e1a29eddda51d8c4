"""The signing key of an installation, kept beside its data."""

import os
import secrets
from pathlib import Path


def load_or_create(path: Path) -> str:
    """The key in `path`; made at the first call, readable by the owner alone, safe under a race."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()
