"""Acquisition sources: the switch, the dictionary, the field; AC-24 to AC-28, 146, 148, 149."""

import pytest
from django.test import Client

from orbita.accounts.audit import AuditEntry
from orbita.jobs.testing import run_jobs
from orbita.preferences import feature_enabled
from orbita.records.history import history
from orbita.records.kinds import kinds
from orbita.records.models import Record, SavedView, Source

PAGE = "/settings/sources/"
SWITCH = "/settings/add-ons/sources/switch/"
LABEL = "Acquisition source"
KINDS = ("companies", "persons", "deals")


@pytest.fixture
def targi(features):
    return Source.objects.create(name="Targi", position=0)


@pytest.fixture
def polecenie(targi):
    return Source.objects.create(name="Polecenie", position=1)


@pytest.fixture
def admin(client, anna):
    return client.as_(anna)


def read(client, address):
    return client.get(address).content.decode()


# The switch ----------------------------------------------------------------------------------


def test_a_fresh_account_does_not_mention_sources(admin, anna):
    assert not feature_enabled("sources")
    for slug in KINDS:
        assert LABEL not in read(admin, f"/{slug}/")
        assert LABEL not in read(admin, f"/{slug}/new/")
    assert all("source" not in kind.fields(anna) for kind in kinds)


def test_switched_on_the_field_is_in_the_six_forms_at_once(client, anna, kasia, make):
    company = make("company", title="ACME", owner=kasia)
    person = make("person", last_name="Kowalski", owner=kasia)
    deal = make("deal", title="Wdrożenie", owner=kasia)
    client.as_(anna).post(SWITCH, {"on": "0"})
    forms = [f"/{slug}/new/" for slug in KINDS]
    forms += [f"{one.get_absolute_url()}edit/" for one in (company, person, deal)]
    client.as_(kasia)
    assert not any(LABEL in read(client, address) for address in forms)
    client.as_(anna).post(SWITCH, {"on": "1"})
    client.as_(kasia)
    assert all(LABEL in read(client, address) for address in forms)


def test_switching_off_and_on_again_keeps_the_values(admin, kasia, make, targi):
    acme = make("company", title="ACME", owner=kasia, source=targi)
    admin.post(SWITCH, {"on": "0"})
    assert "Targi" not in read(admin, acme.get_absolute_url())
    admin.post(SWITCH, {"on": "1"})
    assert "Targi" in read(admin, acme.get_absolute_url())


@pytest.mark.parametrize("who", ["kasia", "marek"])
def test_others_than_administrators_are_refused(client, request, targi, who):
    client.as_(request.getfixturevalue(who))
    before = list(Source.objects.values())
    assert client.get(PAGE).status_code == 403
    for address in (
        SWITCH,
        f"{PAGE}prefill/",
        f"{PAGE}new/",
        f"{PAGE}order/",
        f"{PAGE}{targi.pk}/",
        f"{PAGE}{targi.pk}/archiving/",
        f"{PAGE}{targi.pk}/restoration/",
        f"{PAGE}{targi.pk}/removal/",
    ):
        data = {"on": "0", "name": "Inne", "deed": "clear", "source": str(targi.pk)}
        assert client.post(address, data).status_code == 403
    assert list(Source.objects.values()) == before
    assert feature_enabled("sources")
    assert not AuditEntry.objects.exclude(action="refused").exists()


def test_strangers_are_led_to_the_log_in(targi):
    assert Client().get(PAGE).status_code == 302
    assert Client().post(f"{PAGE}new/", {"name": "Inne"}).status_code == 302
    assert Source.objects.count() == 1


def test_an_account_that_never_had_sources_gets_examples_that_can_all_be_deleted(admin):
    admin.post(SWITCH, {"on": "1"})
    found = list(Source.objects.known())
    assert len(found) == 7
    for source in found:
        admin.post(f"{PAGE}{source.pk}/removal/")
    assert not Source.objects.known().exists()
    admin.post(SWITCH, {"on": "0"})
    admin.post(SWITCH, {"on": "1"})
    assert not Source.objects.known().exists()


