"""Enqueuing belongs to the transaction of the data."""

import pytest
from django.core.signals import request_finished, request_started
from django.db import transaction

from orbita.jobs import enqueue, find, periodic, registry
from orbita.jobs.testing import run_jobs, waiting_jobs

pytestmark = pytest.mark.django_db


def test_a_job_runs_with_its_arguments(declare):
    seen = []

    def note(word: str, times: int) -> None:
        seen.append((word, times))

    enqueue(declare(note), word="zażółć", times=2)
    assert waiting_jobs() == [("tests.note", {"word": "zażółć", "times": 2})]
    assert run_jobs() == 1
    assert seen == [("zażółć", 2)]
    assert waiting_jobs() == []


def test_a_rollback_takes_the_job_back(declare):
    def never() -> None:
        raise AssertionError

    task = declare(never)
    with transaction.atomic():
        enqueue(task)
        transaction.set_rollback(True)
    assert run_jobs() == 0


def test_arguments_must_be_json(declare):
    def anything(**kwargs) -> None:
        """Takes all."""

    with pytest.raises(TypeError):
        enqueue(declare(anything), when=object())
    assert waiting_jobs() == []


def test_jobs_that_jobs_enqueue_run_too(declare):
    seen = []

    def second() -> None:
        seen.append("second")

    later = declare(second)

    def first() -> None:
        enqueue(later)

    enqueue(declare(first))
    assert run_jobs() == 2
    assert seen == ["second"]


def test_two_tasks_cannot_share_a_name(declare):
    def same() -> None:
        """Nothing."""

    declare(same)
    with pytest.raises(ValueError, match="tests.same"):
        declare(same)


def test_a_periodic_task_keeps_its_name_and_gains_a_clock(declare):
    def nightly() -> None:
        """Nothing."""

    periodic(cron="0 3 * * *")(declare(nightly))
    assert find("tests.nightly").cron == "0 3 * * *"


def test_the_failure_of_a_job_is_seen(declare):
    def breaks() -> None:
        raise ZeroDivisionError

    enqueue(declare(breaks))
    with pytest.raises(ZeroDivisionError):
        run_jobs()


def test_housekeeping_is_declared():
    assert any(task.name == "jobs.housekeeping" and task.cron for task in registry.all_tasks())
    find("jobs.housekeeping")()


def test_a_job_is_a_request_to_the_caches_of_requests(declare):
    seen = []

    def work() -> None:
        seen.append("work")

    def begin(**kwargs) -> None:
        seen.append("begin")

    def end(**kwargs) -> None:
        seen.append("end")

    request_started.connect(begin)
    request_finished.connect(end)
    try:
        enqueue(declare(work))
        run_jobs()
    finally:
        request_started.disconnect(begin)
        request_finished.disconnect(end)
    assert seen == ["begin", "work", "end"]
