"""Fields of the account's own offer texts used before, as far as one may know them: R11."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.records import used_texts
from orbita.records.indexing import existing, sync_indexes
from orbita.records.models import CustomField, Visibility
from orbita.records.saving import save_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(db):
    """A short text of companies."""
    return CustomField.objects.create(kind="company", label="Branża", type="text")


@pytest.fixture
def indexed(field):
    """The same field, searched often, with its indexes."""
    field.is_indexed = True
    field.save()
    sync_indexes(field.pk)
    assert all(existing(field.pk).values())
    return field


@pytest.fixture
def hold(make, kasia, field):
    """Companies that hold these texts."""

    def put(*texts, owner=kasia, **values):
        for text in texts:
            record = make("company", title="Firma", owner=owner, **values)
            save_record(record, {field.key: text}, by=owner)
        return record

    return put


def address(field, kind="companies"):
    return f"/{kind}/fields/{field.key}/suggestions/"


def texts(browser, field, typed):
    return [one["value"] for one in browser.get(address(field), {"q": typed}).json()["results"]]


@pytest.mark.parametrize("way", ["field", "indexed"])
def test_texts_in_use_that_begin_so_are_offered_once_and_in_order(
    client, kasia, hold, way, request
):
    field = request.getfixturevalue(way)
    hold("Łożyska", "łożyska toczne", "Łożyska", "Okna", "50% więcej", 'Cudzysłów "x"')
    browser = client.as_(kasia)
    assert texts(browser, field, "ŁOŻ") == ["Łożyska", "łożyska toczne"]
    assert texts(browser, field, "łożyska t") == ["łożyska toczne"]
    assert texts(browser, field, "50%") == ["50% więcej"]
    assert texts(browser, field, "z") == texts(browser, field, " ") == []


@pytest.mark.parametrize("way", ["field", "indexed"])
@pytest.mark.parametrize("level", [Visibility.RESTRICTED, Visibility.HIDDEN])
def test_texts_of_records_that_are_closed_to_the_viewer_are_not_offered(
    client, kasia, ewa, hold, way, level, request
):
    field = request.getfixturevalue(way)
    hold("Likwidacja", owner=ewa, visibility=level)
    assert texts(client.as_(kasia), field, "likw") == []
    assert texts(client.as_(ewa), field, "likw") == ["Likwidacja"]


@pytest.mark.parametrize("way", ["field", "indexed"])
def test_texts_of_records_in_the_bin_are_not_offered(client, kasia, hold, way, request):
    field = request.getfixturevalue(way)
    record = hold("Likwidacja")
    browser = client.as_(kasia)
    assert texts(browser, field, "likw") == ["Likwidacja"]
    browser.post(f"{record.get_absolute_url()}binning/")
    assert texts(browser, field, "likw") == []


def test_a_field_that_is_not_for_ones_role_offers_nothing(client, anna, kasia, hold, field):
    hold("Likwidacja")
    field.roles = ["administrator"]
    field.save()
    assert client.as_(kasia).get(address(field), {"q": "l"}).status_code == 404
    assert texts(client.as_(anna), field, "likw") == ["Likwidacja"]


def test_among_very_many_records_only_an_index_is_asked(
    client, kasia, hold, field, indexed, monkeypatch
):
    hold("Łożyska")
    monkeypatch.setattr(used_texts, "FEW", -1)
    browser = client.as_(kasia)
    assert texts(browser, field, "ło") == ["Łożyska"]
    field.is_indexed = False
    field.save()
    assert texts(browser, field, "ło") == []


def test_each_step_goes_along_the_index(client, kasia, hold, indexed):
    hold(*(f"Branża {number}" for number in range(12)))
    with CaptureQueriesContext(connection) as asked:
        assert len(texts(client.as_(kasia), indexed, "bran")) == 10
    statement = next(one["sql"] for one in asked if "RECURSIVE" in one["sql"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    names = [name for name in existing(indexed.pk) if name in plan]
    assert sum(plan.count(f"using {name}") for name in names) == 3, plan
    assert "Index Cond: (" in plan


def test_who_is_not_to_be_offered_texts_switches_that_off(client, anna, kasia, hold, field):
    hold("Likwidacja")
    assert f'data-texts="{address(field)}"' in client.as_(kasia).get("/companies/new/").text
    url = f"/settings/forms/fields/companies/{field.pk}/"
    data = {"label": "Branża", "section": "other", "roles": ["manager", "user"]}
    assert client.as_(anna).post(url, data).status_code == 302
    field.refresh_from_db()
    assert not field.suggests
    page = client.as_(kasia).get("/companies/new/").text
    assert field.key in page
    assert "data-texts" not in page
    assert client.get(address(field), {"q": "likw"}).status_code == 404


def test_other_types_and_other_kinds_offer_nothing(client, kasia, hold, field):
    hold("Likwidacja")
    browser = client.as_(kasia)
    assert browser.get(address(field, "persons"), {"q": "l"}).status_code == 404
    for type_ in ("long_text", "email", "phone", "www", "number"):
        other = CustomField.objects.create(kind="company", label=type_, type=type_)
        assert browser.get(address(other), {"q": "l"}).status_code == 404
