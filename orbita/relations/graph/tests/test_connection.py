"""How two records are connected: the shortest chain that the viewer may know, and no other."""

import re
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orbita.preferences.models import StoredSetting
from orbita.records.models import Record, Visibility
from orbita.records.trash import move_to_bin
from orbita.relations.graph import chains
from orbita.relations.graph.chains import Outcome, find_chain
from orbita.relations.graph.ways import ways_for
from orbita.relations.models import Edge, Relation
from orbita.relations.models import RelationType as Type

pytestmark = pytest.mark.django_db
UNKNOWN = "01934d2e-6c2a-7b3e-9d1f-2b8c4a6e0f13"


@pytest.fixture
def branch(relation_type: Any) -> Any:
    """Centrala — Oddział."""
    return relation_type("company", "Centrala", "company", "Oddział")


@pytest.fixture
def row(make: Any, branch: Any, tie: Any) -> Any:
    """`row(n)`: companies "0", "1", … each the head office of the next."""

    def make_row(count: int) -> list[Any]:
        found = [make("company", title=str(number)) for number in range(count)]
        for one, other in pairwise(found):
            tie(branch, one, other)
        return found

    return make_row


def asked(client: Any, record: Any, to: Any) -> Any:
    """The page of the connection."""
    return client.get(f"{record.get_absolute_url()}connection/?to={getattr(to, 'pk', to)}")


def chain(response: Any) -> list[str]:
    """The names of the chain with the words between them; a closed record ends with a star."""
    assert response.status_code == 200
    body = response.content.decode().partition('<ol class="chain">')[2].partition("</ol>")[0]
    found = []
    for link in body.split("<li")[1:]:
        found += re.findall(r'<span class="name">(.*?)</span>', link)
        name = re.search(r"<bdi>(.*?)</bdi>", link)
        assert name
        found.append(name[1] + ("*" if "You have no access" in link else ""))
    return found


def test_the_chain_is_told_in_the_words_of_each_record(client, kasia, make, branch, tie):
    acme = make("company", title="ACME", owner=kasia)
    lodz = make("company", title="Łódź", owner=kasia)
    jan = make("person", first_name="Jan", last_name="Lis", company=lodz, owner=kasia)
    deal = make("deal", title="Wdrożenie", persons=[jan], owner=kasia)
    tie(branch, acme, lodz)
    seen = client.as_(kasia)
    there = ["ACME", "Oddział", "Łódź", "Person", "Jan Lis", "Deal", "Wdrożenie"]
    back = ["Wdrożenie", "People", "Jan Lis", "Company", "Łódź", "Centrala", "ACME"]
    assert chain(asked(seen, acme, deal)) == there
    assert chain(asked(seen, deal, acme)) == back
    assert "Connected in 3 steps" in asked(seen, acme, deal).content.decode()


def test_six_steps_are_found_and_seven_are_not(client, kasia, row):
    found = row(8)
    seen = client.as_(kasia)
    assert chain(asked(seen, found[0], found[6]))[::2] == list("0123456")
    answer = asked(seen, found[0], found[7])
    assert chain(answer) == []
    assert "No connection found in 6 steps" in answer.content.decode()


def test_a_record_is_the_same_as_itself(client, kasia, make):
    acme = make("company", title="ACME")
    assert "This is the same record" in asked(client.as_(kasia), acme, acme).content.decode()


def test_no_chain_leads_through_hidden_records_or_those_in_the_bin(client, kasia, piotr, row):
    first, second, third = row(3)
    assert len(chain(asked(client.as_(kasia), first, third))) == 5
    Record.objects.filter(pk=second.pk).update(visibility=Visibility.HIDDEN, owner=piotr)
    assert chain(asked(client.as_(kasia), first, third)) == []
    assert len(chain(asked(client.as_(piotr), first, third))) == 5
    second.refresh_from_db()
    move_to_bin(second, by=piotr)
    assert chain(asked(client.as_(piotr), first, third)) == []


def test_a_chain_leads_over_one_closed_record_and_not_between_two(client, kasia, piotr, row):
    found = row(4)
    closed = {"visibility": Visibility.RESTRICTED, "owner": piotr}
    Record.objects.filter(pk=found[1].pk).update(**closed)
    assert chain(asked(client.as_(kasia), found[0], found[3]))[::2] == ["0", "1*", "2", "3"]
    Record.objects.filter(pk=found[2].pk).update(**closed)
    assert chain(asked(client.as_(kasia), found[0], found[3])) == []
    assert chain(asked(client.as_(kasia), found[0], found[1]))[::2] == ["0", "1*"]
    assert len(chain(asked(client.as_(piotr), found[0], found[3]))) == 7


