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


def secret(kind, make, kasia, piotr, ewa, level):
    record = make(
        kind.key,
        owner=kasia,
        visibility=LEVELS[level],
        **named(kind, "Fuzja Kanarek"),
        tags=["tajne"],
    )
    Grant.objects.create(record_id=record.pk, user=piotr)
    Grant.objects.create(record_id=record.pk, team=ewa.team)
    return record


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("persona", PERSONAS)
def test_doors_answer_by_level_and_person(
    kind, make, client, people, kasia, piotr, ewa, level, persona
):
    record = secret(kind, make, kasia, piotr, ewa, level)
    viewer = people[persona]
    knows = level != "hidden" or persona in OPEN_TO
    opens = level == "public" or persona in OPEN_TO
    browser = client.as_(viewer)
    page = browser.get(f"/{kind.slug}/").content.decode()
    assert ("Fuzja Kanarek" in page) is knows
    assert listing(kind, viewer).count().number == int(knows)
    assert [r.pk for r in suggest(viewer, "fuz")] == ([record.pk] if knows else [])
    assert ("Fuzja Kanarek" in browser.get("/search/?q=kanarek").content.decode()) is knows
    suggestions = browser.get(f"/{kind.slug}/suggestions/?q=fuz").json()["results"]
    assert [s["title"] for s in suggestions] == (["Fuzja Kanarek"] if knows else [])
    status = browser.get(f"/{kind.slug}/{record.pk}/").status_code
    assert status == (200 if opens else 403 if knows else 404)
    card = browser.get(f"/{kind.slug}/{record.pk}/card/", headers={"HX-Request": "true"})
    assert card.status_code == (200 if knows else 404)
    tags = browser.get(f"/{kind.slug}/tags/?q=taj").json()["results"]
    assert [t["title"] for t in tags] == (["tajne"] if opens else [])
    assert listing(kind, viewer, f"visibility.is={LEVELS[level].value}").count().number == int(
        opens
    )


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("persona", PERSONAS)
def test_only_those_with_access_change_a_record(
    kind, make, client, people, kasia, piotr, ewa, level, persona
):
    record = secret(kind, make, kasia, piotr, ewa, level)
    browser = client.as_(people[persona])
    before = Record.objects.filter(pk=record.pk).values().get()
    url = f"/{kind.slug}/{record.pk}"
    may = persona in OPEN_TO
    assert browser.get(f"{url}/edit/").status_code == (200 if may else 404)
    if may:
        return
    for address, data in (
        (f"{url}/edit/", named(kind, "Zmienione")),
        (f"{url}/binning/", {}),
        (f"{url}/ownership/", {}),
        (f"{url}/fields/owner/", {"owner": ""}),
    ):
        assert browser.post(address, data).status_code == 404, address
    assert Record.objects.filter(pk=record.pk).values().get() == before


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
