"""“Fill in the source from the company” and setting the source, as operations on a list."""

import pytest

from orbita.deals.models import Deal
from orbita.preferences.models import StoredSetting
from orbita.records.history import history
from orbita.records.models import OperationRun, Source
from orbita.ui.ids import uuid7


@pytest.fixture
def targi(features):
    return Source.objects.create(name="Targi", position=0)


@pytest.fixture
def rows(make, kasia, piotr, targi):
    """Kasia's deals of a company with a source, one that has its own, one of Piotr."""
    other = Source.objects.create(name="Radio", position=1)
    acme = make("company", title="ACME", owner=kasia, source=targi)
    return {
        "empty": make("deal", title="Pusta", owner=kasia, company=acme),
        "full": make("deal", title="Pełna", owner=kasia, company=acme, source=other),
        "foreign": make("deal", title="Cudza", owner=piotr, company=acme),
    }


def address(key, slug="deals"):
    return f"/{slug}/operations/{key}/"


def run(client, key, rows, **values):
    token = str(uuid7())
    data = {"ids": [str(row.pk) for row in rows.values()], "token": token, **values}
    answer = client.post(f"{address(key)}runs/", data)
    assert answer.status_code == 302, answer.content.decode()
    return OperationRun.objects.get(pk=token)


def sources():
    return dict(Deal.objects.values_list("title", "source__name"))


def test_the_preview_counts_and_shows_what_would_come(client, kasia, rows):
    client.as_(kasia)
    data = {"ids": [str(row.pk) for row in rows.values()], "step": "preview"}
    page = client.post(address("fill-source"), data).content.decode()
    assert "Targi" in page
    assert "Pusta" in page
    assert "Only records without a source change." in page
    assert sources() == {"Pusta": None, "Pełna": "Radio", "Cudza": None}


def test_it_fills_what_is_empty_and_may_be_changed(client, kasia, rows):
    done = run(client.as_(kasia), "fill-source", rows)
    assert (done.changed, done.unchanged, done.refused) == (1, 1, 1)
    assert sources() == {"Pusta": "Targi", "Pełna": "Radio", "Cudza": None}
    entry = history(rows["empty"], kasia)[0]
    assert [(line.before, line.after) for line in entry.lines] == [("", "Targi")]
    assert entry.change_set.label == "Fill in the source from the company"


def test_the_source_is_set_and_cleared(client, kasia, rows, targi):
    run(client.as_(kasia), "set-source", rows, value=str(targi.pk))
    assert sources() == {"Pusta": "Targi", "Pełna": "Targi", "Cudza": None}
    run(client, "set-source", rows, clear="1")
    assert sources() == {"Pusta": None, "Pełna": None, "Cudza": None}


def test_they_exist_only_where_sources_are(client, kasia, rows):
    client.as_(kasia)
    part = {"HX-Request": "true"}
    for slug, offered in (("deals", True), ("persons", True), ("companies", False)):
        menu = client.get(f"/{slug}/operations/", headers=part).content.decode()
        assert ("fill-source" in menu) == offered
        assert "set-source" in menu
    StoredSetting.objects.filter(key="addons.sources").update(value=False)
    assert "source" not in client.get("/deals/operations/", headers=part).content.decode()
    data = {"ids": [str(rows["empty"].pk)], "token": str(uuid7())}
    assert client.post(f"{address('fill-source')}runs/", data).status_code == 404
    assert sources()["Pusta"] is None
