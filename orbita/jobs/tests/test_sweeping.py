"""Jobs of workers that died are tried again, and given up after three deaths."""

import pytest
from django.db import connection

from orbita.jobs import enqueue
from orbita.jobs.models import Job, State
from orbita.jobs.sweeping import sweep
from orbita.jobs.testing import waiting_jobs

pytestmark = pytest.mark.django_db


def execute(sql: str, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else None


def worker(seconds_ago: int) -> int:
    return execute(
        "INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now() - %s * interval '1 second') RETURNING id",
        seconds_ago,
    )[0][0]


def take(worker_id: int) -> None:
    execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", worker_id)


@pytest.fixture
def sleepy(declare):
    def sleep(**kwargs) -> None:
        """Sleeps."""

    return declare(sleep)


def test_the_job_of_a_silent_worker_waits_again(sleepy):
    enqueue(sleepy, number=1)
    take(worker(seconds_ago=45))
    assert sweep() == (1, 0)
    assert waiting_jobs() == [("tests.sleep", {"number": 1})]
    assert sweep() == (0, 0)


def test_the_job_of_a_living_worker_is_left_alone(sleepy):
    enqueue(sleepy)
    take(worker(seconds_ago=5))
    assert sweep() == (0, 0)
    assert waiting_jobs() == []


def test_the_job_of_a_forgotten_worker_waits_again(sleepy):
    enqueue(sleepy)
    take(worker(seconds_ago=45))
    execute("DELETE FROM procrastinate_workers")
    assert sweep() == (1, 0)


def test_a_job_that_kills_three_workers_is_given_up(declare, owner):
    def deadly(progress) -> None:
        """Would abort the process."""

    job = Job.start(declare(deadly, tracked=True), owner=owner, label="Deadly")
    enqueue(neighbour_of(declare))
    for deaths in range(3):
        execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s"
            " WHERE task_name = 'tests.deadly'",
            worker(seconds_ago=45),
        )
        assert sweep() == ((0, 1) if deaths == 2 else (1, 0))
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert waiting_jobs() == [("tests.neighbour", {})]


def neighbour_of(declare):
    def neighbour() -> None:
        """Harmless."""

    return declare(neighbour)
