"""Reading the cells of the next rows while the database writes the present ones.

Only columns whose fields read a cell without asking anybody (`fields.base.reads_alone`): these
need no connection, and nothing that the rows before them have made.
"""

import json
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Any, Self

from django.db import connection

from orbita.imports.parsing import AskedDatabase, Parser, Readings

Raw = Sequence[tuple[int, str]]
"""The numbers of rows, and their cells as JSON."""
Rows = list[tuple[int, list[Any]]]


class Ahead:
    """A thread that reads one chunk ahead."""

    def __init__(self, parser: Parser) -> None:
        self.parser = parser
        self._pool = ThreadPoolExecutor(1, "ahead")
        self._raw: Raw = ()
        self._future: Future[tuple[Rows, Readings]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def expect(self, raw: Raw) -> None:
        """These rows come next; they wait for `start`."""
        self._raw, self._future = raw, None

    def start(self) -> None:
        """Now there is time: the database has something to do."""
        if self._raw and self._future is None:
            self._future = self._pool.submit(copy_context().run, self._read, self._raw)

    def take(self) -> tuple[Rows, Readings]:
        """The expected rows, and what was read of them."""
        return self._future.result() if self._future is not None else (decoded(self._raw), {})

    def _read(self, raw: Raw) -> tuple[Rows, Readings]:
        connection.connect = _refuse  # type: ignore[method-assign]
        rows = decoded(raw)
        return rows, self.parser.read_alone(rows)


def decoded(raw: Raw) -> Rows:
    """The rows with their cells."""
    return [(number, json.loads(cells)) for number, cells in raw]


def _refuse() -> None:
    """A connection of this thread's own would see another state, and never be closed."""
    raise AskedDatabase
