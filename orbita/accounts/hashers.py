"""Password hashing that many log-ins at once cannot turn into an outage."""

import threading
import unicodedata

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = 4
_places = threading.BoundedSemaphore(AT_ONCE)


class BoundedArgon2Hasher(Argon2PasswordHasher):
    """Argon2id at 19 MiB and two passes (OWASP), at most four at the same time in a process.

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
