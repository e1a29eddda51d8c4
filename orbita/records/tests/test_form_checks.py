"""What a form says before it is sent, and what it knows already."""

import pytest

from orbita.contacts.models import Company, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, kasia):
    return client.as_(kasia)


def test_one_value_is_checked_and_nothing_stored(browser, make, kasia):
    wrong = browser.post("/companies/new/?check=nip", {"nip": "123-456-32-19"})
    assert wrong.json() == {"errors": ["Invalid NIP (checksum)"]}
    right = browser.post("/companies/new/?check=nip", {"nip": "123-456-32-18", "title": "ACME"})
    assert right.json() == {"errors": []}
    assert not Company.objects.exists()
    acme = make("company", title="ACME", owner=kasia)
    url = f"/companies/{acme.pk}/edit/?check=nip"
    assert browser.post(url, {"nip": "1"}).json() == {"errors": ["Invalid NIP (checksum)"]}
    assert browser.post(url, {"nip": "1234563218"}).json() == {"errors": []}
    assert Company.objects.get().nip is None


def test_a_value_that_does_not_exist_or_may_not_be_edited_is_not_checked(
    browser, client, make, kasia, piotr
):
    assert browser.post("/companies/new/?check=number", {"number": "1"}).status_code == 404
    assert browser.post("/companies/new/?check=base", {"base": "1"}).status_code == 404
    hidden = make("company", title="ACME", owner=kasia, visibility=3)
    answer = client.as_(piotr).post(f"/companies/{hidden.pk}/edit/?check=nip", {"nip": "1"})
    assert answer.status_code == 404


def test_a_deal_for_a_person_is_for_their_company_too(browser, make, kasia, marek):
    acme = make("company", title="ACME", owner=kasia)
    hidden = make("company", title="Tajna", owner=marek, visibility=3)
    jan = make("person", first_name="Jan", last_name="Nowak", owner=kasia, company=acme)
    ola = make("person", first_name="Ola", last_name="Lis", owner=kasia)
    Person.objects.filter(pk=ola.pk).update(company=hidden)

    def company(person):
        form = browser.get(f"/deals/new/?persons={person.pk}").context["form"]
        return form["company"].value()

    assert company(jan) == acme.pk
    assert company(ola) is None
    given = make("company", title="Budex", owner=kasia)
    form = browser.get(f"/deals/new/?persons={jan.pk}&company={given.pk}").context["form"]
    assert form["company"].value() == given.pk
