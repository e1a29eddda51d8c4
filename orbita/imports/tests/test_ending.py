"""The end of an import: one notification to its owner, unless they are watching."""

import pytest
from django.urls import reverse

from orbita.activity.models import Notification
from orbita.activity.reading import items
from orbita.imports import importing, running
from orbita.jobs.testing import run_jobs

pytestmark = pytest.mark.django_db
ROWS = [["Nazwa firmy"], ["Alfa"], ["Beta"]]


def test_its_owner_hears_of_the_end_once_and_is_led_to_the_report(client, upload, kasia, anna):
    imp = upload(ROWS, by=kasia)
    importing.start(imp, dry_run=True)
    run_jobs()
    assert not Notification.objects.exists()
    imp.refresh_from_db()
    importing.start(imp, dry_run=False)
    run_jobs()
    [item] = items(kasia)
    assert (item.text, item.url) == ("Import ended: plik.csv", reverse("import", args=[imp.pk]))
    assert not items(anna)
    assert client.as_(kasia).get(item.url).status_code == 200


def test_who_watches_is_not_told_and_a_failure_is_named(client, upload, kasia, monkeypatch):
    watched, broken = upload(ROWS, by=kasia), upload([ROWS[0], ["Gamma"]], by=kasia)
    importing.start(watched, dry_run=False)
    client.as_(kasia).get(reverse("import-progress", args=[watched.pk]))
    run_jobs()
    assert not items(kasia)

    def fail(*args: object, **kwargs: object) -> None:
        raise MemoryError

    monkeypatch.setattr(running, "write", fail)
    importing.start(broken, dry_run=False)
    with pytest.raises(MemoryError):
        run_jobs()
    [item] = items(kasia)
    assert item.text == "Stopped because of an error: plik.csv"
