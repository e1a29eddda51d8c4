"""The map of a record: what it shows, to whom, and what it leaves out."""

import re
from typing import Any

import pytest

from orbita.preferences.models import StoredSetting
from orbita.records.models import Visibility
from orbita.records.trash import move_to_bin
from orbita.relations.graph import maps

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch(relation_type: Any) -> Any:
    """Centrala — Oddział."""
    return relation_type("company", "Centrala", "company", "Oddział")


@pytest.fixture
def rivals(relation_type: Any) -> Any:
    """Konkurenci, which is symmetric."""
    return relation_type("company", "Konkurenci", "company", "Konkurenci")


def url(record: Any, **query: Any) -> str:
    """The address of the record's map."""
    text = "&".join(f"{key}={value}" for key, value in query.items())
    return f"{record.get_absolute_url()}map/?{text}"


def table(response: Any) -> set[tuple[str, str, str]]:
    """The rows of the page's table: from, relation, to; a closed record ends with a star."""
    assert response.status_code == 200
    body = response.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    rows = set()
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.S):
        names = [
            name + ("*" if "You have no access" in rest else "")
            for name, rest in re.findall(r"<bdi>(.*?)</bdi></a>(.*?)</td>", row, re.S)
        ]
        label = re.search(r"data-label>(.*?)</td>", row)
        assert label
        rows.add((names[0], label[1], names[1]))
    return rows


def test_relations_and_what_the_fields_name_are_on_it(client, kasia, make, branch, tie):
    acme = make("company", title="ACME", owner=kasia)
    lodz = make("company", title="Łódź", owner=kasia)
    jan = make("person", first_name="Jan", last_name="Lis", company=acme, owner=kasia)
    make("deal", title="Wdrożenie", company=acme, persons=[jan], owner=kasia)
    tie(branch, acme, lodz)
    assert table(client.as_(kasia).get(url(acme))) == {
        ("ACME", "Oddział", "Łódź"),
        ("ACME", "Person", "Jan Lis"),
        ("ACME", "Deal", "Wdrożenie"),
        ("Jan Lis", "Deal", "Wdrożenie"),
    }
    assert table(client.as_(kasia).get(url(lodz))) == {("Łódź", "Centrala", "ACME")}


def test_a_second_step_shows_what_is_linked_with_the_neighbours(client, kasia, make, branch, tie):
    top, middle, bottom = (make("company", title=name) for name in ("Góra", "Środek", "Dół"))
    tie(branch, top, middle)
    tie(branch, middle, bottom)
    seen = client.as_(kasia)
    assert table(seen.get(url(top))) == {("Góra", "Oddział", "Środek")}
    assert table(seen.get(url(top, hops=2))) == {
        ("Góra", "Oddział", "Środek"),
        ("Środek", "Oddział", "Dół"),
    }
    assert table(seen.get(url(top, hops="wiele"))) == table(seen.get(url(top)))


def test_it_can_be_narrowed_to_some_sorts_of_links(client, kasia, make, branch, rivals, tie):
    acme, lodz, budex = (make("company", title=name) for name in ("ACME", "Łódź", "Budex"))
    make("person", first_name="Jan", last_name="Lis", company=acme)
    tie(branch, acme, lodz)
    tie(rivals, acme, budex)
    seen = client.as_(kasia)
    assert table(seen.get(url(acme, only=f"relation{branch.pk}"))) == {("ACME", "Oddział", "Łódź")}
    assert table(seen.get(url(acme, only="persons-company"))) == {("ACME", "Person", "Jan Lis")}
    assert len(table(seen.get(url(acme, only="unknown")))) == 3


def test_closed_records_are_names_with_a_lock_and_hidden_ones_are_not_there(
    client, kasia, piotr, make, branch, tie
):
    acme = make("company", title="ACME")
    closed = make("company", title="Fuzja", owner=piotr, visibility=Visibility.RESTRICTED)
    hidden = make("company", title="Tajna", owner=piotr, visibility=Visibility.HIDDEN)
    behind = make("company", title="Za nią")
    for far in (closed, hidden):
        tie(branch, acme, far, by=piotr)
    tie(branch, hidden, behind, by=piotr)
    seen = client.as_(kasia).get(url(acme, hops=2))
    assert table(seen) == {("ACME", "Oddział", "Fuzja*")}
    assert b"Tajna" not in seen.content
    assert b"Za ni" not in seen.content
    assert table(client.as_(piotr).get(url(acme, hops=2))) == {
        ("ACME", "Oddział", "Fuzja"),
        ("ACME", "Oddział", "Tajna"),
        ("Tajna", "Oddział", "Za nią"),
    }


def test_two_closed_records_are_never_shown_as_linked(client, kasia, piotr, make, rivals, tie):
    acme = make("company", title="ACME")
    one, other = (
        make("company", title=name, owner=piotr, visibility=Visibility.RESTRICTED)
        for name in ("Pierwsza", "Druga")
    )
    for pair in ((acme, one), (acme, other), (one, other)):
        tie(rivals, *pair, by=piotr)
    assert table(client.as_(kasia).get(url(acme, hops=2))) == {
        ("ACME", "Konkurenci", "Pierwsza*"),
        ("ACME", "Konkurenci", "Druga*"),
    }
    assert len(table(client.as_(piotr).get(url(acme, hops=2)))) == 3


