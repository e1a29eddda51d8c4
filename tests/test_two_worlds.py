"""Two worlds, one without and one with a hidden record: who may not know of it reads the same.

The same requests are sent before and after the hidden record is made and tied to visible ones;
after what changes with every answer (form tokens, request ids) is taken out, nothing may differ.
"""

import re
from uuid import uuid4

import pytest

from orbita.accounts.tokens import issue_token
from orbita.activity.telling import tell
from orbita.contacts.models import Person
from orbita.deals.models import Deal, DealPerson
from orbita.records.changes import change_set
from orbita.records.models import Visibility

pytestmark = pytest.mark.django_db

CANARY = "Fuzja Kanarek"
CHANGING = (
    rb'name="csrfmiddlewaretoken" value="[^"]*"',
    rb'name="token" value="[^"]*"',
    rb'"csrf[^"]*": ?"[^"]*"',
    rb"&quot;X-CSRFToken&quot;: &quot;[^&]*&quot;",
    rb'nonce="[^"]*"',
    rb"nonce-[^\' ;]*",
    rb'content="[0-9A-Za-z]{64}"',
)


def pages(person, deal, hidden_id):
    """Every door through which a tie to the hidden record might show."""
    yield from (
        "/",
        "/notifications/",
        "/notifications/count/",
        "/search/?q=kanarek",
        "/search/suggestions/?q=fuz",
        "/companies/",
        "/companies/?q=kanarek",
        "/companies/?sort=-created_at",
        "/companies/suggestions/?q=fuz",
        "/companies/tags/?q=taj",
        "/companies/groups/?q=taj",
        "/companies/duplicates/",
        "/companies/duplicates/?show=dismissed",
        "/companies/left/",
        "/companies/left/tags/?find=taj",
        "/companies/dictionaries/groups/",
        f"/companies/{hidden_id}/",
        f"/companies/{hidden_id}/merging/",
        f"/companies/{hidden_id}/card/",
        f"/persons/new/?company={hidden_id}",
    )
    ties = ("company", "persons")
    for kind, record in (("persons", person), ("deals", deal)):
        yield f"/{kind}/"
        yield f"/{kind}/?q=kanarek"
        yield f"/{kind}/duplicates/"
        yield f"/{kind}/merging/?ids={record.pk}&ids={hidden_id}"
        yield f"/{kind}/export/csv/?columns=title,company,persons,updated_at"
        for key in ties:
            for condition in ("filled=1", "empty=1", f"is={hidden_id}", f"not={hidden_id}"):
                yield f"/{kind}/?{key}.{condition}"
        for part in ("", "card/", "edit/", "access/", "wall/", "wall/?show=changes"):
            yield f"/{kind}/{record.pk}/{part}"
        for panel in ("persons-company", "deals-company", "deals-persons", "followers"):
            yield f"/{kind}/{record.pk}/panels/{panel}/"
        yield f"/{kind}/{record.pk}/fields/company/"


def calls(person, deal, hidden_id):
    """The same through the API."""
    yield from ("/search?q=kanarek", "/companies", f"/companies/{hidden_id}")
    for kind, record in (("persons", person), ("deals", deal)):
        yield f"/{kind}"
        yield f"/{kind}/{record.pk}"
        for condition in ("filled=1", "empty=1", f"is={hidden_id}", f"not={hidden_id}"):
            yield f"/{kind}?company.{condition}"


def read(client, token, person, deal, hidden_id):
    found = {}
    for address in pages(person, deal, hidden_id):
        found[address] = answer_of(client.get(address, headers=asking(address)))
    for address in calls(person, deal, hidden_id):
        headers = {"Authorization": f"Bearer {token}"}
        found[f"/api/v1{address}"] = answer_of(client.get(f"/api/v1{address}", headers=headers))
    return found


def asking(address):
    """Hover cards are parts of a page, which the page itself asks for."""
    return {"HX-Request": "true"} if address.endswith("/card/") else {}


