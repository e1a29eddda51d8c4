"""Input that nobody types: a sentence or nothing, never an error page, never a half-stored row."""

import threading
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.http import QueryDict

from orbita.records.kinds import kinds
from orbita.records.listing.listing import Listing
from orbita.records.listing.query import ListQuery
from orbita.records.models import Record

pytestmark = pytest.mark.django_db

SIGNS = [
    "%00",
    "%ff",
    "%ed%a0%80",
    "%e2%80%ae",
    "%27%3B%20DROP%20TABLE",
    "%7B%7B7*7%7D%7D",
    "%25",
    "_",
]
HOSTILE = [
    "\x00",
    "a\x00b",
    "\u202e",
    "'; SELECT pg_sleep(9)--",
    "{{7*7}}",
    "${7*7}",
    "\U0001f600" * 50,
]


@pytest.mark.parametrize("sign", SIGNS)
def test_addresses_with_hostile_signs_answer(client, anna, make, sign):
    make("company", title="ACME", owner=anna)
    browser = client.as_(anna)
    addresses = [f"/companies/?q={sign}", f"/search/?q={sign}", f"/search/suggestions/?q={sign}"]
    addresses += [f"/companies/suggestions/?q={sign}", f"/companies/tags/?q={sign}"]
    addresses += [
        f"/companies/?sort={sign}",
        f"/companies/?columns={sign}",
        f"/companies/?after={sign}",
    ]
    addresses += [f"/companies/?view={sign}", f"/companies/new/?title={sign}"]
    addresses += [f"/companies/filters/city/?back={sign}", f"/companies/columns/?back={sign}"]
    for address in addresses:
        assert browser.get(address).status_code in (200, 302, 404), address


@pytest.mark.parametrize("sign", SIGNS)
def test_filters_by_hostile_signs_find_or_are_refused_in_words(client, anna, make, sign):
    make("company", title="ACME", owner=anna)
    kind = kinds.get("companies")
    filters = {key: field.filter() for key, field in kind.fields(anna).items()}
    asked = [
        f"{key}.{operator}={sign}" for key, f in filters.items() if f for operator in f.operators
    ]
    for condition in asked:
        query = ListQuery.read(kind, anna, QueryDict(condition))
        assert query.errors or all(one.words(anna) for one in query.conditions), condition
        assert len(Listing(query).page().records) <= 1, condition
    browser = client.as_(anna)
    assert browser.get(f"/companies/?{'&'.join(asked)}").status_code == 200
    for condition in asked[:: len(asked) // 8]:
        assert browser.get(f"/companies/?{condition}").status_code == 200, condition


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_form_field_is_stored_or_refused_in_words(
    client, anna, features, text
):
    browser = client.as_(anna)
    usual = {"title": "Zwykła", "last_name": "Zwykła", "visibility": "1", "currency": "PLN"}
    usual |= {"status": "open", "confirmed": "1"}
    for kind in kinds:
        hostile = set(browser.get(f"/{kind.slug}/new/").context["form"].fields)
        while True:
            answer = browser.post(f"/{kind.slug}/new/", usual | filled_in(hostile, text))
            if answer.status_code == 302:
                break
            assert answer.status_code == 422, (kind.slug, hostile)
            refused = {
                key: errors for key, errors in answer.context["form"].errors.items() if errors
            }
            assert hostile & refused.keys(), refused
            hostile -= refused.keys()
        assert kind.model.objects.exists()
        assert browser.get(f"/{kind.slug}/").status_code == 200


def filled_in(keys, text):
    """The text in all of these fields, however they are posted."""
    names = (name for key in keys for name in (key, f"{key}-0-value", f"{key}-0-street"))
    counts = {f"{key}-TOTAL_FORMS": "1" for key in keys} | {
        f"{key}-INITIAL_FORMS": "0" for key in keys
    }
    return dict.fromkeys(names, text) | counts


def test_a_name_of_ten_thousand_characters_is_refused_and_kept_in_the_form(client, anna, features):
    answer = client.as_(anna).post("/companies/new/", {"title": "ż" * 10_000, "visibility": "1"})
    assert answer.status_code == 422
    assert "ż" * 10_000 in answer.content.decode()
    assert Record.objects.count() == 0


def test_a_page_token_of_another_order_means_the_first_page(client, anna, make):
    for number in range(30):
        make("company", title=f"Firma {number:02}", owner=anna)
    browser = client.as_(anna)
    page = browser.get("/companies/?size=25")
    token = parse_qs(urlsplit(page.context["pager"]["next_url"]).query)["after"][0]
    assert "Firma 29" in browser.get("/companies/", {"size": 25, "after": token}).content.decode()
    for sort in ("created_at", "number", "city", "owner"):
        answer = browser.get("/companies/", {"size": 25, "after": token, "sort": sort})
        assert answer.status_code == 200
    forged = browser.get("/companies/", {"size": 25, "after": token[:-2] + "xx"})
    assert "Firma 00" in forged.content.decode()


def test_a_forged_base_or_token_does_no_harm(client, anna, make):
    record = make("company", title="ACME", owner=anna)
    url = f"/companies/{record.pk}/edit/"
    for base in ("{", "[]", '"x"', "null", "x" * 300_000):
        answer = client.as_(anna).post(url, {"title": "Nowa", "base": base, "visibility": "1"})
        assert answer.status_code in (302, 409, 422)
    assert client.as_(anna).post("/companies/new/", {"title": "A", "token": "x"}).status_code == 422


def test_only_the_forms_fields_can_be_set(client, kasia, anna, make):
    record = make("company", title="ACME", owner=kasia)
    before = (
        Record.objects.filter(pk=record.pk).values("author", "number", "kind", "created_at").get()
    )
    crafted = {"author": str(anna.pk), "number": "1", "kind": "person", "deleted_at": "2026-01-01"}
    crafted |= {"id": str(uuid4()), "created_at": "2020-01-01", "title": "ACME", "visibility": "1"}
    client.as_(kasia).post(f"/companies/{record.pk}/edit/", crafted)
    after = (
        Record.objects.filter(pk=record.pk).values("author", "number", "kind", "created_at").get()
    )
    assert after == before
    assert Record.objects.get(pk=record.pk).deleted_at is None


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "head"])
def test_undeclared_methods_are_refused(client, anna, make, method):
    record = make("company", title="ACME", owner=anna)
    answer = getattr(client.as_(anna), method)(f"/companies/{record.pk}/binning/")
    assert answer.status_code in (200, 405)
    assert Record.objects.get(pk=record.pk).deleted_at is None


