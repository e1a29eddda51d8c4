"""Starts the web server on the database of the tests, behind a gate that can be closed."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

from orbita.launcher.listening import listen
from orbita.launcher.paths import ROOT

PATIENCE = 60.0


class Gate:
    """A TCP port that leads to the database while it is open."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._ends: list[socket.socket] = []
        self._door: socket.socket | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.open()

    def open(self) -> None:
        """Let connections through from now on."""
        self._door = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._let_in, args=(self._door,), daemon=True).start()

    def close(self) -> None:
        """Cut all connections and take no more."""
        if self._door is None:
            return
        doors, self._door = [self._door, *self._ends], None
        self._ends = []
        for end in doors:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _let_in(self, door: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = door.accept()
                far = self._reach()
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _reach(self) -> socket.socket:
        host, port = self._target
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        far = socket.socket(socket.AF_UNIX)
        far.connect(f"{host}/.s.PGSQL.{port}")
        return far

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@dataclass
class Server:
    """A running web server."""

    port: int
    gate: Gate
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def raw(self, request: bytes) -> bytes:
        """All that the server says to these bytes until it closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as end:
            end.sendall(request)
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while data := end.recv(65536):
                    answer += data
        return answer

    def workers(self) -> set[int]:
        """The ids of the processes that serve."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(pid) for pid in children.read_text().split()}

    def lines(self) -> list[dict[str, Any]]:
        """The log; every line of it is a JSON object."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


def wait_until(condition: Any) -> None:
    """Ask until it is so; fails after a minute."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


@contextmanager
def serving(folder: Path, **environment: str) -> Iterator[Server]:
    """The web server with two processes, on the database that the tests have now."""
    given = connection.settings_dict
    gate = Gate(given["HOST"] or "/var/run/postgresql", int(given["PORT"] or 5432))
    log = folder / "log"
    with listen("127.0.0.1", 0) as door, log.open("wb") as stderr:
        port = door.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:orbita.launcher.gunicorn_conf"]
            + ["orbita.config.wsgi"],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.server.settings",
                "DATABASE_URL": _url(given, gate.port),
                "DATA_DIR": str(folder),
                "LISTEN_FD": str(door.fileno()),
                "WEB_WORKERS": "2",
                "BASE_URL": f"http://127.0.0.1:{port}",
                **environment,
            },
            pass_fds=(door.fileno(),),
            stderr=stderr,
        )
        try:
            server = Server(port, gate, log, process)
            wait_until(lambda: b" 200 " in server.raw(_READY)[:20])
            wait_until(lambda: len(server.workers()) == 2)
            yield server
        finally:
            process.terminate()
            process.wait(PATIENCE)
            gate.close()


_READY = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def _url(given: dict[str, Any], port: int) -> str:
    password = f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else ""
    return f"postgresql://{quote(given['USER'])}{password}@127.0.0.1:{port}/{given['NAME']}"