def answer_of(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    request_id = response.headers.get("X-Request-Id", "-").encode()
    for changing in CHANGING:
        body = re.sub(changing, b"", body)
    headers = {k: v for k, v in response.headers.items() if k not in ("X-Request-Id", "Expires")}
    headers = {k: re.sub(r"nonce-[^']*", "", v) for k, v in headers.items()}
    return response.status_code, headers.get("Location"), body.replace(request_id, b"")


@pytest.fixture
def world(make, kasia):
    """A person and a deal that everybody sees."""
    return (
        make("person", first_name="Jan", last_name="Lis", owner=kasia),
        make("deal", title="Wdrożenie", owner=kasia),
    )


def test_a_tie_to_a_hidden_record_shows_nowhere(client, make, world, kasia, ewa, anna):
    person, deal = world
    from orbita.activity.following import follow

    for record in world:
        follow(record, by=ewa)
    browser, token = client.as_(ewa), issue_token(ewa, "test")
    hidden_id = uuid4()
    first = read(browser, token, person, deal, hidden_id)  # visits are stored now
    first = read(browser, token, person, deal, hidden_id)
    hidden = make(
        "company",
        title=CANARY,
        owner=anna,
        visibility=Visibility.HIDDEN,
        tags=["tajne"],
        groups=["tajne"],
    )
    secret = make(
        "person", last_name=CANARY, owner=anna, visibility=Visibility.HIDDEN, company=hidden
    )
    with change_set(by=anna) as changes:
        Person.objects.filter(pk=person.pk).update(company=hidden)
        Deal.objects.filter(pk=deal.pk).update(company=hidden)
        DealPerson.objects.create(record=deal, target=secret)
    tell(changes)
    second = read(browser, token, person, deal, hidden.pk)
    differing = {}
    for (address, one), (_address, other) in zip(first.items(), second.items(), strict=True):
        other = (*other[:2], other[2].replace(str(hidden.pk).encode(), str(hidden_id).encode()))
        if one != other:
            differing[address] = (one, other)
    assert list(differing) == []
    for record in world:  # the test can see: for those who may know, it is there
        wall = client.as_(anna).get(f"{record.get_absolute_url()}wall/?show=changes")
        assert CANARY in wall.content.decode()


SECRETS = ("5260250274", "canary@example.com", "Kanarkowo", "kanarkowy", "600100200", "31415926")


def restricted_pages(company, person, deal):
    """Every door to the three restricted records, and to the visible ones beside them."""
    for kind, record in (("companies", company), ("persons", person), ("deals", deal)):
        fields = ("title", "nip", "emails", "phones", "city", "tags", "groups", "value", "company")
        yield f"/{kind}/?columns={','.join(fields)}"
        yield f"/{kind}/export/csv/?columns={','.join(fields)}"
        for word in (*SECRETS, "fuzja"):
            yield f"/{kind}/?q={word}"
            yield f"/{kind}/suggestions/?q={word}"
        for condition in (
            "nip.is=5260250274",
            "city.is=Kanarkowo",
            "value.from=1",
            "tags.filled=1",
        ):
            yield f"/{kind}/?{condition}"
        yield from (f"/{kind}/tags/?q=kan", f"/{kind}/groups/?q=kan")
        for part in ("", "card/", "edit/", "access/", "wall/", "panels/persons-company/", "email/"):
            yield f"/{kind}/{record.pk}/{part}"
    for word in (*SECRETS, "fuzja"):
        yield from (
            f"/search/?q={word}",
            f"/search/suggestions/?q={word}",
            f"/api/v1/search?q={word}",
        )
    for kind, record in (("companies", company), ("persons", person), ("deals", deal)):
        yield from (f"/api/v1/{kind}", f"/api/v1/{kind}/{record.pk}", f"/api/v1/{kind}?q=fuzja")


def test_of_a_restricted_record_nothing_but_the_basics_leaves_the_server(client, make, kasia, ewa):
    closed = {"owner": kasia, "visibility": Visibility.RESTRICTED}
    contact = {
        "emails": [{"value": "canary@example.com", "label": ""}],
        "phones": [{"value": "600100200", "label": ""}],
    }
    company = make(
        "company", title="Fuzja", nip="5260250274", tags=["kanarkowy"], **closed, **contact
    )
    person = make(
        "person", last_name="Fuzja", position="kanarkowy", company=company, **closed, **contact
    )
    deal = make(
        "deal", title="Fuzja", value="31415926", company=company, groups=["kanarkowy"], **closed
    )
    make("person", last_name="Jawna", company=company, owner=kasia)
    browser, token = client.as_(ewa), issue_token(ewa, "test")
    seen = 0
    for address in restricted_pages(company, person, deal):
        is_call = address.startswith("/api/")
        headers = {"Authorization": f"Bearer {token}"} if is_call else asking(address)
        response = browser.get(address, headers=headers)
        text = answer_of(response)[2].decode().replace(address.rpartition("=")[2], "")
        assert not [secret for secret in SECRETS if secret in text], address
        seen += "Fuzja" in text
    assert seen > 20


def test_a_duplicate_is_named_by_what_the_viewer_may_know_of_it(client, make, kasia, ewa, anna):
    make("company", title="Fuzja", nip="5260250274", owner=kasia, visibility=Visibility.RESTRICTED)
    browser = client.as_(ewa)
    same_nip = {"title": "Inna", "nip": "526-025-02-74", "visibility": "1"}
    assert browser.post("/companies/new/", same_nip).status_code == 302
    same_name = {"title": "fuzja", "visibility": "1"}
    answer = browser.post("/companies/new/", same_name)
    assert answer.status_code == 409
    assert "5260250274" not in answer.content.decode()
    assert client.as_(anna).post("/companies/new/", same_nip).status_code == 409