def test_a_page_that_was_open_says_what_was_not_saved_and_keeps_the_record(
    admin, make, targi, kasia
):
    acme = make("company", title="ACME", owner=kasia, source=targi)
    admin.post(SWITCH, {"on": "0"})
    answer = admin.post(
        "/companies/new/", {"title": "Budex", "visibility": "1", "source": targi.pk}
    )
    assert answer.status_code == 302
    assert "Not saved, because it has been switched off" in read(admin, answer["Location"])
    refused = admin.post(f"{acme.get_absolute_url()}fields/source/", {"source": ""})
    assert refused.status_code == 404
    assert "has been switched off in the account" in refused.content.decode()
    refused = admin.post(
        f"{acme.get_absolute_url()}fields/source/", {"source": ""}, headers={"HX-Request": "true"}
    )
    assert refused.status_code == 404
    assert "switched off" in refused["HX-Trigger"]
    acme.refresh_from_db()
    assert acme.source == targi


def test_a_saved_view_says_what_it_leaves_out_and_gets_it_back(admin, anna, make, kasia, targi):
    make("company", title="ACME", owner=kasia, source=targi)
    make("company", title="Budex", owner=kasia)
    query = f"source.is={targi.pk}&sort=source"
    view = SavedView.objects.create(kind="companies", owner=anna, name="Z targów", query=query)
    admin.post(SWITCH, {"on": "0"})
    page = admin.get("/companies/", {"view": view.pk}, follow=True).content.decode()
    assert "is switched off in the account; the list is shown without it" in page
    assert "Budex" in page
    admin.post(SWITCH, {"on": "1"})
    page = admin.get("/companies/", {"view": view.pk}, follow=True).content.decode()
    assert "switched off" not in page
    assert "ACME" in page
    assert "Budex" not in page


def test_columns_chosen_before_return_with_the_switch(admin, anna):
    admin.post("/settings/add-ons/sources/switch/", {"on": "1"})
    admin.post("/companies/columns/", {"columns": ["title", "source"]})
    admin.post(SWITCH, {"on": "0"})
    admin.post("/companies/columns/", {"columns": ["title", "nip"]})
    admin.post(SWITCH, {"on": "1"})
    anna.refresh_from_db()
    assert anna.preferences["columns"]["companies"] == ["title", "nip", "source"]


def test_pages_of_a_kind_that_is_off_say_so(client, anna, ewa, make):
    space = make("space", title="Projekt ABC", owner=ewa)
    client.as_(anna).post("/settings/add-ons/spaces/switch/", {"on": "0"})
    client.as_(ewa)
    for address in ("/spaces/", "/spaces/new/", space.get_absolute_url()):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "has been switched off in the account" in answer.content.decode()
    assert "/spaces/" not in read(client, "/companies/")
    assert client.post("/spaces/new/", {"title": "Nowa"}).status_code == 404
    client.as_(anna).post("/settings/add-ons/spaces/switch/", {"on": "1"})
    assert "Projekt ABC" in read(client.as_(ewa), "/spaces/")


# The dictionary ------------------------------------------------------------------------------


def test_a_source_is_added_renamed_and_audited(admin, targi):
    assert admin.post(f"{PAGE}new/", {"name": "  Polecenie  "}).status_code == 302
    made = Source.objects.get(name="Polecenie")
    assert made.position > targi.position
    admin.post(f"{PAGE}{made.pk}/", {"name": "Polecenie klienta"})
    made.refresh_from_db()
    assert made.name == "Polecenie klienta"
    renamed = AuditEntry.objects.get(subject=f"sources.{made.pk}", details__before="Polecenie")
    assert renamed.details["after"] == "Polecenie klienta"


@pytest.mark.parametrize("name", [" polecenie", "POLECENIE", "Polecenie  ", "polecęnie"])
def test_equal_names_are_refused(admin, polecenie, name):
    answer = admin.post(f"{PAGE}new/", {"name": name})
    assert answer.status_code == 422
    assert "There is such a source already" in answer.content.decode()
    assert Source.objects.count() == 2
    answer = admin.post(f"{PAGE}{Source.objects.get(name='Targi').pk}/", {"name": name})
    assert answer.status_code == 422
    assert Source.objects.filter(name="Targi").exists()


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 121])
def test_names_that_are_none_are_refused(admin, targi, name):
    assert admin.post(f"{PAGE}new/", {"name": name}).status_code == 422
    assert Source.objects.count() == 1