def test_a_record_that_only_a_closed_one_leads_to_is_shown_if_it_is_open(
    client, kasia, piotr, make, branch, tie
):
    acme, end = make("company", title="ACME"), make("company", title="Koniec")
    closed = make("company", title="Fuzja", owner=piotr, visibility=Visibility.RESTRICTED)
    tie(branch, acme, closed, by=piotr)
    tie(branch, closed, end, by=piotr)
    assert table(client.as_(kasia).get(url(acme, hops=2))) == {
        ("ACME", "Oddział", "Fuzja*"),
        ("Fuzja*", "Oddział", "Koniec"),
    }


def test_maps_of_closed_hidden_and_unknown_records_do_not_exist(client, kasia, piotr, make):
    answers = [
        client.as_(kasia)
        .get(url(make("company", title="Fuzja", owner=piotr, visibility=level)))
        .status_code
        for level in (Visibility.RESTRICTED, Visibility.HIDDEN)
    ]
    unknown = "/companies/01934d2e-6c2a-7b3e-9d1f-2b8c4a6e0f13/map/"
    assert [*answers, client.get(unknown).status_code] == [404, 404, 404]


def test_what_is_in_the_bin_is_not_on_it(client, kasia, make, branch, tie):
    acme, lodz = (make("company", title=name, owner=kasia) for name in ("ACME", "Łódź"))
    tie(branch, acme, lodz)
    move_to_bin(lodz, by=kasia)
    assert table(client.as_(kasia).get(url(acme))) == set()


def test_types_of_a_kind_that_is_off_are_not_on_it(client, kasia, make, relation_type, tie):
    client_of = relation_type("space", "Projekt", "company", "Klient")
    acme, project = make("company", title="ACME"), make("space", title="Projekt ABC", owner=kasia)
    tie(client_of, project, acme, by=kasia)
    seen = client.as_(kasia)
    assert table(seen.get(url(acme))) == {("ACME", "Projekt", "Projekt ABC")}
    StoredSetting.objects.filter(key="addons.spaces").update(value=False)
    answer = seen.get(url(acme))
    assert table(answer) == set()
    assert b"Klient" not in answer.content


def test_without_relations_there_is_no_map_and_no_way_to_it(client, kasia, make):
    acme = make("company", title="ACME")
    assert (
        f"{acme.get_absolute_url()}map/"
        in client.as_(kasia).get(acme.get_absolute_url()).content.decode()
    )
    StoredSetting.objects.filter(key="addons.relations").update(value=False)
    assert client.get(url(acme)).status_code == 404
    profile = client.get(acme.get_absolute_url()).content.decode()
    assert "/map/" not in profile
    assert "/connection/" not in profile


def test_what_finds_no_place_is_counted_as_far_as_the_viewer_knows_it(
    client, kasia, piotr, make, branch, rivals, tie, monkeypatch
):
    monkeypatch.setattr(maps, "MOST_NEAR", 4)
    hub = make("company", title="Hub")
    for number in range(6):
        tie(branch, hub, make("company", title=f"Oddział {number}"))
    rival = make("company", title="Rywal")
    tie(rivals, hub, rival)
    secret = make("company", title="Tajna", owner=piotr, visibility=Visibility.HIDDEN)
    tie(branch, hub, secret, by=piotr)
    for viewer, rest in ((kasia, 3), (piotr, 4)):
        answer = client.as_(viewer).get(url(hub))
        assert len(table(answer)) == 4
        assert ("Hub", "Konkurenci", "Rywal") in table(answer)
        assert f"and {rest} others" in answer.content.decode()


def test_the_whole_map_has_a_limit(client, kasia, make, branch, tie, monkeypatch):
    monkeypatch.setattr(maps, "MOST_RECORDS", 5)
    hub = make("company", title="Hub")
    for number in range(3):
        one = make("company", title=f"Oddział {number}")
        tie(branch, hub, one)
        for letter in "abc":
            tie(branch, one, make("company", title=f"Filia {number}{letter}"))
    answer = client.as_(kasia).get(url(hub, hops=2))
    assert len(table(answer)) == 4
    assert answer.content.decode().count("and 3 others") == 2
    assert answer.content.decode().count("and 2 others") == 1


def test_a_larger_map_asks_no_more_questions(
    client, kasia, make, branch, tie, django_assert_max_num_queries
):
    hub = make("company", title="Hub")
    for number in range(12):
        one = make("company", title=f"Oddział {number}")
        tie(branch, hub, one)
        make("person", first_name="Jan", last_name=f"Lis {number}", company=one)
    seen = client.as_(kasia)
    seen.get(url(hub, hops=2))
    with django_assert_max_num_queries(12):
        assert len(table(seen.get(url(hub, hops=2)))) == 24


def test_somebody_whose_role_does_not_see_a_kind_meets_none_of_it(
    client, kasia, make, branch, tie, monkeypatch
):
    from orbita.accounts.models import User

    may = User.may

    def may_not_persons(self: User, action: str, kind: str) -> bool:
        return kind != "person" and may(self, action, kind)

    monkeypatch.setattr(User, "may", may_not_persons)
    acme = make("company", title="ACME")
    make("person", first_name="Jan", last_name="Lis", company=acme)
    answer = client.as_(kasia).get(url(acme, hops=2))
    assert table(answer) == set()
    assert b"Person" not in answer.content