def test_unknown_and_hidden_records_answer_alike(client, kasia, piotr, make):
    acme = make("company", title="ACME")
    hidden = make("company", title="Tajna", owner=piotr, visibility=Visibility.HIDDEN)
    seen = client.as_(kasia)
    answers = [asked(seen, acme, to) for to in (hidden, UNKNOWN, "wcale-nie-id")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    bodies = {answer.content.decode().partition("<main")[2] for answer in answers}
    bodies = {body.partition("</main>")[0] for body in bodies}
    assert len(bodies) == 1
    assert "The chosen record no longer exists" in bodies.pop()
    assert asked(seen, hidden, acme).status_code == 404


def test_a_type_of_a_kind_that_is_off_connects_nothing(client, kasia, make, relation_type, tie):
    client_of = relation_type("space", "Projekt", "company", "Klient")
    one, other = make("company", title="ACME"), make("company", title="Budex")
    project = make("space", title="Projekt ABC", owner=kasia)
    for far in (one, other):
        tie(client_of, project, far, by=kasia)
    seen = client.as_(kasia)
    assert chain(asked(seen, one, other))[::2] == ["ACME", "Projekt ABC", "Budex"]
    StoredSetting.objects.filter(key="addons.spaces").update(value=False)
    assert chain(asked(seen, one, other)) == []


def test_a_search_that_is_too_large_says_so(client, kasia, row, monkeypatch):
    monkeypatch.setattr(chains, "MOST_LINKS", 3)
    found = row(7)
    answer = asked(client.as_(kasia), found[0], found[6])
    assert chain(answer) == []
    assert "The search was stopped" in answer.content.decode()
    assert "No connection found" not in answer.content.decode()


def test_a_hub_is_met_without_looking_at_all_of_it(kasia, make, branch, tie, monkeypatch):
    hub = make("company", title="Hub")
    for number in range(20):
        tie(branch, hub, make("company", title=f"Oddział {number}"))
    ends = Record.objects.filter(title__in=("Oddział 3", "Oddział 17"))
    monkeypatch.setattr(chains, "MOST_LINKS", 5)
    start, goal = ends.order_by("pk").values_list("pk", flat=True)
    found = find_chain(start, goal, ways_for(kasia), kasia)
    assert found.ids == (start, hub.pk, goal)


def test_the_number_of_questions_does_not_grow_with_the_records(
    client, kasia, make, row, branch, tie, django_assert_max_num_queries
):
    found = row(7)
    for one in found:
        for number in range(5):
            tie(branch, one, make("company", title=f"{one.title}/{number}"))
    seen = client.as_(kasia)
    asked(seen, found[0], found[6])
    with django_assert_max_num_queries(28):
        assert len(chain(asked(seen, found[0], found[6]))) == 13


def test_the_picker_offers_every_kind_and_neither_the_record_nor_hidden_ones(
    client, kasia, piotr, make
):
    acme = make("company", title="Nowa ACME")
    make("person", first_name="Nowa", last_name="Osoba")
    make("deal", title="Nowa szansa")
    make("company", title="Nowa tajna", owner=piotr, visibility=Visibility.HIDDEN)
    url = f"{acme.get_absolute_url()}connection/suggestions/"
    offered = client.as_(kasia).get(f"{url}?q=nowa").json()["results"]
    assert {one["title"] for one in offered} == {"Nowa Osoba", "Nowa szansa"}
    client.get(acme.get_absolute_url())
    assert client.get(url).json()["results"] == []


LEVELS = st.sampled_from([Visibility.PUBLIC, Visibility.RESTRICTED, Visibility.HIDDEN])


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    levels=st.lists(LEVELS, min_size=9, max_size=9),
    pairs=st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=14),
    ends=st.tuples(st.integers(0, 8), st.integers(0, 8)),
)
def test_the_chain_is_as_short_as_a_plain_search_finds_it(
    world: tuple[list[UUID], Any, Type], levels: Any, pairs: Any, ends: Any
) -> None:
    ids, viewer, type_ = world
    Relation.objects.all().delete()
    for pk, level in zip(ids, levels, strict=True):
        Record.objects.filter(pk=pk).update(visibility=level)
    stored = {tuple(sorted((ids[a], ids[b]))) for a, b in pairs if a != b}
    Relation.objects.bulk_create(Relation(type=type_, a_id=a, b_id=b) for a, b in stored)
    assert Edge.objects.count() == 2 * len(stored)
    start, goal = (ids[end] for end in ends)
    found = find_chain(start, goal, ways_for(viewer), viewer)
    expected = plain_search(dict(zip(ids, levels, strict=True)), stored, start, goal)
    if expected is None:
        assert found.outcome == Outcome.NONE or start == goal
        return
    assert (found.outcome, len(found.ids) - 1) == (Outcome.FOUND, expected)
    assert (found.ids[0], found.ids[-1]) == (start, goal)
    for one, other in pairwise(found.ids):
        assert tuple(sorted((one, other))) in stored


@pytest.fixture
def world(make: Any, kasia: Any, piotr: Any, relation_type: Any) -> tuple[list[UUID], Any, Type]:
    """Nine companies of somebody else, who looks, and a symmetric type."""
    ids = [make("company", title=str(number), owner=piotr).pk for number in range(9)]
    return ids, kasia, relation_type("company", "Konkurenci", "company", "Konkurenci")


def plain_search(levels: Any, stored: Any, start: UUID, goal: UUID) -> int | None:
    """How many links lie between the two, level by level, over what an outsider may know."""
    if Visibility.HIDDEN in (levels[start], levels[goal]) and start != goal:
        return None
    known: dict[UUID, set[UUID]] = {pk: set() for pk in levels}
    for one, other in stored:
        pair = {levels[one], levels[other]}
        if Visibility.HIDDEN not in pair and Visibility.PUBLIC in pair:
            known[one].add(other)
            known[other].add(one)
    reached, edge = {start}, {start}
    for steps in range(7):
        if goal in edge:
            return steps
        edge = {far for near in edge for far in known[near]} - reached
        reached |= edge
    return None