def test_a_name_is_shown_as_text(admin, features):
    admin.post(f"{PAGE}new/", {"name": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in read(admin, PAGE)


def test_the_page_shows_the_switches_the_order_and_how_often_each_is_used(
    admin, make, kasia, targi, polecenie
):
    make("company", title="ACME", owner=kasia, source=targi)
    page = read(admin, PAGE)
    assert page.index("Acquisition sources in use") < page.index("person or company by default")
    assert page.index(">Targi<") < page.index(">Polecenie<")
    assert "1 record<" in page
    assert "not used" in page
    assert f'href="{PAGE}"' in read(admin, "/settings/account/")
    admin.post(SWITCH, {"on": "0", "next": PAGE})
    page = read(admin, PAGE)
    assert "person or company by default" not in page
    assert ">Targi<" not in page


def test_the_order_is_that_of_the_list_and_of_sorting(admin, kasia, make, targi, polecenie):
    make("company", title="A", owner=kasia, source=targi)
    make("company", title="B", owner=kasia, source=polecenie)
    admin.post(f"{PAGE}order/", {"source": [polecenie.pk, targi.pk, "x", "999999"]})
    assert list(Source.objects.known()) == [polecenie, targi]
    page = read(admin, "/companies/?sort=source&columns=title,source")
    assert page.index("Polecenie") < page.index("Targi")


def test_archived_sources_stay_on_records_and_are_not_offered(client, anna, kasia, make, targi):
    acme = make("company", title="ACME", owner=kasia, source=targi)
    client.as_(anna).post(f"{PAGE}{targi.pk}/archiving/")
    client.as_(kasia)
    option = f'<option value="{targi.pk}"'
    assert option not in read(client, "/companies/new/")
    assert f"{option} selected>" in read(client, f"{acme.get_absolute_url()}edit/")
    assert "Targi" in read(client, acme.get_absolute_url())
    page = read(client, f"/companies/?source.is={targi.pk}")
    assert "ACME" in page
    assert "Targi (archived)" in page
    client.as_(anna).post(f"{PAGE}{targi.pk}/restoration/")
    assert option in read(client.as_(kasia), "/companies/new/")


def test_a_form_that_was_open_says_that_a_source_is_no_longer_offered(admin, targi):
    admin.post(f"{PAGE}{targi.pk}/archiving/")
    data = {"title": "Budex", "visibility": "1", "source": targi.pk}
    answer = admin.post("/companies/new/", data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This source is no longer offered" in page
    assert 'value="Budex"' in page
    assert not Record.objects.exists()


@pytest.fixture
def used(make, kasia, piotr, targi):
    """Targi on three records: one hidden, one in the bin."""
    from orbita.records.trash import move_to_bin

    found = [
        make("company", title="ACME", owner=kasia, source=targi),
        make("deal", title="Tajne", owner=piotr, visibility=3, source=targi),
        make("person", last_name="Kowalski", owner=kasia, source=targi),
    ]
    move_to_bin(found[2], by=kasia)
    return found


def test_deleting_a_used_source_names_the_count_and_asks(admin, targi, used):
    page = read(admin, f"{PAGE}{targi.pk}/removal/")
    assert "3 records have this source." in page
    assert "Companies: 1, People: 1, Deals: 1" in page
    assert admin.post(f"{PAGE}{targi.pk}/removal/").status_code == 422
    assert admin.post(f"{PAGE}{targi.pk}/removal/", {"deed": "move"}).status_code == 422
    own = {"deed": "move", "target": targi.pk}
    assert admin.post(f"{PAGE}{targi.pk}/removal/", own).status_code == 422
    targi.refresh_from_db()
    assert targi.is_offered
    assert Record.objects.filter(source=targi).count() == 3


@pytest.mark.parametrize("deed", ["move", "clear", "archive"])
def test_no_record_goes_with_its_source(admin, anna, targi, polecenie, used, deed):
    before = Record.objects.count()
    data = {"deed": deed, "target": polecenie.pk if deed == "move" else ""}
    assert admin.post(f"{PAGE}{targi.pk}/removal/", data).status_code == 302
    after = {"move": polecenie, "clear": None, "archive": targi}[deed]
    assert Record.objects.count() == before
    assert all(record.source == after for record in Record.objects.all())
    targi.refresh_from_db()
    assert not targi.is_offered
    assert Source.objects.known().filter(pk=targi.pk).exists() == (deed == "archive")


def test_a_deletion_is_one_deed_in_the_history_of_each_record(admin, anna, targi, polecenie, used):
    admin.post(f"{PAGE}{targi.pk}/removal/", {"deed": "move", "target": polecenie.pk})
    entries = [history(record, anna)[0] for record in used[:2]]
    lines = [(line.label, line.before, line.after) for e in entries for line in e.lines]
    assert lines == [(LABEL, "Targi", "Polecenie")] * 2
    assert len({entry.change_set.pk for entry in entries}) == 1
    assert "Targi" in entries[0].change_set.label


def test_many_records_are_the_workers(admin, kasia, make, targi, polecenie, monkeypatch):
    from orbita.records import sources

    monkeypatch.setattr(sources, "AT_ONCE", 2)
    monkeypatch.setattr(sources, "_STEP", 2)
    records = [make("company", title=f"Firma {n}", owner=kasia, source=targi) for n in range(5)]
    data = {"deed": "move", "target": polecenie.pk}
    answer = admin.post(f"{PAGE}{targi.pk}/removal/", data)
    assert "/jobs/" in answer["Location"]
    run_jobs()
    assert Record.objects.filter(source=polecenie).count() == 5
    assert not Source.objects.known().filter(pk=targi.pk).exists()
    deeds = {history(record, kasia)[0].change_set.pk for record in records}
    assert len(deeds) == 1
    assert all(len(history(record, kasia)) == 2 for record in records)


def test_the_name_of_a_deleted_source_is_free_again(admin, targi):
    admin.post(f"{PAGE}{targi.pk}/removal/")
    assert admin.post(f"{PAGE}new/", {"name": "targi"}).status_code == 302
    assert Source.objects.known().get().name == "targi"


# The field -----------------------------------------------------------------------------------


def test_exactly_one_source_and_only_where_it_belongs(admin, anna, features):
    having = [kind.key for kind in kinds if "source" in kind.fields(anna)]
    assert having == ["company", "person", "deal"]
    page = read(admin, "/companies/new/")
    assert '<select name="source"' in page
    assert "multiple" not in page[page.index('<select name="source"') :].split(">")[0]


def test_a_list_shows_sorts_and_filters_by_source(admin, kasia, make, targi, polecenie):
    for title, source in (("A", polecenie), ("B", targi), ("C", None)):
        make("company", title=f"Firma {title}", owner=kasia, source=source)
    page = read(admin, "/companies/?sort=source&columns=title,source")
    assert page.index("Firma B") < page.index("Firma A") < page.index("Firma C")
    page = read(admin, f"/companies/?source.is={targi.pk}")
    assert "Firma B" in page
    assert "Firma A" not in page
    page = read(admin, "/companies/?source.is=none")
    assert "No source" in page
    assert "Firma C" in page
    assert "Firma A" not in page
    page = read(admin, f"/companies/?source.is=none&source.is={targi.pk}")
    assert "Firma B" in page
    assert "Firma C" in page
    assert "Firma A" not in page
    assert "is not known" in read(admin, "/companies/?source.is=targi")


def test_a_value_is_edited_where_it_stands(client, kasia, make, targi, polecenie):
    acme = make("company", title="ACME", owner=kasia, source=targi)
    address = f"{acme.get_absolute_url()}fields/source/"
    client.as_(kasia).post(address, {"source": polecenie.pk})
    acme.refresh_from_db()
    assert acme.source == polecenie
    client.post(address, {"source": ""})
    acme.refresh_from_db()
    assert acme.source is None


def test_an_export_holds_the_name(admin, kasia, make, targi):
    make("company", title="ACME", owner=kasia, source=targi)
    answer = admin.get("/companies/export/csv/?columns=title,source")
    assert "Targi" in b"".join(answer).decode("utf-8-sig")
