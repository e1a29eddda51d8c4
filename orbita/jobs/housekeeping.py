"""Periodic work that keeps the small tables small."""

from django.db import connection

from orbita.accounts.sessions import forget_ended_sessions
from orbita.accounts.throttle import forget_expired
from orbita.jobs.registry import periodic, task

_DELETE_OLD = """
DELETE FROM procrastinate_jobs WHERE id IN (
    SELECT job.id FROM procrastinate_jobs job
    JOIN procrastinate_events event ON event.job_id = job.id
    WHERE job.status NOT IN ('todo', 'doing')
    GROUP BY job.id HAVING max(event.at) < now() - interval '30 days'
)
"""


@periodic(cron="17 3 * * *")
@task(name="jobs.housekeeping")
def tidy_up() -> None:
    """Forget jobs that failed a month ago, ended sessions and old counters."""
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_OLD)
    forget_ended_sessions()
    forget_expired()
