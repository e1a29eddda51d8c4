"""The parent's hold on the child that parses."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from orbita.imports.readers import frames
from orbita.imports.readers.problems import UnreadableFile

ROOT = Path(__file__).resolve().parents[3]
MODULE = "orbita.imports.readers.child"
# The child gets no secrets: neither the database address nor keys are in its environment.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
_CHUNK = 256 * 1024


class Child:
    """One child process for one request; a context manager that never leaves it running."""

    program: tuple[str, ...] = ("-m", MODULE)

    def __init__(self, request: dict[str, Any], *, silence_seconds: float) -> None:
        self._request = {**request, "parent": os.getpid()}
        self._silence = silence_seconds
        self._buffer = bytearray()

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-s", *self.program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=ENVIRONMENT,
            start_new_session=True,
            bufsize=0,
        )
        self._ask()
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def frames(self) -> Iterator[tuple[bytes, Any]]:
        """What the child says, until it has said that it is done; its problem is raised."""
        while True:
            kind, length = frames.HEAD.unpack(self._take(frames.HEAD.size))
            if length > frames.MAX_FRAME:
                raise UnreadableFile("crashed")
            content = _decoded(self._take(length))
            if kind == frames.END:
                return
            if kind == frames.PROBLEM:
                raise _problem(content)
            if kind != frames.ALIVE:
                yield kind, content

    def _ask(self) -> None:
        pipe = self._process.stdin
        try:
            pipe.write(json.dumps(self._request).encode())  # type: ignore[union-attr]
            pipe.close()  # type: ignore[union-attr]
        except BrokenPipeError:
            raise UnreadableFile("crashed") from None

    def _take(self, length: int) -> bytes:
        while len(self._buffer) < length:
            self._buffer += self._hear()
        taken = bytes(memoryview(self._buffer)[:length])
        del self._buffer[:length]
        return taken

    def _hear(self) -> bytes:
        descriptor = self._process.stdout.fileno()  # type: ignore[union-attr]
        poll = select.poll()
        poll.register(descriptor, select.POLLIN | select.POLLHUP)
        if not poll.poll(self._silence * 1000):
            raise UnreadableFile("slow")
        data = os.read(descriptor, _CHUNK)
        if not data:
            raise UnreadableFile(self._reason_of_death())
        return data

    def _reason_of_death(self) -> str:
        return "slow" if self._process.wait() == -signal.SIGXCPU else "crashed"


def _decoded(payload: bytes) -> Any:
    try:
        return frames.decode(payload)
    except (ValueError, RecursionError):
        raise UnreadableFile("crashed") from None


def _problem(content: Any) -> UnreadableFile:
    try:
        return UnreadableFile(content["code"], **content["params"])
    except (KeyError, TypeError):
        return UnreadableFile("crashed")
