"""Secrets of the second factor, unreadable in the database and in its backups.

The library is loaded by the first secret: few processes ever see one, and it is large.
"""

import base64
import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.encoding import force_bytes

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


def encrypt(text: str) -> str:
    """What may be stored, or go to the browser and come back."""
    return _box().encrypt(text.encode()).decode()


def decrypt(stored: str, *, max_age: int | None = None) -> str:
    """What `encrypt` was given, at most `max_age` seconds ago.

    ValueError when it is something else, too old, or of another SECRET_KEY.
    """
    from cryptography.fernet import InvalidToken

    try:
        return _box().decrypt(stored.encode(), ttl=max_age).decode()
    except InvalidToken as error:
        raise ValueError("This was not encrypted here") from error


def _box() -> "MultiFernet":
    from cryptography.fernet import Fernet, MultiFernet

    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str | bytes) -> bytes:
    digest = hashlib.sha256(b"orbita.accounts.secrets\0" + force_bytes(key)).digest()
    return base64.urlsafe_b64encode(digest)
