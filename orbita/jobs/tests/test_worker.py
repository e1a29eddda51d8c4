"""The worker as a process of its own: it works, dies, recovers and stops."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from orbita.accounts.models import User
from orbita.jobs import enqueue
from orbita.jobs.models import Job, State
from orbita.jobs.tests.worker_tasks import long_work, note, suicide

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
PROGRAM = str(Path(__file__).with_name("run_worker.py"))


@contextmanager
def a_worker() -> Iterator[subprocess.Popen]:
    database = connection.settings_dict["NAME"]
    process = subprocess.Popen(
        [sys.executable, PROGRAM, database],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "It did not happen in time"
        time.sleep(0.1)


def state_of(queue_id: int) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [queue_id])
        row = cursor.fetchone()
    return row[0] if row else None


def test_a_worker_runs_jobs_and_stops_when_told():
    queue_id = enqueue(note, first_name="Zrobione")
    with a_worker() as worker:
        until(lambda: state_of(queue_id) is None)
        assert User.objects.filter(first_name="Zrobione").exists()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=30) == 0


def test_the_job_of_a_killed_worker_is_done_by_the_next_within_a_minute():
    owner = User.objects.create_user("kto@example.pl")
    job = Job.start(long_work, owner=owner, label="Long", seconds=3)
    with a_worker() as worker:
        until(lambda: Job.objects.get().state == State.RUNNING)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    with a_worker():
        until(lambda: Job.objects.get().state == State.DONE, seconds=60)
    job.refresh_from_db()
    assert job.result == {"attempts": 2}


def test_stopping_hands_a_long_job_back_without_counting_it():
    owner = User.objects.create_user("kto@example.pl")
    Job.start(long_work, owner=owner, label="Long", seconds=60)
    with a_worker() as worker:
        until(lambda: Job.objects.get().state == State.RUNNING)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=30) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, attempts FROM procrastinate_jobs")
        assert cursor.fetchall() == [("todo", 0)]


def test_the_queue_goes_on_after_a_job_that_kills_its_worker():
    deadly = enqueue(suicide)
    with a_worker() as worker:
        assert worker.wait(timeout=60) == -signal.SIGKILL
    harmless = enqueue(note, first_name="Dalej")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 2 WHERE id = %s", [deadly])
    with a_worker():
        until(lambda: state_of(harmless) is None)
        until(lambda: state_of(deadly) == "failed", seconds=60)


def test_a_worker_comes_back_when_its_connections_were_cut():
    with a_worker():
        first = enqueue(note, first_name="Przed")
        until(lambda: state_of(first) is None)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        second = enqueue(note, first_name="Po")
        until(lambda: state_of(second) is None, seconds=60)