def test_posts_without_a_csrf_token_change_nothing(anna, make):
    from django.test import Client

    record = make("company", title="ACME", owner=anna)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(anna)
    for part in ("binning", "edit", "ownership", "restoration", "fields/title"):
        assert browser.post(f"/companies/{record.pk}/{part}/", {"title": "X"}).status_code == 403
    assert Record.objects.get(pk=record.pk).title == "ACME"


@pytest.mark.django_db(transaction=True)
def test_twenty_identical_posts_at_once_add_one_record(client, kasia, features):
    from conftest import ViewingClient

    token = str(uuid4())
    data = {"title": "Szkolenia", "visibility": "1", "token": token, "confirmed": "1"}
    answers = []

    def send():
        try:
            answers.append(ViewingClient().as_(kasia).post("/companies/new/", data))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert Record.objects.count() == 1
    connection.close()


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_forms_take_no_other_method_than_get_and_post(client, anna, make, method):
    record = make("company", title="ACME", owner=anna)
    other = make("person", last_name="Lis", owner=anna)
    addresses = [f"/companies/{record.pk}/fields/title/", "/companies/filters/city/"]
    addresses += ["/companies/views/", f"/companies/{record.pk}/links/persons/company/"]
    for address in addresses:
        assert client.as_(anna).get(address).status_code == 200, address
        assert getattr(client, method)(address).status_code == 405, address
    assert other.company_id is None


def test_numbers_and_nesting_without_end_are_no_error(client, anna, make):
    record = make("company", title="ACME", owner=anna)
    browser = client.as_(anna)
    assert browser.get(f"/companies/?size={'9' * 5000}").status_code == 200
    data = {"title": "Nowa", "base": "[" * 100_000}
    assert browser.post(f"/companies/{record.pk}/fields/title/", data).status_code in (302, 409)


def test_a_token_that_somebody_else_used_swallows_nothing(client, anna, kasia, make):
    token = str(uuid4())
    data = {"title": "Pierwsza", "visibility": "1", "token": token}
    first = client.as_(anna).post("/companies/new/", data)
    second = client.as_(kasia).post("/companies/new/", data | {"title": "Druga"})
    assert second.status_code == 302
    assert second["Location"] != first["Location"]
    assert set(Record.objects.values_list("title", flat=True)) == {"Pierwsza", "Druga"}


def test_who_moves_an_ownerless_record_to_the_bin_may_take_it_back(client, kasia, make):
    record = make("company", title="Niczyja", owner=None)
    browser = client.as_(kasia)
    assert browser.post(f"/companies/{record.pk}/binning/").status_code == 302
    assert "Niczyja" in browser.get("/bin/").content.decode()
    assert browser.post(f"/companies/{record.pk}/restoration/").status_code == 302
    assert Record.objects.get(pk=record.pk).deleted_at is None
