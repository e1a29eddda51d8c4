"""An installation of its own for the while: database, web server, worker, all thrown away."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

from orbita.launcher.listening import listen
from orbita.launcher.paths import ROOT
from orbita.launcher.postgres import Cluster
from orbita.launcher.processes import Program

_START_SECONDS = 120.0
_DATABASE = f"orbita_bench_{os.getpid()}"


@dataclass
class Installation:
    """Where it runs, and its processes."""

    folder: Path
    url: str = ""
    address: str = ""
    processes: dict[str, tuple[Program, "subprocess.Popen[bytes]"]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the installation is started with."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "orbita.config.settings",
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.url,
            "DATA_DIR": str(self.folder),
            "BASE_URL": self.address,
            "DEMO": "1",
            "TRUSTED_PROXIES": "1",
        }

    def spawn(self, program: Program) -> None:
        """Start a program; it ends with the installation."""
        self.processes[program.name] = (program, program.spawn())

    def command(self, *arguments: str) -> float:
        """Run a command of manage.py to its end; answers the seconds that it took."""
        started = time.perf_counter()
        self.python("manage", *arguments)
        return time.perf_counter() - started

    def python(self, module: str, *arguments: str) -> None:
        """Run a module with the installation's settings."""
        command = [sys.executable, "-m", module, *arguments]
        subprocess.run(command, env=self.environment, cwd=ROOT, check=True)

    def serve(self) -> None:
        """Start web and worker as the launcher does, and wait until they answer."""
        with listen("127.0.0.1", _free_port()) as server:
            self.address = f"http://127.0.0.1:{server.getsockname()[1]}"
            handle = server.fileno()
            gunicorn = ["gunicorn", "-c", "python:orbita.launcher.gunicorn_conf"]
            self.spawn(
                Program(
                    "web",
                    [sys.executable, "-m", *gunicorn, "orbita.config.wsgi"],
                    {**self.environment, "LISTEN_FD": str(handle)},
                    pass_fds=(handle,),
                )
            )
        worker = [sys.executable, "-m", "manage", "worker"]
        self.spawn(Program("worker", worker, self.environment))
        _wait_until(self._answers, "The web server does not answer.")

    @contextmanager
    def least(self) -> Iterator[str]:
        """A server that does the least, in place of ours for the while: its address."""
        with listen("127.0.0.1", _free_port()) as server:
            handle, address = server.fileno(), f"http://127.0.0.1:{server.getsockname()[1]}"
            gunicorn = ["gunicorn", "-c", "python:orbita.launcher.gunicorn_conf"]
            environment = {**self.environment, "LISTEN_FD": str(handle)}
            del environment["DJANGO_SETTINGS_MODULE"]
            program = Program(
                "least",
                [sys.executable, "-m", *gunicorn, "benchmarks.onerow"],
                environment,
                pass_fds=(handle,),
            )
            process = program.spawn()
            try:
                _wait_until(lambda: _answers(f"{address}/one/"), "The least server is silent.")
                yield address
            finally:
                process.send_signal(program.stop_signal)
                process.wait(timeout=60)

    def stop(self) -> None:
        """End what runs, the last started first."""
        for program, process in reversed(self.processes.values()):
            process.send_signal(program.stop_signal)
            process.wait(timeout=60)
        self.processes.clear()

    def _answers(self) -> bool:
        return _answers(f"{self.address}/readyz")


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2) as answer:  # noqa: S310 - our own servers
            return answer.status == 200
    except OSError:
        return False


@contextmanager
def installation() -> Iterator[Installation]:
    """A fresh installation, on DATABASE_URL's server where that is set, else on an embedded one."""
    folder = Path(tempfile.mkdtemp(prefix="orbita-bench-"))
    place = Installation(folder)
    given = os.environ.get("DATABASE_URL", "")
    leftovers = [folder]
    try:
        if given:
            place.url = _new_database(given)
        else:
            leftovers += _start_postgres(place)
        place.python("orbita.launcher.prepare")
        yield place
    finally:
        place.stop()
        for path in leftovers:
            shutil.rmtree(path, ignore_errors=True)
        if given and place.url:
            _execute(given, f'DROP DATABASE "{_DATABASE}" WITH (FORCE)')


def _start_postgres(place: Installation) -> list[Path]:
    cluster = Cluster.kept_in(place.folder)
    cluster.create()
    program = cluster.program(log=place.folder / "postgres.log")
    place.spawn(program)
    _wait_until(cluster.is_ready, "PostgreSQL does not start.")
    place.url = cluster.url
    return [cluster.runs.home.resolve(), cluster.socket_folder]


def _new_database(given: str) -> str:
    _execute(given, f'DROP DATABASE IF EXISTS "{_DATABASE}" WITH (FORCE)')
    _execute(given, f'CREATE DATABASE "{_DATABASE}"')
    return urlunsplit(urlsplit(given)._replace(path=f"/{_DATABASE}"))


def _execute(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until(condition: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(complaint)
        time.sleep(0.1)
