"""Records that nobody touches become free, after a notice, and the deed can be taken back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from orbita.activity.models import Notification
from orbita.jobs.registry import find
from orbita.jobs.testing import run_jobs
from orbita.preferences.models import StoredSetting
from orbita.records import releasing, undo
from orbita.records.history import history
from orbita.records.models import ChangeSet, Record, ReleaseNotice, Visibility
from orbita.records.saving import save_record
from orbita.records.undo.reading import deeds_for

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def put(**values):
    for key, value in values.items():
        StoredSetting.objects.update_or_create(
            key=f"owner.{key}.contacts", defaults={"value": value}
        )


def age(*records, days):
    """Make the records look untouched for so long, in the ledger too."""
    at = timezone.now() - days * DAY
    Record.objects.filter(pk__in=[one.pk for one in records]).update(updated_at=at)


def owner_of(record):
    return Record.objects.get(pk=record.pk).owner


@pytest.fixture
def idle(make_many, make, kasia, piotr):
    """Three companies of Kasia, two untouched; one that only she could open; a deal."""
    companies = make_many("company", 3, title="Firma {}", owner=kasia)
    closed = make("company", title="Zamknięta", owner=kasia, visibility=Visibility.HIDDEN)
    deal = make("deal", title="Szansa", owner=kasia)
    age(*companies[:2], closed, deal, days=100)
    run_jobs()
    Notification.objects.all().delete()
    return [*companies, closed, deal]


def test_nothing_is_released_until_somebody_says_so(idle):
    assert releasing.run() is None
    assert not ReleaseNotice.objects.exists()
    assert find("records.release_inactive").cron


def test_a_notice_comes_first_and_then_the_release_as_one_deed(client, idle, anna, kasia, piotr):
    put(release=90, notice=7)
    now = timezone.now()
    assert releasing.run(now) is None
    assert set(ReleaseNotice.objects.values_list("record", flat=True)) == {
        idle[0].pk,
        idle[1].pk,
    }
    assert list(Notification.objects.values_list("user", "kind", "record")) == [
        (kasia.pk, "release", None)
    ]
    page = client.as_(kasia).get("/").content.decode()
    assert "Untouched for long; without an owner from" in page
    profile = client.get(f"/companies/{idle[0].pk}/").content.decode()
    assert "Any edit or note keeps it." in profile
    releasing.run(now + DAY)
    assert Notification.objects.count() == 1
    assert releasing.run(now + 6 * DAY) is None
    deed = releasing.run(now + 8 * DAY)
    assert [owner_of(one) for one in idle] == [None, None, kasia, kasia, kasia]
    run_jobs()
    told = Notification.objects.filter(user=kasia, kind="unassigned")
    assert [one.record for one in told] == [None]
    entry = history(Record.objects.get(pk=idle[0].pk), anna)[0]
    assert (entry.change_set.channel, entry.change_set.actor) == ("job", None)
    assert "Take over" in client.as_(piotr).get("/").content.decode()
    assert "Firma 0" in client.get("/companies/?owner.empty=1").content.decode()
    changes = ChangeSet.objects.get(pk=deed)
    assert changes in deeds_for(anna)
    assert changes not in deeds_for(kasia)
    assert str(deed) in client.as_(anna).get("/operations/").content.decode()
    assert str(deed) not in client.as_(kasia).get("/operations/").content.decode()
    undo.take_back(changes, by=anna)
    assert {owner_of(one) for one in idle} == {kasia}
    assert releasing.run(now + 9 * DAY) is None


def test_whatever_happens_to_a_record_keeps_it(client, idle, kasia, anna):
    """An edit, a note, another owner; a note does not change the record itself."""
    put(release=90, notice=7)
    now = timezone.now()
    releasing.run(now)
    profile = f"/companies/{idle[0].pk}/"
    client.as_(kasia).post(f"{profile}notes/", {"body": "<p>Rozmowa</p>"})
    assert "Any edit or note keeps it." not in client.get(profile).content.decode()
    save_record(idle[1].kind_object.model.objects.get(pk=idle[1].pk), {"owner": anna}, by=anna)
    age(idle[1], days=100)
    assert releasing.run(now + 8 * DAY) is None
    assert (owner_of(idle[0]), owner_of(idle[1])) == (kasia, anna)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_releasenotice")
        assert cursor.fetchone() == (0,)


def test_without_a_notice_it_goes_at_once_in_small_steps(idle, monkeypatch):
    monkeypatch.setattr(releasing, "CHUNK", 1)
    put(release=90, notice=0)
    deed = releasing.run()
    assert [owner_of(one) for one in idle[:2]] == [None, None]
    assert [one.pk for one in ChangeSet.objects.filter(channel="job")] == [deed]
