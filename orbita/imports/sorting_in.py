"""New records find their way into the search index beside the import, not inside it.

A GIN index keeps what is new in a list, and whoever makes that too long sorts it in: a third of
all that storing a record costs. Here the list may grow while an import writes, and a connection of
its own sorts it in every few chunks; in larger portions, which costs less for each record.
"""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import Error, connection, connections

from orbita.records.models import Record

logger = logging.getLogger("orbita.imports")
LIST_KIB = 32 * 1024
"""A list that nobody sorts in ends here: searches have to look through it."""
SELDOM = 3


class SortingIn:
    """A thread that sorts in what the chunks left."""

    def __init__(self) -> None:
        self.is_on = not connection.in_atomic_block
        self._pool = ThreadPoolExecutor(1, "sorting-in")
        self._future: Future[None] | None = None
        self._chunks = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._chunks:
            self._pool.submit(self._sort_in)
        self._pool.submit(connections.close_all)
        self._pool.shutdown()

    def let_wait(self) -> None:
        """Let the list grow until the end of the transaction."""
        if self.is_on:
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL gin_pending_list_limit = {LIST_KIB}")

    def notice(self) -> None:
        """One more chunk is stored."""
        if not self.is_on:
            return
        self._chunks += 1
        is_idle = self._future is None or self._future.done()
        if self._chunks >= SELDOM and is_idle:
            self._chunks = 0
            self._future = self._pool.submit(self._sort_in)

    def _sort_in(self) -> None:
        """Sort the lists of all indexes of records in; a role that does not own them may not."""
        names = [index.name for index in Record._meta.indexes if isinstance(index, GinIndex)]
        try:
            with connection.cursor() as cursor:
                for name in names:
                    cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [name])
        except Error as error:
            logger.info("The import sorts into the search index by itself: %s", error)
            self.is_on = False
