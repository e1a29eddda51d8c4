"""Password hashing that many log-ins at once cannot turn into an outage."""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

MOST_AT_ONCE = 4
AT_ONCE = max(1, min(MOST_AT_ONCE, settings.WEB_THREADS // 2))
_places = threading.BoundedSemaphore(AT_ONCE)
_logging_in = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def room_for_login() -> Iterator[bool]:
    """Whether this process has a thread to spare for a log-in; taken until the end of the block.

    Whoever waited for a place to hash would hold a thread, and the pages of others would wait too.
    """
    is_free = _logging_in.acquire(blocking=False)
    try:
        yield is_free
    finally:
        if is_free:
            _logging_in.release()


class BoundedArgon2Hasher(Argon2PasswordHasher):
    """Argon2id at 19 MiB and two passes (OWASP), on half the threads of a process, at most four.

    Passwords are hashed in Unicode form NFC, so that "ż" counts as one letter however it is typed.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """The hash to store."""
        with _places:
            return super().encode(unicodedata.normalize("NFC", password), salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Whether the password fits the stored hash."""
        with _places:
            return super().verify(unicodedata.normalize("NFC", password), encoded)
