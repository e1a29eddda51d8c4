"""How many log in at once in a process, and when those should come again who find no room."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from time import monotonic

from django.conf import settings

PLACES = max(1, min(4, settings.WEB_THREADS // 2))
MOST_SECONDS = 20
_USUALLY = 0.05
_SHARE = 0.4  # of the time may go to those who come again; the rest is for pages
_WEIGHT = 0.2  # of the last log-in in the running mean


class LoginRoom:
    """Places for those who log in: one does, the others wait for their turn.

    Whoever waits holds a thread, so there are never more of them than half of the threads: all
    others are asked to come again. They get times one after the other, so far apart as log-ins take
    at present; two hundred who come at once do not come again at once.
    """

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._turn = threading.Lock()
        self._booking = threading.Lock()
        self._booked_until = 0.0
        self._usual = _USUALLY

    @contextmanager
    def enter(self) -> Iterator[int]:
        """0 with a place, taken until the end of the block; else the seconds to wait outside."""
        if not self._places.acquire(blocking=False):
            yield self._book()
            return
        try:
            with self._turn:
                started = monotonic()
                yield 0
                self._usual += (monotonic() - started - self._usual) * _WEIGHT
        finally:
            self._places.release()

    def _book(self) -> int:
        with self._booking:
            now = monotonic()
            self._booked_until = max(self._booked_until, now) + self._usual / _SHARE
            self._booked_until = min(self._booked_until, now + MOST_SECONDS)
            return ceil(self._booked_until - now)


login_room = LoginRoom(PLACES)
