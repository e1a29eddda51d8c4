"""Types of phones, second lines of addresses, and which entry is the main one."""

import re

import pytest
from django.urls import reverse

from orbita.api.tests.conftest import Caller
from orbita.contacts.models import Company
from orbita.records.models import Address, ContactPoint
from orbita.records.tests.contract.test_merging import merge_now
from orbita.records.tests.contract.test_undo import operate

pytestmark = pytest.mark.django_db

HQ = {"street": "Długa 7", "street2": "III piętro", "postcode": "31-146", "city": "Kraków"}
STORE = {"street": "Polna 1", "city": "Opole"}


@pytest.fixture
def acme(make, kasia):
    phones = [
        {"value": "+48 12 345 67 89", "label": "sekretariat", "type": "phone"},
        {"value": "+48 600 100 200", "label": "", "type": "mobile"},
        {"value": "+48 12 345 67 80", "label": "", "type": "fax"},
    ]
    return make("company", title="ACME", owner=kasia, phones=phones, addresses=[HQ, STORE])


def text_of(answer):
    """The page without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def phones_of(record):
    rows = ContactPoint.objects.filter(record=record, type="phone").order_by("position")
    return list(rows.values_list("value", "phone_type", "label"))


def test_the_profile_says_types_labels_and_which_one_is_the_main_one(client, kasia, acme):
    page = client.as_(kasia).get(acme.get_absolute_url())
    text = text_of(page)
    assert "+48 12 345 67 89 sekretariat, main" in text
    assert "+48 600 100 200 mobile" in text
    assert "+48 12 345 67 80 fax" in text
    assert "Długa 7, III piętro, 31-146 Kraków main" in text
    content = page.content.decode()
    assert 'href="tel:+48600100200"' in content
    assert 'href="tel:+48123456780"' not in content, "nobody calls a fax"


def test_the_order_in_which_a_form_posts_is_the_order_that_is_kept(client, kasia, acme):
    """A row that was made the main one keeps the number in its names."""
    form = {
        "phones-rows": "1",
        "phones-1-value": "600 100 200",
        "phones-1-type": "mobile",
        "phones-0-value": "12 345 67 89",
        "phones-0-type": "phone",
        "phones-0-label": "sekretariat",
    }
    url = f"{acme.get_absolute_url()}fields/phones/"
    page = client.as_(kasia).get(url).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    answer = client.post(url, {**form, **({"version": version[1]} if version else {})})
    assert answer.status_code in (200, 302)
    assert phones_of(acme) == [
        ("+48 600 100 200", "mobile", ""),
        ("+48 12 345 67 89", "", "sekretariat"),
    ]
    lists = client.get("/companies/?columns=title,phones,mobile,fax").content.decode()
    assert re.search(r'href="tel:\+48600100200"[^>]*>[^<]+</a> <span[^>]*>\+1', lists)


def test_a_type_that_does_not_exist_is_refused_and_nothing_changes(client, kasia, acme):
    before = phones_of(acme)
    url = f"{acme.get_absolute_url()}fields/phones/"
    form = {"phones-rows": "1", "phones-0-value": "600 100 200", "phones-0-type": "pager"}
    assert client.as_(kasia).post(url, form).status_code == 422
    assert phones_of(acme) == before


def test_the_api_takes_and_gives_types_and_second_lines(kasia, acme):
    call = Caller(kasia)
    told = call.get(f"/companies/{acme.pk}").json()
    assert told["phones"][1] == {"value": "+48 600 100 200", "label": "", "type": "mobile"}
    assert told["street2"] == "III piętro"
    body = {"phones": ["600 100 200", {"value": "+48 12 345 67 80", "type": "fax"}]}
    changed = call.patch(f"/companies/{acme.pk}", body)
    assert changed.status_code == 200, changed.content
    assert [one["type"] for one in changed.json()["phones"]] == ["phone", "fax"]
    refused = call.patch(f"/companies/{acme.pk}", {"phones": [{"value": "1234", "type": "x"}]})
    assert refused.status_code == 422
    assert phones_of(acme)[1] == ("+48 12 345 67 80", "fax", "")


def test_a_change_of_type_stands_in_the_history_and_is_taken_back(client, kasia, acme):
    before = phones_of(acme)
    change = {"phones": [{"value": "+48 12 345 67 89", "label": "sekretariat", "type": "fax"}]}
    deed = operate(acme.kind_object, [acme], kasia, change)
    wall = text_of(client.as_(kasia).get(f"{acme.get_absolute_url()}panels/wall/"))
    assert "fax" in wall
    assert phones_of(acme) == [("+48 12 345 67 89", "fax", "sekretariat")]
    client.post(reverse("undo", args=[deed.pk]))
    assert phones_of(acme) == before


def test_a_merger_keeps_types_and_addresses_that_differ_in_the_second_line(make, kasia, acme):
    other = make(
        "company",
        title="ACME 2",
        owner=kasia,
        phones=[{"value": "+48 601 200 300", "type": "mobile"}],
        addresses=[{**HQ, "street2": "IV piętro"}, STORE],
    )
    merge_now(acme.kind_object, kasia, [acme, other])
    assert ("+48 601 200 300", "mobile", "") in phones_of(acme)
    lines = Address.objects.filter(record=acme).order_by("position").values_list("street2")
    assert [line for (line,) in lines] == ["III piętro", "", "IV piętro"]
    assert Company.objects.live().count() == 1
