"""A link to a record that the editor may not know of survives whatever they save."""

import pytest

from conftest import api_headers
from orbita.accounts.tokens import issue_token
from orbita.contacts.models import Person
from orbita.deals.models import Deal, DealPerson
from orbita.records.models import Visibility

pytestmark = pytest.mark.django_db


@pytest.fixture
def ends(make, anna, kasia):
    """A person and a deal of Kasia's that hang on a company and a person hidden from her."""
    hidden = {"owner": anna, "visibility": Visibility.HIDDEN}
    company = make("company", title="Fuzja Kanarek", **hidden)
    secret = make("person", last_name="Kanarek", **hidden)
    person = make("person", last_name="Lis", owner=kasia)
    deal = make("deal", title="Wdrożenie", owner=kasia)
    Person.objects.filter(pk=person.pk).update(company=company)
    Deal.objects.filter(pk=deal.pk).update(company=company)
    DealPerson.objects.create(record=deal, target=secret)
    return person, deal, company, secret


def stay(person, deal, company, secret):
    assert Person.objects.get(pk=person.pk).company_id == company.pk
    assert Deal.objects.get(pk=deal.pk).company_id == company.pk
    assert list(DealPerson.objects.values_list("target", flat=True)) == [secret.pk]


def test_forms_keep_them(client, kasia, ends):
    person, deal, *_rest = ends
    browser = client.as_(kasia)
    data = {"owner": str(kasia.pk), "visibility": "1", "company": ""}
    person_data = data | {"last_name": "Lisowski"}
    deal_data = data | {"title": "Nowe", "status": "open", "currency": "PLN"}
    assert browser.post(f"/persons/{person.pk}/edit/", person_data).status_code == 302
    assert browser.post(f"/deals/{deal.pk}/edit/", deal_data).status_code == 302
    for address in (f"/persons/{person.pk}", f"/deals/{deal.pk}"):
        assert browser.post(f"{address}/fields/company/", {"company": ""}).status_code == 302
        assert browser.post(f"{address}/fields/company/unlinking/").status_code == 302
    assert Person.objects.get(pk=person.pk).title == "Lisowski"
    stay(*ends)


def test_the_api_keeps_them(client, kasia, ends):
    person, deal, *_rest = ends
    headers = api_headers(issue_token(kasia, "test"), If_Match="*")
    for address, body in (
        (f"/persons/{person.pk}", {"company": None, "last_name": "Lisowski"}),
        (f"/deals/{deal.pk}", {"company": None, "persons": [], "title": "Nowe"}),
    ):
        answer = client.patch(
            f"/api/v1{address}", body, content_type="application/json", headers=headers
        )
        assert answer.status_code == 200, answer.content
    stay(*ends)


def test_naming_a_hidden_end_by_id_is_naming_none(client, kasia, ends):
    from uuid import uuid4

    _person, _deal, company, _secret = ends
    browser = client.as_(kasia)
    headers = api_headers(issue_token(kasia, "test"), If_Match="*")
    before, pages, answers = Person.objects.count(), [], []
    for pk in (company.pk, uuid4()):
        data = {"last_name": "Nowa", "visibility": "1", "company": str(pk)}
        page = browser.post("/persons/new/", data)
        pages.append((page.status_code, page.context["form"].errors["company"]))
        body = {"last_name": "Nowa", "company": {"id": str(pk)}}
        answer = client.post(
            "/api/v1/persons", body, content_type="application/json", headers=headers
        )
        answers.append((answer.status_code, answer.content.replace(str(pk).encode(), b"")))
    assert pages[0] == pages[1]
    assert answers[0] == answers[1]
    assert (pages[0][0], answers[0][0]) == (422, 422)
    assert Person.objects.count() == before
