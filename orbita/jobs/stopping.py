"""How running work learns that it should stop."""

import threading

_stopping = threading.Event()


class Cancelled(Exception):  # noqa: N818 - it reports a wish, not an error
    """The owner of the work asked to stop it."""


class HandedBack(Exception):  # noqa: N818
    """The worker stops; the job goes back into the queue and is started again by the next one."""


def stop_all() -> None:
    """Tell every running job of this process to hand itself back."""
    _stopping.set()


def check_stopping() -> None:
    """Raise HandedBack when this worker was told to stop; long work asks between two chunks."""
    if _stopping.is_set():
        raise HandedBack
