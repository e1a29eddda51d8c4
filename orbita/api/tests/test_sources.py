"""Sources in the API: read with id, written by id or name, gone while switched off."""

import pytest

from orbita.preferences.models import StoredSetting
from orbita.records.models import Record, Source


@pytest.fixture(autouse=True)
def targi(features):
    StoredSetting.objects.update_or_create(key="sources.prefill", defaults={"value": True})
    return Source.objects.create(name="Targi", position=0)


def test_a_source_is_read_with_its_id_and_written_by_name(call, kasia, targi):
    kasia = call(kasia)
    made = kasia.post("/companies", {"title": "ACME", "source": "targi"})
    assert made.status_code == 201
    assert made.json()["source"] == {"id": targi.pk, "name": "Targi"}
    unknown = kasia.post("/companies", {"title": "Budex", "source": "Radio"})
    assert unknown.status_code == 422
    assert Source.objects.count() == 1
    assert Record.objects.count() == 1


def test_a_new_record_takes_nothing_over(call, kasia, make, targi):
    acme = make("company", title="ACME", owner=kasia, source=targi)
    made = call(kasia).post("/deals", {"title": "Wdrożenie", "company": str(acme.pk)})
    assert made.status_code == 201
    assert made.json()["source"] is None


def test_switched_off_it_is_neither_read_nor_written(call, kasia, make, targi):
    acme = make("company", title="ACME", owner=kasia, source=targi)
    StoredSetting.objects.filter(key="addons.sources").update(value=False)
    kasia = call(kasia)
    assert "source" not in kasia.get(f"/companies/{acme.pk}").json()
    answer = kasia.patch(f"/companies/{acme.pk}", {"source": None})
    assert answer.status_code == 422
    assert kasia.get(f"/companies?source.is={targi.pk}").status_code == 400
    acme.refresh_from_db()
    assert acme.source == targi
