"""Password hashing that many log-ins at once cannot turn into an outage."""

import os
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.contrib.auth.hashers import Argon2PasswordHasher

GIVES_WAY = 10
"""How much nicer the hashing thread is than others: it gets a tenth of a core that they want."""


class BoundedArgon2Hasher(Argon2PasswordHasher):
    """Argon2id at 19 MiB and two passes (OWASP), one at a time in each process.

    A thread of low priority does it, and needs the interpreter for a moment only: whoever asks for
    a page meanwhile gets the core. Passwords are hashed in Unicode form NFC, so that "ż" counts as
    one letter however it is typed.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """The hash to store."""
        normal = unicodedata.normalize("NFC", password)
        return _thread.submit(super().encode, normal, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        """Whether the password fits the stored hash."""
        normal = unicodedata.normalize("NFC", password)
        return _thread.submit(super().verify, normal, encoded).result()


def _give_way() -> None:
    """Lower the priority of this thread; Linux has one for each, elsewhere it stays."""
    thread = threading.get_native_id()
    with suppress(OSError):
        nice = os.getpriority(os.PRIO_PROCESS, thread) + GIVES_WAY
        os.setpriority(os.PRIO_PROCESS, thread, min(nice, 19))


def _start() -> None:
    global _thread
    _thread = ThreadPoolExecutor(1, "hashing", initializer=_give_way)


_thread: ThreadPoolExecutor
_start()
os.register_at_fork(after_in_child=_start)  # a thread does not come along into a child
