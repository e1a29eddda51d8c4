"""The embedded database for single commands, which work with and without `make run`."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from orbita.launcher.lock import DataFolder, is_in_use
from orbita.launcher.options import read_options
from orbita.launcher.postgres import MAJOR, Cluster
from orbita.launcher.say import Failure

_START_SECONDS = 60.0


@contextmanager
def database_at_hand() -> Iterator[None]:
    """Set DATABASE_URL to the embedded database, started for the while if nobody runs it.

    Does nothing where DATABASE_URL is set, or where no database was made yet.
    """
    options = read_options()
    if options.database_url or not (options.data_dir / "postgres" / MAJOR).is_dir():
        yield
        return
    cluster = Cluster.kept_in(options.data_dir, options.postgres_options)
    os.environ["DATABASE_URL"] = cluster.url
    if is_in_use(options.data_dir):
        yield
        return
    with _started(cluster, DataFolder(options.data_dir)):
        yield


@contextmanager
def _started(cluster: Cluster, folder: DataFolder) -> Iterator[None]:
    folder.acquire()
    cluster.recover()
    log = folder.path / "postgres.log"
    program = cluster.program(log=log, pass_fds=(folder.inherited,))
    process = program.spawn()
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not cluster.is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"PostgreSQL does not start; see {log}.")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(program.stop_signal)
        process.wait()
        folder.release()
