"""Everything that `make run` and `make test` need before they can begin."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from orbita.launcher.messages import stale_catalogues
from orbita.launcher.node_packages import install_node_packages
from orbita.launcher.paths import PYTHON, ROOT
from orbita.launcher.processes import run_step
from orbita.launcher.python_packages import install_python_packages
from orbita.launcher.say import Failure, say

_OLDEST_PYTHON = (3, 11)


def set_up(*, development: bool = False) -> None:
    """Install what is missing or outdated; quick, and without the network, when nothing is."""
    if sys.version_info < _OLDEST_PYTHON:
        raise Failure("Orbita needs Python 3.11 or newer.")
    with _alone():
        install_python_packages(development=development)
        install_node_packages(development=development)
        if stale_catalogues():
            command = [str(PYTHON), "-m", "orbita.launcher.messages"]
            run_step(command, os.environ, "Compiling the translations.")


@contextmanager
def _alone() -> Iterator[None]:
    """Two starts in the same clone, on different data folders, install one after the other."""
    handle = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is installing packages here; waiting for it.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
