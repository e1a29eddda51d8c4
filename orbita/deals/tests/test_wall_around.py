"""The wall of a company with what happens around it: its people and its deals."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orbita.activity import around as around_module
from orbita.notes.models import Note
from orbita.preferences.models import StoredSetting
from orbita.records import joint_history
from orbita.records.changes import change_set
from orbita.records.models import Record, Visibility
from orbita.records.rights import key_of
from orbita.records.saving import save_record
from orbita.records.trash import move_to_bin

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Files of a test go with it."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def acme(make, kasia):
    return make("company", title="ACME", owner=kasia)


@pytest.fixture
def ada(make, acme, kasia):
    return make("person", last_name="Ada", company=acme, owner=kasia)


@pytest.fixture
def deal(make, acme, ada, kasia):
    return make("deal", title="Wdrożenie", company=acme, persons=[ada], value=100, owner=kasia)


@pytest.fixture
def wall(client):
    def get(user, record, query=""):
        answer = client.as_(user).get(f"{record.get_absolute_url()}wall/{query}")
        assert answer.status_code == 200
        return answer.content.decode().replace("\xa0", " ")

    return get


def note(record, text, by, **values):
    with change_set(by=by):
        one = Note(record_id=record.pk, author=by, **values)
        one.put(f"<p>{text}</p>")
        one.save()
    return one


def change(record, by, **values):
    fresh = type(record).objects.get(pk=record.pk)
    save_record(fresh, values, by=by, fields=fresh.kind_object.all_fields())


def words(page):
    """The texts of notes, in their order."""
    return re.findall(r"<p>(słowo \d+)</p>", page)


def older(page):
    found = re.search(r'class="wall-more"><a[^>]* href="[^"?]*(\?[^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_a_company_shows_what_happens_to_its_people_and_deals_and_whose_it_is(
    client, wall, acme, ada, deal, kasia, marek
):
    note(ada, "Woli e-mail", kasia)
    note(deal, "Czekają na budżet", kasia)
    change(deal, kasia, value=250)
    file = SimpleUploadedFile("oferta.pdf", b"%PDF-1.4 abc")
    client.as_(kasia).post(f"{ada.get_absolute_url()}files/", {"files": [file]})
    page = wall(marek, acme)
    for shown in ("Woli e-mail", "Czekają na budżet", "250.00 PLN"):
        assert shown in page
    links = re.findall(r'entry-origin.*?href="([^"]+)"', page)
    assert {ada.get_absolute_url(), deal.get_absolute_url()} == set(links)
    assert "Woli e-mail" in wall(marek, acme, "?show=notes")
    assert "Woli e-mail" in wall(marek, acme, "?q=woli")
    assert "250.00 PLN" in wall(marek, acme, "?show=changes")
    assert "oferta.pdf" in wall(marek, acme, "?show=files")
    assert "Czekają na budżet" in wall(marek, ada)
    assert "Woli e-mail" not in wall(marek, deal)


def test_the_wall_of_one_record_alone_is_remembered(client, wall, acme, ada, kasia):
    note(ada, "Woli e-mail", kasia)
    page = client.as_(kasia).get(acme.get_absolute_url()).content.decode()
    assert "Also: People, Deals" in page
    assert "Woli e-mail" in page
    url = f"{acme.get_absolute_url()}wall/scope/"
    part = client.post(url, {"alone": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert "Woli e-mail" not in part
    assert "Woli e-mail" not in wall(kasia, acme)
    assert client.post(url, {"alone": "0"}).status_code == 302
    assert "Woli e-mail" in wall(kasia, acme)


@pytest.mark.parametrize("level", [Visibility.RESTRICTED, Visibility.HIDDEN])
def test_what_is_closed_to_the_viewer_is_not_on_the_wall(wall, make, acme, kasia, ewa, level):
    closed = make("deal", title="Fuzja", company=acme, visibility=level, owner=kasia)
    note(closed, "Tajna cena", kasia)
    change(closed, kasia, value=31415)
    bare = wall(ewa, make("company", title="Pusta", owner=kasia))
    page = wall(ewa, acme)
    for secret in ("Tajna cena", "31,415", "Fuzja", str(closed.pk)):
        assert secret not in page
    assert page.count("<article") == bare.count("<article")
    assert "Tajna cena" in wall(kasia, acme)


def test_private_notes_binned_records_and_kinds_without_a_right_stay_out(
    wall, acme, ada, deal, kasia, marek
):
    note(ada, "Tylko moje", kasia, visibility=2)
    note(deal, "Czekają na budżet", kasia)
    assert "Tylko moje" in wall(kasia, acme)
    assert "Tylko moje" not in wall(marek, acme)
    StoredSetting.objects.create(key=key_of(marek.role, "deal"), value=[])
    page = wall(marek, acme)
    assert "Czekają na budżet" not in page
    assert "Also: People<" in page
    move_to_bin(deal, by=kasia)
    assert "Czekają na budżet" not in wall(kasia, acme)


def test_pages_show_everything_once_in_its_order_across_ties(wall, make, acme, ada, kasia):
    """Notes of one moment on two records, and changes between them."""
    now = timezone.now() - timedelta(days=1)
    for number in range(60):
        one = note((acme, ada)[number % 2], f"słowo {number}", kasia)
        Note.objects.filter(pk=one.pk).update(created_at=now - timedelta(minutes=number // 20))
    for number in range(30):
        change(ada, kasia, position=f"Stanowisko {number}")
    seen, changed, query = [], [], ""
    for _page in range(20):
        page = wall(kasia, acme, query)
        seen += words(page)
        changed += re.findall(r"<ins class=\"name\">(Stanowisko \d+)<", page)
        query = older(page)
        if not query:
            break
    assert len(seen) == 60
    assert set(seen) == {f"słowo {number}" for number in range(60)}
    minutes = [int(word.split()[1]) // 20 for word in seen]
    assert minutes == sorted(minutes)
    assert changed == [f"Stanowisko {number}" for number in reversed(range(30))]


def test_one_deed_on_many_people_is_one_entry(wall, make, acme, kasia, monkeypatch):
    monkeypatch.setattr(joint_history, "WINDOW", 10)
    people = [make("person", last_name=f"Osoba{n}", company=acme, owner=kasia) for n in range(6)]
    with change_set(by=kasia, label="Porządki"):
        for person in people:
            change(person, kasia, position="Prezes")
    page = wall(kasia, acme)
    assert page.count("Porządki") == 1
    assert "and 5 more records" in page
    assert all(person.get_absolute_url() in page for person in people)


def test_a_short_page_of_changes_keeps_older_notes_for_the_next_one(
    wall, make, acme, ada, kasia, monkeypatch
):
    monkeypatch.setattr(joint_history, "WINDOW", 3)
    old = note(acme, "słowo 1", kasia)
    Note.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=2))
    for number in range(5):
        change(ada, kasia, position=f"Stanowisko {number}")
    first = wall(kasia, acme, "")
    assert "Stanowisko 4" in first
    assert "słowo 1" not in first
    assert "Stanowisko 0" not in first
    second = wall(kasia, acme, older(first))
    assert second.index("Stanowisko 0") < second.index("słowo 1")


def test_a_value_stands_with_the_currency_of_its_time(wall, acme, deal, kasia):
    change(deal, kasia, value=200)
    change(deal, kasia, currency="EUR")
    change(deal, kasia, value=300)
    page = wall(kasia, acme, "?show=changes")
    assert "200.00 PLN" in page
    assert "300.00 EUR" in page


def test_of_very_many_those_that_changed_last_are_looked_at(
    wall, make, acme, ada, kasia, monkeypatch
):
    monkeypatch.setattr(around_module, "MOST", 1)
    bea = make("person", last_name="Bea", company=acme, owner=kasia)
    Record.objects.filter(pk=ada.pk).update(updated_at=timezone.now() - timedelta(days=1))
    note(ada, "Stara", kasia)
    note(bea, "Nowa", kasia)
    page = wall(kasia, acme)
    assert "Nowa" in page
    assert "Stara" not in page
    assert "Of very many, the 1 that were changed last" in page


def test_the_wall_costs_the_same_queries_however_much_is_around(client, make, acme, kasia, anna):
    browser, seen = client.as_(kasia), []
    browser.get(acme.get_absolute_url())
    for count in (3, 12):
        for number in range(count):
            person = make("person", last_name=f"Osoba {number}", company=acme, owner=kasia)
            deal = make("deal", title=f"D{number}", company=acme, persons=[person], owner=kasia)
            note(person, f"słowo {number}", kasia)
            change(person, kasia, position="Prezes", tags=[f"tag {number}"])
            change(deal, kasia, value=number + 1, owner=anna)
        with CaptureQueriesContext(connection) as captured:
            browser.get(acme.get_absolute_url())
        seen.append(len(captured))
    assert seen[0] == seen[1] <= 22  # twenty, the session and the settings
