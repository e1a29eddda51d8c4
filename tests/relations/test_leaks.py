"""VIS-13, VIS-14 and VIS-28 for relations: two worlds, stubs, and ends named by id.

VIS-13 compares answers byte by byte: those who may not know of a record read the same whether or
not it is tied to what they see.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from conftest import api_headers
from orbita.accounts.tokens import issue_token
from orbita.activity.following import follow
from orbita.activity.telling import tell
from orbita.records.changes import change_set
from orbita.records.models import Channel, Record, Visibility
from orbita.records.tests.contract.test_forms import posted
from orbita.relations.models import Edge, Relation
from orbita.relations.relating import describe, part
from orbita.relations.tests.wholeness import edges_are_derived
from tests.test_two_worlds import answer_of

pytestmark = pytest.mark.django_db
CANARY = "Fuzja Kanarek"


@pytest.fixture
def types(relation_type: Any) -> list[Any]:
    """One type between kinds, one between equal ones, a symmetric one; all of them in forms."""
    in_form = {"section_a": "basic", "section_b": "basic"}
    return [
        relation_type("company", "Klient", "deal", "Projekt", **in_form),
        relation_type("company", "Centrala", "company", "Oddział", one_a=True, **in_form),
        relation_type("company", "Konkurenci", "company", "Konkurenci", section_a="basic"),
    ]


def keys(types: list[Any]) -> dict[str, list[str]]:
    """The keys of the fields by the address of the kind."""
    client, branch, rivals = (f"relation{one.pk}" for one in types)
    own = [f"{client}a", f"{branch}a", f"{branch}b", f"{rivals}a"]
    return {"companies": own, "deals": [f"{client}b"]}


def doors(records: dict[str, Any], types: list[Any], other: Any) -> Iterator[str]:
    """Every address at which a relation might show; `other` is the id of the hidden record."""
    for slug, record in records.items():
        base, columns = f"/{slug}/{record.pk}/", ",".join(["title", *keys(types)[slug]])
        for part_ in ("", "edit/", "card/", "wall/?show=changes", "access/", "map/?hops=2"):
            yield base + part_
        yield from (f"{base}panels/relations/", f"{base}relations/", f"{base}relations/new/")
        yield f"{base}relations/?q=fuzja&sort=newest"
        yield from (f"{base}connection/?to={other}", f"{base}connection/suggestions/?q=fuz")
        yield f"/{slug}/?columns={columns}"
        yield f"/{slug}/export/csv/?columns={columns},updated_at"
        for key in keys(types)[slug]:
            yield f"{base}relations/?type={key}"
            yield f"{base}relations/new/suggestions/?type={key}&q=fuz"
            yield f"{base}relations/new/end/?type={key}&other={other}"
            yield f"{base}fields/{key}/"
            yield f"/{slug}/new/?{key}={other}"
            for query in ("filled=1", "empty=1", "atleast=1", f"is={other}", f"not={other}"):
                yield f"/{slug}/?{key}.{query}"
        yield from (f"/api/v1/{slug}", f"/api/v1/{slug}/{record.pk}")
        yield f"/api/v1/relations?record={record.pk}"
    yield from ("/", "/notifications/", "/notifications/count/", "/search/?q=fuzja")
    yield from ("/api/v1/relations", f"/api/v1/relations?record={other}")


def read(client: Any, token: str, addresses: list[str]) -> dict[str, Any]:
    """All answers."""
    found = {}
    for one in addresses:
        headers = {"Authorization": f"Bearer {token}"} if one.startswith("/api/") else {}
        found[one] = answer_of(client.get(one, headers=headers))
    return found


def test_vis_13_a_relation_to_a_hidden_record_shows_nowhere(
    client, make, tie, types, kasia, ewa, anna
):
    acme = make("company", title="ACME", owner=kasia)
    budex = make("company", title="Budex", owner=kasia)
    records = {"companies": acme, "deals": make("deal", title="Wdrożenie", owner=kasia)}
    tie(types[1], acme, budex, note="jawna")
    for record in records.values():
        follow(Record.objects.get(pk=record.pk), by=ewa)
    browser, token, unknown = client.as_(ewa), issue_token(ewa, "test"), uuid4()
    read(browser, token, list(doors(records, types, unknown)))  # visits are stored now
    first = read(browser, token, list(doors(records, types, unknown)))
    hidden = make("company", title=CANARY, owner=anna, visibility=Visibility.HIDDEN)
    with change_set(by=anna) as changes:
        made = [
            tie(types[0], hidden, records["deals"], note="poufne"),
            tie(types[1], hidden, acme, note="poufne"),
            tie(types[2], hidden, acme, note="poufne"),
        ]
    describe(made[1], by=anna, note="bardzo poufne", since=None, until=None)
    part(made[2:], by=anna)
    tell(changes)
    second = read(browser, token, list(doors(records, types, hidden.pk)))
    differing = []
    for (address, one), other in zip(first.items(), second.values(), strict=True):
        other = (*other[:2], other[2].replace(str(hidden.pk).encode(), str(unknown).encode()))
        if one != other:
            differing.append(address)
    assert differing == []
    seen = client.as_(anna).get(f"/companies/{acme.pk}/panels/relations/").content.decode()
    assert CANARY in seen


def test_vis_13_summaries_of_large_deeds_are_silent_too(
    client, make, tie, types, kasia, ewa, anna, monkeypatch
):
    """A deed with more changes than anybody reads one by one is told in one sentence."""
    from orbita.activity import telling
    from orbita.activity.models import Notification

    monkeypatch.setattr(telling, "TOO_MANY_TO_READ", 1)
    firms = [make("company", title=f"Firma {n}", owner=kasia) for n in range(3)]
    for firm in firms:
        follow(Record.objects.get(pk=firm.pk), by=ewa)
    hidden = make("company", title=CANARY, owner=anna, visibility=Visibility.HIDDEN)
    public = make("company", title="Jawna", owner=anna)
    for end, count in ((hidden, 0), (public, 1)):
        with change_set(by=anna, channel=Channel.LIST_OPERATION, label="Powiąż") as changes:
            for firm in firms:
                tie(types[2], end, firm)
        tell(changes)
        assert Notification.objects.filter(user=ewa, changeset=changes).count() == count


SECRETS = ("5260250274", "canary@example.com", "kanarkowy", "31415926", "umowa tajna")


def test_vis_14_of_a_restricted_end_nothing_but_the_stub_leaves_the_server(
    client, make, tie, types, kasia, ewa
):
    acme = make("company", title="ACME", owner=kasia)
    records = {"companies": acme, "deals": make("deal", title="Wdrożenie", owner=kasia)}
    closed = make(
        "company",
        title="Fuzja",
        nip="5260250274",
        tags=["kanarkowy"],
        emails=[{"value": "canary@example.com", "label": ""}],
        owner=kasia,
        visibility=Visibility.RESTRICTED,
    )
    tie(types[0], closed, records["deals"], note="umowa tajna")
    tie(types[1], closed, acme, note="umowa tajna")
    tie(types[2], acme, closed, note="umowa tajna")
    browser, token = client.as_(ewa), issue_token(ewa, "test")
    addresses = [*doors(records, types, closed.pk), f"/companies/{closed.pk}/card/"]
    answers = read(browser, token, addresses)
    texts = {address: body.decode() for address, (_status, _to, body) in answers.items()}
    found = {a: s for a, text in texts.items() for s in SECRETS if s in text}
    assert found == {}
    named = [address for address, text in texts.items() if "Fuzja" in text]
    assert len(named) > 15
    for one in client.get("/api/v1/relations", headers={"Authorization": f"Bearer {token}"}).json()[
        "items"
    ]:
        assert not {"note", "since", "until"} & one.keys()


def test_vis_28_an_end_named_by_id_is_as_one_that_does_not_exist(
    client, make, tie, types, kasia, anna
):
    """Window, form, field on the profile, list operation and API: no row, the same sentence."""
    acme = make("company", title="ACME", owner=kasia)
    hidden = make("company", title=CANARY, owner=anna, visibility=Visibility.HIDDEN)
    browser, token = client.as_(kasia), issue_token(kasia, "test")
    key, type_ = f"relation{types[2].pk}a", types[2].pk
    form = posted(browser.get(f"/companies/{acme.pk}/edit/").context["form"])
    new = posted(browser.get("/companies/new/").context["form"])
    before = [list(m.objects.order_by("pk").values()) for m in (Relation, Edge, Record)]
    answers = []
    for pk in map(str, (hidden.pk, uuid4())):
        window = {"type": key, "other": pk, "note": "", "since": "", "until": ""}
        operation = {"ids": [str(acme.pk)], "facing": key, "end_company": pk}
        posts = [
            (f"/companies/{acme.pk}/relations/new/", window),
            (f"/companies/{acme.pk}/edit/", form | {key: [pk]}),
            ("/companies/new/", new | {"title": "Nowa", key: [pk]}),
            (f"/companies/{acme.pk}/fields/{key}/", {key: [pk]}),
            ("/companies/operations/add-relation/", operation | {"step": "preview"}),
        ]
        found = []
        for url, data in posts:
            answer = browser.post(url, data)
            assert answer.status_code == 422, url
            found.append(str(answer.context["form"].errors).replace(pk, ""))
        for body in (
            {"type": type_, "a": str(acme.pk), "b": pk},
            {"type": type_, "a": pk, "b": str(acme.pk)},
        ):
            answer = client.post(
                "/api/v1/relations",
                body,
                content_type="application/json",
                headers=api_headers(token),
            )
            found.append((answer.status_code, answer.content.decode().replace(pk, "")))
        answers.append(found)
    assert answers[0] == answers[1]
    assert "The chosen record no longer exists" in answers[0][0]
    after = [list(m.objects.order_by("pk").values()) for m in (Relation, Edge, Record)]
    assert after == before
    assert edges_are_derived()
