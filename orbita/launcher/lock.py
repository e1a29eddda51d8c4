"""One launcher per data folder, also across sudden deaths.

Two locks of the kernel (flock) on files in the folder. The launcher alone holds `launcher.lock`, so
it is free in the moment in which the launcher dies. Its children inherit `children.lock`, so it is
free only when the last of them is gone; the next start waits for that before it touches the data.
"""

import fcntl
import os
import time
from pathlib import Path

from orbita.launcher.say import Failure, say

_PATIENCE_SECONDS = 60.0
_STOPPING = b"stopping"


class DataFolder:
    """The data folder, locked for this process until `release`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._own = -1
        self.inherited = -1

    def acquire(self) -> None:
        """Lock the folder, making it if need be; raises Failure where another Orbita runs on it."""
        self._make()
        self._own = _open(self.path / "launcher.lock")
        if not _try_lock(self._own):
            self._wait_for_a_stopping_launcher()
        os.ftruncate(self._own, 0)
        self.inherited = _open(self.path / "children.lock")
        if not _try_lock(self.inherited):
            self._wait_for_leftovers()

    def announce_stop(self) -> None:
        """Tell the next start that this one is about to end, and so worth waiting for."""
        os.pwrite(self._own, _STOPPING, 0)

    def release(self) -> None:
        """Unlock the folder; the kernel does the same when the process dies."""
        for handle in (self._own, self.inherited):
            if handle >= 0:
                os.close(handle)
        self._own = self.inherited = -1

    def _make(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Failure(f"Cannot make the data folder {self.path}: {error.strerror}.") from error
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise Failure(f"The data folder {self.path} is not writable for this user.")

    def _wait_for_a_stopping_launcher(self) -> None:
        refusal = f"Orbita is already running on {self.path}; stop it first."
        if os.pread(self._own, len(_STOPPING), 0) != _STOPPING:
            raise Failure(refusal)
        say("Orbita is just stopping here; waiting for it.")
        _wait_for(self._own, refusal)

    def _wait_for_leftovers(self) -> None:
        say("The last run ended abruptly; waiting for its processes to finish.")
        refusal = f"Processes of an earlier run still use {self.path}; stop them first."
        _wait_for(self.inherited, refusal)


def is_in_use(path: Path) -> bool:
    """Whether a launcher holds the data folder right now."""
    handle = _open(path / "launcher.lock")
    try:
        return not _try_lock(handle)
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError as error:
        raise Failure(f"The file {path} belongs to another user.") from error


def _wait_for(handle: int, refusal: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _try_lock(handle):
        if time.monotonic() > deadline:
            raise Failure(refusal)
        time.sleep(0.1)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
