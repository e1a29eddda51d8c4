"""Teams: a tree that administrators change, and whose changes count at the next request."""

import pytest
from django.urls import reverse

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.models import Team, User
from orbita.records.models import Grant, Visibility

pytestmark = pytest.mark.django_db


def test_the_tree_shows_managers_and_how_many_are_in_it(
    client, anna, marek, kasia, teams, django_assert_max_num_queries
):
    client.as_(anna)
    with django_assert_max_num_queries(9):
        page = client.get(reverse("teams")).text
    assert page.index("Handel<") < page.index("Handel Południe<") < page.index("Realizacja<")
    assert ("Marek Wójcik" in page, "2 members" in page) == (True, True)


def test_teams_are_added_renamed_and_moved_without_a_circle(client, anna, teams):
    client.as_(anna)
    top, south = teams["handel"], teams["poludnie"]
    client.post(reverse("team-add"), {"name": " Kraków ", "parent": str(south.pk)})
    krakow = Team.objects.get(name="Kraków")
    assert krakow.parent == south
    change = reverse("team-change", args=[top.pk])
    circle = client.post(change, {"name": "Handel", "parent": str(krakow.pk)})
    assert (circle.status_code, Team.objects.get(pk=top.pk).parent) == (422, None)
    taken = client.post(change, {"name": "REALIZACJA", "parent": ""})
    assert (taken.status_code, "already a team" in taken.text) == (422, True)
    data = {"name": "Kraków Rynek", "parent": str(teams["realizacja"].pk)}
    client.post(reverse("team-change", args=[krakow.pk]), data)
    krakow.refresh_from_db()
    assert (krakow.name, krakow.parent) == ("Kraków Rynek", teams["realizacja"])
    entry = AuditEntry.objects.get(action=AuditAction.TEAM_CHANGED)
    assert entry.details["before"] == {"name": "Kraków", "parent": "Handel Południe"}


def test_only_an_empty_team_is_deleted(client, anna, kasia, marek, teams, make, ewa):
    company = make("company", title="Alfa", owner=ewa)
    Grant.objects.create(record=company, team=teams["poludnie"])
    address = reverse("team-deletion", args=[teams["poludnie"].pk])
    page = client.as_(anna).get(address).text
    assert ("2 members" in page, "1 record in which" in page) == (True, True)
    assert client.post(address).status_code == 422
    data = {"team": str(teams["polnoc"].pk)}
    client.post(reverse("team-moving", args=[teams["poludnie"].pk]), data)
    assert User.objects.get(pk=kasia.pk).team == teams["polnoc"]
    assert client.post(address).status_code == 422
    moving = reverse("team-moving", args=[teams["poludnie"].pk])
    nowhere = client.post(moving, {"team": "", "participation": "give"})
    assert nowhere.status_code == 422
    given = client.post(moving, data | {"participation": "give"}, follow=True)
    assert ("new participant" in given.text, "Handel Północ" in given.text) == (True, True)
    assert list(Grant.objects.values_list("team", flat=True)) == [teams["polnoc"].pk]
    assert client.post(address)["Location"] == reverse("teams")
    assert not Team.objects.filter(name="Handel Południe").exists()
    assert AuditEntry.objects.filter(action=AuditAction.USER_CHANGED).count() == 2
    assert AuditEntry.objects.filter(action=AuditAction.TEAM_DELETED, actor=anna).exists()


def test_moving_people_and_teams_changes_access_at_the_next_request(
    client, anna, marek, kasia, piotr, teams, make
):
    """VIS-31: the old manager loses, the new one gains."""
    make("company", title="Tajna", owner=kasia, visibility=Visibility.HIDDEN)

    def sees(user):
        return "Tajna" in client.as_(user).get("/companies/").text

    assert sees(marek)
    data = {"users": [str(kasia.pk)]}
    client.as_(anna).post(reverse("team-members", args=[teams["polnoc"].pk]), data)
    assert not sees(marek)
    data = {"name": "Handel Północ", "parent": str(teams["poludnie"].pk)}
    client.as_(anna).post(reverse("team-change", args=[teams["polnoc"].pk]), data)
    assert sees(marek)
    User.objects.filter(pk=piotr.pk).update(role="manager")
    assert sees(piotr)
    data = {"first_name": "Marek", "last_name": "Wójcik", "email": marek.email, "language": "en"}
    data |= {"role": "user", "team": str(teams["poludnie"].pk)}
    client.as_(anna).post(reverse("user", args=[marek.pk]), data)
    assert not sees(marek)
