"""For tests: run what is waiting, here and now."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection

from orbita.jobs.registry import find
from orbita.jobs.running import run

_TAKE = """
UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (
    SELECT id FROM procrastinate_jobs
    WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= clock_timestamp())
    ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id, task_name, args
"""


def run_jobs(*, limit: int = 1000) -> int:
    """Run all waiting jobs, those that they enqueue included; how many. Their errors are raised."""
    count = 0
    while (taken := _take()) is not None:
        if count == limit:
            raise AssertionError(f"More than {limit} jobs; do they enqueue each other?")
        queue_id, name, kwargs = taken
        task = find(name)
        if task is None:
            raise LookupError(f"No task is named {name}")
        count += 1
        try:
            with _connection_kept():
                run(task, kwargs)
        except Exception:
            _finish(queue_id, "failed")
            raise
        _finish(queue_id, "succeeded")
    return count


def waiting_jobs() -> list[tuple[str, dict[str, Any]]]:
    """Name and arguments of the jobs that wait, in the order of their arrival."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
        )
        return [(name, _decoded(args)) for name, args in cursor.fetchall()]


def clear_queue() -> None:
    """Forget all jobs and workers; for after a test that commits, since no flush empties these."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")


@contextmanager
def _connection_kept() -> Iterator[None]:
    """The end of a request closes connections; a test lives in a transaction on one."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)


def _take() -> tuple[int, str, dict[str, Any]] | None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE)
        row = cursor.fetchone()
    return (row[0], row[1], _decoded(row[2])) if row else None


def _decoded(args: Any) -> dict[str, Any]:
    return json.loads(args) if isinstance(args, str) else args


def _finish(queue_id: int, status: str) -> None:
    if connection.needs_rollback:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE id = %s",
            [status, queue_id],
        )
