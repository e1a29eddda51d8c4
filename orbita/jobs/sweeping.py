"""Finding the jobs of workers that died, and trying them again."""

import logging

from django.db import connection, transaction

logger = logging.getLogger("orbita.jobs")

HEARTBEAT_SECONDS = 10
SILENT_SECONDS = 30
ATTEMPTS = 3

_SWEEP = """
UPDATE procrastinate_jobs SET
    status = (CASE WHEN attempts + 1 >= %(attempts)s THEN 'failed' ELSE 'todo' END)
        ::procrastinate_job_status,
    attempts = attempts + 1,
    scheduled_at = now(),
    worker_id = NULL
WHERE id IN (
    SELECT job.id FROM procrastinate_jobs job
    LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.status = 'doing'
      AND (worker.id IS NULL OR worker.last_heartbeat < now() - %(silent)s * interval '1 second')
    FOR UPDATE OF job SKIP LOCKED
)
RETURNING task_name, status, args ->> 'job_id'
"""

_FAIL_JOBS = """
UPDATE jobs_job SET state = 'failed', finished_at = now()
WHERE id = ANY(%s::uuid[]) AND state IN ('waiting', 'running')
"""


def sweep(*, silent_seconds: int = SILENT_SECONDS) -> tuple[int, int]:
    """Queue the jobs of silent workers again; (how many, how many were given up instead).

    One statement with row locks, so any number of workers may sweep at once; a job that took its
    worker down `ATTEMPTS` times is given up, and the queue goes on.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SWEEP, {"attempts": ATTEMPTS, "silent": silent_seconds})
        rows = cursor.fetchall()
        given_up = [row for row in rows if row[1] == "failed"]
        tracked = [job_id for _name, _status, job_id in given_up if job_id]
        if tracked:
            cursor.execute(_FAIL_JOBS, [tracked])
    for name, status, _job_id in rows:
        logger.warning("The worker of a job %s died; the job is now %s", name, status)
    return len(rows) - len(given_up), len(given_up)
