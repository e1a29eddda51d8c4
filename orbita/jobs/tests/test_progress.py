"""Long work shows how far it is and can be cancelled."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from orbita.accounts.models import User
from orbita.jobs import stopping
from orbita.jobs.models import Job, State
from orbita.jobs.progress import Progress
from orbita.jobs.stopping import Cancelled, HandedBack
from orbita.jobs.testing import run_jobs


@pytest.mark.django_db
def test_finished_work_has_figures_and_a_result(declare, owner):
    def count(progress: Progress, upto: int) -> dict:
        progress.update(total=upto)
        for _ in range(upto):
            progress.advance()
        return {"counted": upto}

    job = Job.start(declare(count, tracked=True), owner=owner, label="Counting", upto=7)
    assert job.state == State.WAITING
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent) == (State.DONE, 7, 7, 100)
    assert job.result == {"counted": 7}
    assert job.started_at <= job.finished_at
    assert job.is_finished


@pytest.mark.django_db
def test_work_that_raises_is_failed(declare, owner):
    def breaks(progress: Progress) -> None:
        progress.advance(3)
        raise ZeroDivisionError

    job = Job.start(declare(breaks, tracked=True), owner=owner, label="Breaking")
    with pytest.raises(ZeroDivisionError):
        run_jobs()
    job.refresh_from_db()
    assert (job.state, job.done) == (State.FAILED, 3)


@pytest.mark.django_db
def test_waiting_work_is_cancelled_at_once(declare, owner):
    seen = []

    def work(progress: Progress) -> None:
        seen.append(1)

    job = Job.start(declare(work, tracked=True), owner=owner, label="Work")
    job.cancel()
    assert job.state == State.CANCELLED
    run_jobs()
    assert seen == []


@pytest.mark.django_db
def test_running_work_is_cancelled_at_its_next_check(declare, owner, monkeypatch):
    monkeypatch.setattr("orbita.jobs.progress.INTERVAL", 0)

    def work(progress: Progress) -> None:
        for _ in range(10):
            progress.advance()
            if progress.done == 4:
                Job.objects.get(pk=progress.job.pk).cancel()
            progress.check_cancelled()

    job = Job.start(declare(work, tracked=True), owner=owner, label="Work")
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.done) == (State.CANCELLED, 4)


@pytest.mark.django_db
def test_writes_are_throttled(owner, django_assert_num_queries):
    progress = Progress(Job.objects.create(owner=owner, label="Many", task="x"))
    with django_assert_num_queries(1):
        for _ in range(1000):
            progress.advance()


@pytest.mark.django_db(transaction=True)
def test_the_owner_sees_progress_before_the_commit(owner):
    job = Job.objects.create(owner=owner, label="Long", task="x", total=10)
    progress = Progress(job, autonomous=True)
    other = connection.copy()
    try:
        with transaction.atomic():
            User.objects.filter(pk=owner.pk).update(first_name="Nie")
            progress.update(done=6)
            with other.cursor() as cursor:
                cursor.execute("SELECT done FROM jobs_job WHERE id = %s", [job.pk])
                assert cursor.fetchone() == (6,)
            transaction.set_rollback(True)
    finally:
        progress.close()
        other.close()
    job.refresh_from_db()
    assert job.done == 6


@pytest.mark.django_db
def test_work_is_handed_back_when_the_worker_stops(owner, monkeypatch):
    progress = Progress(Job.objects.create(owner=owner, label="Long", task="x"))
    progress.check_cancelled()
    stopping.stop_all()
    try:
        with pytest.raises(HandedBack):
            progress.check_cancelled()
    finally:
        stopping._stopping.clear()


@pytest.mark.django_db
def test_a_cancelled_job_says_so(owner):
    job = Job.objects.create(owner=owner, label="x", task="x", cancel_requested=True)
    with pytest.raises(Cancelled):
        Progress(job).check_cancelled()


def test_rate_and_remaining_time():
    now = timezone.now()
    job = Job(
        state=State.RUNNING,
        done=200,
        total=500,
        started_at=now - timedelta(seconds=10),
        heartbeat_at=now,
    )
    assert job.rate == pytest.approx(20)
    assert job.remaining == timedelta(seconds=15)
    assert job.percent == 40


def test_nothing_is_claimed_before_anything_is_known():
    job = Job(state=State.RUNNING, done=0, started_at=timezone.now())
    assert (job.rate, job.remaining, job.percent) == (None, None, None)


@pytest.mark.django_db
def test_only_the_owner_sees_a_job(owner):
    other = User.objects.create_user("inna@example.pl")
    job = Job.objects.create(owner=owner, label="Mine", task="x")
    assert list(Job.objects.visible_to(owner)) == [job]
    assert list(Job.objects.visible_to(other)) == []
