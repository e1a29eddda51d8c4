"""Every kind: what each person gets at each level of visibility, from every door."""

import pytest

from orbita.records.models import Grant, Record, Visibility
from orbita.records.search import suggest
from orbita.records.tests.contract.test_lists import listing, named

pytestmark = pytest.mark.django_db

LEVELS = {
    "public": Visibility.PUBLIC,
    "restricted": Visibility.RESTRICTED,
    "hidden": Visibility.HIDDEN,
}
OPEN_TO = {"owner", "manager", "participant", "team", "administrator"}
PERSONAS = [*sorted(OPEN_TO), "manager of another team", "team-mate", "outsider"]


NAMES = {"public": "Fuzja Jawna", "restricted": "Fuzja Zamknięta", "hidden": "Fuzja Ukryta"}


@pytest.fixture
def secrets(kind, make, kasia, piotr, ewa):
    """By level, a record of Kasia's that Piotr and Ewa's team take part in."""
    made = {}
    for level, name in NAMES.items():
        values = named(kind, name) | {"tags": [f"tajne {level}"]}
        made[level] = make(kind.key, owner=kasia, visibility=LEVELS[level], **values)
        Grant.objects.create(record_id=made[level].pk, user=piotr)
        Grant.objects.create(record_id=made[level].pk, team=ewa.team)
    return made


def known_to(persona):
    """The levels whose records this person knows of."""
    return [level for level in LEVELS if level != "hidden" or persona in OPEN_TO]


def open_to(persona):
    """The levels whose records this person may open."""
    return [level for level in LEVELS if level == "public" or persona in OPEN_TO]


@pytest.mark.parametrize("persona", PERSONAS)
def test_doors_answer_by_level_and_person(kind, secrets, client, people, persona):
    viewer, known, opens = people[persona], known_to(persona), open_to(persona)
    records = {secrets[level].pk for level in known}
    browser = client.as_(viewer)
    page = browser.get(f"/{kind.slug}/").content.decode()
    assert [level for level, name in NAMES.items() if name in page] == known
    assert listing(kind, viewer).count().number == len(known)
    assert {r.pk for r in suggest(viewer, "fuz")} == records
    page = browser.get("/search/?q=fuzja").content.decode()
    assert [level for level, name in NAMES.items() if name in page] == known
    suggestions = browser.get(f"/{kind.slug}/suggestions/?q=fuz").json()["results"]
    assert {s["title"] for s in suggestions} == {NAMES[level] for level in known}
    tags = browser.get(f"/{kind.slug}/tags/?q=taj").json()["results"]
    assert {t["title"] for t in tags} == {f"tajne {level}" for level in opens}
    for level, record in secrets.items():
        status = browser.get(f"/{kind.slug}/{record.pk}/").status_code
        assert status == (200 if level in opens else 403 if level in known else 404), level
        card = browser.get(f"/{kind.slug}/{record.pk}/card/", headers={"HX-Request": "true"})
        assert card.status_code == (200 if level in known else 404), level
        found = listing(kind, viewer, f"visibility.is={LEVELS[level].value}").count().number
        assert found == int(level in opens), level


@pytest.mark.parametrize("persona", PERSONAS)
def test_only_those_with_access_change_a_record(kind, secrets, client, people, persona):
    browser = client.as_(people[persona])
    rows = Record.objects.filter(kind=kind.key).order_by("pk").values()
    before = list(rows)
    may = persona in OPEN_TO
    for level, record in secrets.items():
        url = f"/{kind.slug}/{record.pk}"
        assert browser.get(f"{url}/edit/").status_code == (200 if may else 404), level
        if may:
            continue
        for address, data in (
            (f"{url}/edit/", named(kind, "Zmienione")),
            (f"{url}/binning/", {}),
            (f"{url}/ownership/", {}),
            (f"{url}/fields/owner/", {"owner": ""}),
        ):
            assert browser.post(address, data).status_code == 404, address
    assert list(rows.all()) == before


def test_a_hidden_record_answers_like_one_that_does_not_exist(
    kind, make, client, kasia, piotr, people
):
    from uuid import uuid4

    record = make(kind.key, owner=kasia, visibility=Visibility.HIDDEN, **named(kind, "Fuzja X"))
    browser = client.as_(people["outsider"])
    for part in ("", "card/", "edit/", "access/", "panels/wall/"):
        hidden = browser.get(f"/{kind.slug}/{record.pk}/{part}")
        absent = browser.get(f"/{kind.slug}/{uuid4()}/{part}")
        assert hidden.status_code == absent.status_code == 404
        assert without_id(hidden) == without_id(absent)


def without_id(response):
    text = response.content.decode()
    for secret_part in (response.headers.get("X-Request-Id", "-"),):
        text = text.replace(secret_part, "")
    import re

    text = re.sub(r'name="csrf-token" content="[^"]+"', "", text)
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"', "", text)


def test_a_restricted_record_shows_only_its_basics_in_lists(kind, full, client, people):
    shown = dict.fromkeys(kind.title_from, "") | named(kind, "Jawna nazwa")
    full(kind, visibility=Visibility.RESTRICTED, **shown)
    columns = ",".join(key for key, f in kind.all_fields().items() if f.column)
    page = client.as_(people["outsider"]).get(f"/{kind.slug}/?columns={columns}")
    text = page.content.decode().split("<tbody>")[1].split("</tbody>")[0]
    assert "Jawna nazwa" in text
    assert "Kasia Nowak" in text
    for secret_text in ("pilne", "600 100 200", "526-025", "Śruba", "Długa 7", "12 500", "12,500"):
        assert secret_text not in text


def test_losing_access_shows_at_the_next_request(kind, make, client, kasia, piotr, people):
    record = make(kind.key, owner=kasia, visibility=Visibility.HIDDEN, **named(kind, "Fuzja X"))
    grant = Grant.objects.create(record_id=record.pk, user=piotr)
    browser = client.as_(piotr)
    assert browser.get(f"/{kind.slug}/{record.pk}/").status_code == 200
    grant.delete()
    assert browser.get(f"/{kind.slug}/{record.pk}/").status_code == 404
    assert "Fuzja X" not in browser.get("/search/suggestions/").content.decode()
