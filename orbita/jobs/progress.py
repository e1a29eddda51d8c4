"""Telling the owner how far their work is, without slowing the work."""

import time
from typing import Any

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Coalesce, Now
from django.db.utils import OperationalError

from orbita.jobs.models import Job, State
from orbita.jobs.stopping import Cancelled, check_stopping

INTERVAL = 0.5


class Progress:
    """The running side of a `Job`.

    Writes at most every half second, and inside a transaction through a connection of its own, so
    that the owner sees it before the commit. Without `autonomous` (tests) it stays on the one
    connection.
    """

    def __init__(self, job: Job, *, autonomous: bool = False) -> None:
        self.job = job
        self.done = job.done
        self.total = job.total
        self.message = job.message
        self._autonomous = autonomous
        self._side: BaseDatabaseWrapper | None = None
        self._written = -INTERVAL
        self._cancel_requested = job.cancel_requested

    def advance(self, by: int = 1) -> None:
        """So many units more are done."""
        self.done += by
        self._write_sometimes()

    def update(
        self, *, done: int | None = None, total: int | None = None, message: str | None = None
    ) -> None:
        """Set what is known now; shown at once."""
        self.done = self.done if done is None else done
        self.total = self.total if total is None else total
        self.message = self.message if message is None else message
        self._write()

    def check_cancelled(self) -> None:
        """Raise Cancelled when the owner asked for the end, HandedBack when the worker stops."""
        check_stopping()
        self._write_sometimes()
        if self._cancel_requested:
            raise Cancelled

    def start(self) -> bool:
        """Take the work up, also again after a crash; False when it was finished or cancelled."""
        return bool(
            Job.objects.filter(pk=self.job.pk)
            .unfinished()
            .update(
                state=State.RUNNING,
                started_at=Coalesce("started_at", Now()),
                heartbeat_at=Now(),
            )
        )

    def finish(self, state: State, *, result: dict[str, Any] | None = None) -> None:
        """The end: the last figures, the state and the task's result."""
        values: dict[str, Any] = {} if result is None else {"result": result}
        Job.objects.filter(pk=self.job.pk).update(
            state=state,
            done=self.done,
            total=self.total,
            message=self.message,
            heartbeat_at=Now(),
            finished_at=Now(),
            **values,
        )
        self.close()

    def close(self) -> None:
        """Give the own connection back."""
        if self._side:
            self._side.close()
            self._side = None

    def _write_sometimes(self) -> None:
        if time.monotonic() - self._written >= INTERVAL:
            self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        target = self._target()
        try:
            with target.cursor() as cursor:
                cursor.execute(
                    "UPDATE jobs_job SET done = %s, total = %s, message = %s, heartbeat_at = now()"
                    " WHERE id = %s RETURNING cancel_requested",
                    [self.done, self.total, self.message, self.job.pk],
                )
                row = cursor.fetchone()
        except OperationalError:
            if target is connection:
                raise
            self._drop_side()
            return
        self._cancel_requested = bool(row and row[0])

    def _target(self) -> Any:
        if not self._autonomous or not connection.in_atomic_block:
            return connection
        if self._side is None:
            self._side = connection.copy()
            with self._side.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
        return self._side

    def _drop_side(self) -> None:
        try:
            self.close()
        except DatabaseError:
            self._side = None
