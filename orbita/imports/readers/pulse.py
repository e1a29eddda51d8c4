"""A sign of life during long work."""

import time
from collections.abc import Callable, Iterator


class Pulse:
    """Calls `beat` at most once a second, however often it is called itself."""

    def __init__(self, beat: Callable[[], None] = lambda: None) -> None:
        self._beat = beat
        self._last = time.monotonic()

    def __call__(self) -> None:
        now = time.monotonic()
        if now - self._last > 1:
            self._last = now
            self._beat()


def beating(chunks: Iterator[bytes], pulse: Callable[[], None]) -> Iterator[bytes]:
    """The chunks, with a sign of life before each."""
    for chunk in chunks:
        pulse()
        yield chunk
