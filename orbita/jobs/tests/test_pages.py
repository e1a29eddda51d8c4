"""The page of long work."""

import pytest
from django.urls import reverse

from orbita.accounts.models import User
from orbita.jobs.models import Job, State


@pytest.fixture
def job(owner):
    return Job.objects.create(owner=owner, label="Importing", task="x", done=40, total=80)


@pytest.fixture
def watching(client, owner):
    client.force_login(owner)
    return client


def test_the_owner_watches(watching, job):
    page = watching.get(reverse("job", args=[job.pk])).content.decode()
    assert "Importing" in page
    assert "50%" in page
    assert "hx-get" in page


def test_finished_work_asks_no_more_and_says_so(watching, job):
    Job.objects.update(state=State.DONE, done=80)
    answer = watching.get(reverse("job", args=[job.pk]), headers={"HX-Request": "true"})
    assert "hx-get" not in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert answer["HX-Trigger"] == "job-finished"


def test_the_owner_stops_it(watching, job):
    Job.objects.update(state=State.RUNNING)
    watching.post(reverse("job-cancellation", args=[job.pk]))
    job.refresh_from_db()
    assert job.cancel_requested
    assert job.state == State.RUNNING


def test_nobody_else_sees_or_stops_it(client, job):
    client.force_login(User.objects.create_user("inna@example.pl"))
    assert client.get(reverse("job", args=[job.pk])).status_code == 404
    assert client.post(reverse("job-cancellation", args=[job.pk])).status_code == 404
    job.refresh_from_db()
    assert not job.cancel_requested
