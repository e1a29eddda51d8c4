"""Long exports: written by the worker, private, and gone when rights or time have gone."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import reverse
from django.utils import timezone

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.activity.models import Notification, NotificationKind
from orbita.jobs.testing import run_jobs
from orbita.records import exporting
from orbita.records.jobs import forget_exports
from orbita.records.models import Export, Record

pytestmark = pytest.mark.django_db
ADDRESS = "/companies/export/csv/"


@pytest.fixture(autouse=True)
def few_are_many(
    settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Any, kasia: Any
) -> None:
    """Three companies, and more than one makes a long list."""
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    for name in ("Alfa", "Beta", "=Gamma"):
        make("company", title=name, owner=kasia, city="Kraków")


def file_of(client: Any, export: Export) -> list[list[str]]:
    """The rows of the downloaded file."""
    answer = client.get(reverse("export-file", args=[export.pk]))
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_a_long_list_is_written_by_the_worker_with_its_filter_and_columns(
    client: Any, kasia: Any, make: Callable[..., Any]
) -> None:
    make("company", title="Delta", owner=kasia, city="Łódź")
    address = f"{ADDRESS}?columns=title,city&city.is=Kraków&sort=-title"
    assert "Write the file" in client.as_(kasia).get(address).text
    assert not Export.objects.exists()
    client.post(address)
    export = Export.objects.get()
    page = reverse("export-job", args=[export.pk])
    assert "/progress/" in client.get(page).text
    assert client.get(reverse("export-file", args=[export.pk])).status_code == 404
    run_jobs()
    export.refresh_from_db()
    assert (export.job.state, export.job.done, export.rows) == ("done", 3, 3)
    header, *rows = file_of(client, export)
    assert header == ["Name", "City"]
    assert sorted(rows) == [["'=Gamma", "Kraków"], ["Alfa", "Kraków"], ["Beta", "Kraków"]]
    assert export.path.stat().st_mode & 0o777 == 0o600
    assert AuditEntry.objects.get(action=AuditAction.EXPORTED).actor == kasia
    assert Notification.objects.get(kind=NotificationKind.EXPORT).user == kasia
    assert page in client.get("/notifications/").text


def test_rights_are_those_of_the_run(client: Any, kasia: Any, piotr: Any) -> None:
    client.as_(kasia).post(f"{ADDRESS}?columns=title")
    Record.objects.filter(title="Beta").update(owner=piotr, visibility=3)
    run_jobs()
    rows = file_of(client, Export.objects.get())
    assert "Beta" not in str(rows)
    assert len(rows) == 3


def test_the_file_is_its_owners_alone_and_only_as_long_as_they_may(
    client: Any, kasia: Any, piotr: Any, anna: Any
) -> None:
    client.as_(kasia).post(f"{ADDRESS}?columns=title")
    run_jobs()
    export = Export.objects.get()
    address = reverse("export-file", args=[export.pk])
    assert client.as_(piotr).get(address).status_code == 404
    assert client.as_(anna).get(address).status_code == 404
    assert client.as_(kasia).get(address).status_code == 200
    Record.objects.filter(title="Beta").update(owner=piotr, visibility=3)
    assert client.get(address).status_code == 404
    assert "any more" in client.get(reverse("export-job", args=[export.pk])).text


def test_without_the_right_there_is_no_export(
    client: Any, kasia: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.as_(kasia).post(f"{ADDRESS}?columns=title")
    run_jobs()
    file = reverse("export-file", args=[Export.objects.get().pk])
    monkeypatch.setattr(
        "orbita.accounts.rights.role_allows", lambda role, kind, action: action != "export"
    )
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS).status_code == 403
    assert client.get(file).status_code == 403
    assert "/export/" not in client.get("/companies/").text
    assert Export.objects.count() == 1


def test_old_files_are_removed(client: Any, kasia: Any) -> None:
    client.as_(kasia).post(f"{ADDRESS}?columns=title")
    run_jobs()
    export = Export.objects.get()
    Export.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert client.get(reverse("export-file", args=[export.pk])).status_code == 404
    forget_exports()
    assert not Export.objects.exists()
    assert not export.path.exists()
    assert not export.ids_path.exists()


def test_a_stopped_export_leaves_nothing(
    client: Any, kasia: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    from orbita.jobs import Cancelled
    from orbita.jobs.progress import Progress

    client.as_(kasia).post(f"{ADDRESS}?columns=title")

    def stop(self: Any) -> None:
        raise Cancelled

    monkeypatch.setattr(Progress, "check_cancelled", stop)
    run_jobs()
    export = Export.objects.get()
    assert export.job.state == "cancelled"
    assert not list((settings.MEDIA_ROOT / "exports").iterdir())
    assert "stopped" in client.get(reverse("export-job", args=[export.pk])).text


def test_a_short_list_is_answered_at_once(
    client: Any, kasia: Any, make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 100)
    answer = client.as_(kasia).post(f"{ADDRESS}?whole=1")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    header = next(csv.reader(io.StringIO(text), delimiter=";"))
    assert {"ID number", "NIP", "Description", "Participants"} <= set(header)
    assert not Export.objects.exists()
