"""Who changed a record last, and through what it came: R1."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.api.tests.conftest import Caller
from orbita.contacts.models import Company
from orbita.notes.models import Note
from orbita.records.changes import change_set
from orbita.records.fields import origin
from orbita.records.models import Channel, Record, Visibility
from orbita.records.saving import new_record, save_record

pytestmark = pytest.mark.django_db


def add(kind, title, by, channel):
    record = new_record(kind, by=by)
    values = {"title": title, "owner": by}
    save_record(record, values, by=by, channel=channel)
    return record


@pytest.fixture
def world(make, kasia):
    """A company by form, one by API, one of an import, and one that no deed of ours has made."""
    first = make("company", title="Formularz", owner=kasia)
    kind = first.kind_object
    add(kind, "Program", kasia, Channel.API)
    add(kind, "Arkusz", kasia, Channel.IMPORT)
    unknown = add(kind, "Skądinąd", kasia, Channel.FORM)
    Record.objects.filter(pk=unknown.pk).update(changeset=None)
    return first


def listed(browser, parameters):
    page = browser.get(f"/companies/?{parameters}").content.decode()
    return set(re.findall(r'class="row-link name"[^>]*>([^<]+)<', page))


def row(browser, name, columns):
    page = browser.get(f"/companies/?columns=title,{columns}").content.decode()
    found = next(one for one in re.findall(r"<tr data-row.*?</tr>", page, re.S) if name in one)
    return [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", found)][-2:]


def test_a_list_says_who_changed_it_last_and_how_it_came(client, kasia, ewa, world):
    save_record(Company.objects.get(title="Program"), {"nip": "5260250274"}, by=ewa)
    browser = client.as_(kasia)
    assert row(browser, "Program", "changed_by,origin") == ["Ewa Maj", "API"]
    assert row(browser, "Arkusz", "changed_by,origin") == ["Kasia Nowak", "import"]
    assert row(browser, "Skądinąd", "changed_by,origin")[1] == ""


def test_contact_data_and_tags_count_as_changes_and_notes_do_not(client, kasia, ewa, piotr, world):
    save_record(world, {"tags": ["VIP"]}, by=ewa)
    with change_set(by=piotr):
        note = Note(record_id=world.pk, author=piotr)
        note.put("<p>Rozmowa</p>")
        note.save()
    assert row(client.as_(kasia), "Formularz", "changed_by,origin")[0] == "Ewa Maj"


def test_lists_are_narrowed_by_origin(client, kasia, world):
    browser = client.as_(kasia)
    assert listed(browser, "origin.is=import") == {"Arkusz"}
    assert listed(browser, "origin.is=import&origin.is=api") == {"Arkusz", "Program"}
    assert listed(browser, "origin.not=import") == {"Formularz", "Program", "Skądinąd"}
    assert listed(browser, "origin.empty=1") == {"Skądinąd"}
    assert listed(browser, "origin.filled=1") == {"Formularz", "Program", "Arkusz"}


def test_it_is_the_same_among_more_deeds_than_are_named(client, kasia, world, monkeypatch):
    monkeypatch.setattr(origin, "FEW_DEEDS", 0)
    test_lists_are_narrowed_by_origin(client, kasia, world)


def test_the_origin_of_a_restricted_record_is_not_shown(client, make, kasia, ewa, world):
    make("company", title="Zamknięta", owner=ewa, visibility=Visibility.RESTRICTED)
    browser = client.as_(kasia)
    assert row(browser, "Zamknięta", "changed_by,origin") == ["", ""]
    assert "Zamknięta" not in listed(browser, "origin.is=form")


def test_profile_and_api_say_both(client, kasia, ewa, world):
    save_record(world, {"nip": "5260250274"}, by=ewa)
    page = re.sub(r"<[^>]+>", " ", client.as_(kasia).get(world.get_absolute_url()).content.decode())
    assert re.search(r"Origin\s+form", page)
    assert re.search(r"Changed by\s+Ewa Maj", page)
    told = Caller(kasia).get(f"/companies/{world.pk}").json()
    assert told["origin"] == "form"
    assert told["changed_by"] == {"id": str(ewa.pk), "name": "Ewa Maj"}


def test_the_api_says_who_changed_records_and_lets_nobody_say_it(kasia, ewa, world):
    save_record(Company.objects.get(title="Program"), {"nip": "5260250274"}, by=ewa)
    hers = Caller(kasia)
    page = hers.get("/companies?fields=title,changed_by&expand=changed_by").json()
    told = {one["title"]: one["changed_by"] for one in page["items"]}
    assert told["Program"] == {"id": str(ewa.pk), "name": "Ewa Maj"}
    assert told["Arkusz"] == {"id": str(kasia.pk), "name": "Kasia Nowak"}
    assert told["Skądinąd"] is None
    assert {one["name"] for one in page["included"]["users"]} == {"Ewa Maj", "Kasia Nowak"}
    path = f"/companies/{world.pk}"
    before = hers.get(path)
    body = {"changed_by": {"id": str(ewa.pk)}}
    assert hers.patch(path, body, If_Match=before["ETag"]).status_code == 422
    assert hers.get(path).json() == before.json()


def test_the_api_leaves_out_who_changed_a_restricted_record(make, kasia, ewa):
    record = make("company", title="Zamknięta", owner=ewa, visibility=Visibility.RESTRICTED)
    (told,) = Caller(kasia).get("/companies").json()["items"]
    assert (told["id"], told["is_open"]) == (str(record.pk), False)
    assert "changed_by" not in told


def test_a_longer_list_asks_no_more(client, make, kasia, world):
    browser = client.as_(kasia)
    address = "/companies/?columns=title,changed_by,origin"
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    for number in range(5):
        make("company", title=f"Kolejna {number}", owner=kasia)
    with CaptureQueriesContext(connection) as many:
        browser.get(address)
    assert len(many) == len(few) <= 12


def test_who_tied_a_record_to_a_hidden_one_is_named_to_nobody(client, make, kasia, ewa, piotr):
    jan = make("person", last_name="Lis", owner=kasia)
    shown = make("company", title="Jawna", owner=kasia)
    hidden = make("company", title="Fuzja", owner=piotr, visibility=Visibility.HIDDEN)

    def changed_by():
        page = client.as_(kasia).get("/persons/?columns=title,changed_by").content.decode()
        return re.search(r'class="row-link name".*?<td[^>]*>(.*?)</td>', page, re.S)[1]

    save_record(jan, {"company": hidden}, by=piotr)
    assert changed_by() == "Kasia Nowak"
    told = Caller(kasia).get(f"/persons/{jan.pk}").json()
    assert told["changed_by"]["name"] == "Kasia Nowak"
    save_record(jan, {"company": shown}, by=ewa)
    assert changed_by() == "Ewa Maj"
    deal = make("deal", title="Wdrożenie", owner=kasia)
    secret = make("person", last_name="Cień", owner=piotr, visibility=Visibility.HIDDEN)
    save_record(deal, {"persons": [secret]}, by=piotr)
    page = client.get("/deals/?columns=title,changed_by").content.decode()
    assert "Piotr Lis" not in re.search(r"<tbody.*?</tbody>", page, re.S)[0]
    save_record(deal, {"persons": [jan]}, by=ewa)
    page = client.get("/deals/?columns=title,changed_by").content.decode()
    assert "Ewa Maj" in re.search(r"<tbody.*?</tbody>", page, re.S)[0]
