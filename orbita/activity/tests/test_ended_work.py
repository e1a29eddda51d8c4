"""Who started long work and left hears of its end; who watches it does not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from orbita.activity.models import Notification, NotificationKind
from orbita.jobs.testing import run_jobs
from orbita.records.models import ChangeSet, Channel, OperationRun, RunState, Undo
from orbita.records.operations import operations, running
from orbita.records.undo import take_back, verbs

pytestmark = pytest.mark.django_db
ORDER = "/companies/operations/add-tags/runs/"


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch, make: Callable[..., Any], kasia: Any) -> None:
    """Three companies, and more than one is work for the worker."""
    monkeypatch.setattr(running, "AT_ONCE", 1)
    monkeypatch.setattr(verbs, "AT_ONCE", 1)
    for name in ("Alfa", "Beta", "Gamma"):
        make("company", title=name, owner=kasia)


def ordered(client: Any, user: Any) -> OperationRun:
    """Tags for all companies, ordered on the page."""
    client.as_(user).post(ORDER, {"all": "1", "query": "", "value": "Targi"})
    return OperationRun.objects.get()


def notices(client: Any, user: Any) -> str:
    """The page of notifications."""
    return str(client.as_(user).get("/notifications/").text)


def test_who_left_hears_that_the_operation_ended_and_finds_its_report(
    client: Any, kasia: Any, piotr: Any
) -> None:
    run = ordered(client, kasia)
    run_jobs()
    page = notices(client, kasia)
    assert f'href="{run.get_absolute_url()}"' in page
    assert f"Operation ended: {run.deed}" in page
    assert client.get("/notifications/count/").content == b"1"
    assert "Operation ended" not in notices(client, piotr)
    assert client.get(run.get_absolute_url()).status_code == 404


def test_who_watches_is_told_by_the_page_alone(client: Any, kasia: Any) -> None:
    run = ordered(client, kasia)
    client.get(run.get_absolute_url(), headers={"HX-Request": "true"})
    run_jobs()
    assert "Done." in client.get(run.get_absolute_url()).text
    assert not Notification.objects.exists()

    undo = take_back(ChangeSet.objects.get(channel=Channel.LIST_OPERATION), by=kasia)
    client.get(reverse("undo-progress", args=[undo.changeset_id]))
    run_jobs()
    assert Undo.objects.get().is_done
    assert not Notification.objects.exists()


def test_another_who_looks_at_an_undo_does_not_keep_its_end_from_its_owner(
    client: Any, kasia: Any, anna: Any
) -> None:
    ordered(client, kasia)
    run_jobs()
    undo = take_back(ChangeSet.objects.get(channel=Channel.LIST_OPERATION), by=kasia)
    client.as_(anna).get(undo.get_absolute_url())
    run_jobs()
    told = Notification.objects.get(kind=NotificationKind.UNDO)
    assert told.user == kasia
    page = notices(client, kasia)
    assert "Undo ended: " in page
    assert f'href="{undo.get_absolute_url()}"' in page


def test_few_records_are_done_at_once_and_need_no_word(
    client: Any, kasia: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AT_ONCE", 100)
    run = ordered(client, kasia)
    run_jobs()
    assert (run.state, run.changed) == (RunState.DONE, 3)
    assert not Notification.objects.exists()


def test_who_stops_it_needs_no_word_and_a_failure_is_told(
    client: Any, kasia: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ordered(client, kasia)
    client.post(reverse("operation-run-cancellation", args=[run.pk]))
    run_jobs()
    client.get(run.get_absolute_url())
    assert OperationRun.objects.get().state == RunState.CANCELLED
    assert not Notification.objects.exists()

    OperationRun.objects.all().delete()
    run = ordered(client, kasia)

    def break_down(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(operations._operations["add-tags"], "write", break_down, raising=False)
    with pytest.raises(RuntimeError):
        run_jobs()
    page = notices(client, kasia)
    assert f"Stopped because of an error: {run.deed}" in page
    assert f'href="{run.get_absolute_url()}"' in page


def test_the_latest_operations_lead_to_their_own_reports(
    client: Any, kasia: Any, anna: Any
) -> None:
    run = ordered(client, kasia)
    run_jobs()
    deed = ChangeSet.objects.get(channel=Channel.LIST_OPERATION)
    preview = reverse("undo", args=[deed.pk])
    page = client.get(reverse("operations")).text
    assert f'<a class="name" href="{run.get_absolute_url()}"' in page
    assert preview in page

    take_back(deed, by=kasia)
    assert "Taking back" in client.get(reverse("operations")).text
    run_jobs()
    result = Undo.objects.get().result_id
    page = client.get(reverse("operations")).text
    assert f'<a class="name" href="{run.get_absolute_url()}"' in page
    assert f'<a class="name" href="{preview}"' in page  # of the undo: its report
    assert f'<a class="name" href="{reverse("undo", args=[result])}"' not in page

    page = client.as_(anna).get(reverse("operations")).text
    assert run.get_absolute_url() not in page  # an administrator sees the deed, not the order
    assert preview in page
