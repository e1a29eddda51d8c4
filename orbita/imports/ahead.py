"""One step ahead: what comes next is made ready while the database writes what is there.

A thread has a connection of its own, on which it may only read: who wants to write there, or to
lock a row for a change, is refused by the database (`Refused`), and the step is taken in its turn.
Where the import itself runs inside a transaction, another connection would not see what that has
written, so nothing is asked there.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from django.db import Error, connection, connections, transaction

from orbita.imports.parsing import AskedDatabase

Raw = Sequence[tuple[int, str]]
"""The numbers of rows, and their cells as JSON."""
Rows = list[tuple[int, list[Any]]]
Step = TypeVar("Step")
Refused = Error
"""What a step meets that wants more than to read, or finds no connection."""
TURN_SECONDS = 0.001


class Ahead(Generic[Step]):
    """A thread that takes one step ahead of its caller."""

    def __init__(self) -> None:
        self.may_ask = not connection.in_atomic_block
        self._pool = ThreadPoolExecutor(1, "ahead")
        self._future: Future[Step | None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.submit(connections.close_all)
        self._pool.shutdown()

    def start(self, step: Callable[[], Step | None]) -> None:
        """Now there is time: the database has something to do."""
        self._future = self._pool.submit(copy_context().run, step)

    def take(self) -> Step | None:
        """What the step came to; None if none was begun, or it has to be taken in its turn."""
        future, self._future = self._future, None
        return future.result() if future is not None else None


@contextmanager
def reading() -> Iterator[None]:
    """A transaction that may read and nothing else; raises `Refused`."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


@contextmanager
def asking_nobody() -> Iterator[None]:
    """Whoever asks the database gets `AskedDatabase`."""
    usual = connection.connect
    connection.connect = _refuse  # type: ignore[method-assign]
    try:
        with connection.execute_wrapper(_refuse):
            yield
    finally:
        connection.connect = usual  # type: ignore[method-assign]


def _refuse(*args: Any) -> Any:
    raise AskedDatabase


@contextmanager
def quick_turns() -> Iterator[None]:
    """Have the threads change places often.

    The one that feeds the database needs Python now and then and for a moment; by default it would
    wait five milliseconds for it each time, and the database with it.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def decoded(raw: Raw) -> Rows:
    """The rows with their cells."""
    return [(number, json.loads(cells)) for number, cells in raw]
