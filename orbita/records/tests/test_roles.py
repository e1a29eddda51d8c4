"""The matrix of rights: its page, and that a change counts at the next request."""

from typing import Any

import pytest

from orbita.accounts.models import AuditEntry
from orbita.accounts.rights import ACTIONS
from orbita.preferences.models import StoredSetting
from orbita.records.kinds import kinds

USERS = "/settings/roles/user/"


def matrix(**changed: list[str]) -> dict[str, list[str]]:
    """What the page posts: everything ticked, but for the kinds named here."""
    return {kind.key: changed.get(kind.key, list(ACTIONS)) for kind in kinds}


def test_an_administrator_takes_a_right_away_and_it_counts_at_once(
    client: Any, anna: Any, kasia: Any, marek: Any, features: None
) -> None:
    assert client.as_(kasia).get("/companies/new/").status_code == 200
    client.as_(anna)
    assert client.get("/settings/roles/")["Location"] == USERS
    page = client.get(USERS).text
    assert 'name="vehicle"' in page  # a kind that only the tests know has its row by itself
    assert page.count(" checked") == len(list(kinds)) * (len(ACTIONS) + 1)
    rights = ["view", "edit"]
    answer = client.post(USERS, matrix(company=rights), follow=True)
    assert "The rights are saved" in answer.text
    told = AuditEntry.objects.filter(action="setting_changed").get()
    assert (told.subject, told.actor) == ("rights.user.company", anna)
    assert (told.details["before"], told.details["after"]) == (list(ACTIONS), rights)
    assert client.as_(kasia).get("/companies/new/").status_code == 403
    page = client.get("/companies/").text
    assert not [word for word in ("/companies/new/", "/export/", "data-select") if word in page]
    assert client.get("/persons/new/").status_code == 200
    assert client.as_(marek).get("/companies/new/").status_code == 200
    assert client.as_(anna).get("/companies/new/").status_code == 200


@pytest.mark.parametrize("given", [["add"], ["edit", "export"], ["view", "nothing"]])
def test_what_makes_no_sense_is_refused(client: Any, anna: Any, features: None, given: Any) -> None:
    answer = client.as_(anna).post(USERS, matrix(company=given))
    assert answer.status_code == 422
    assert 'id="problem-company"' in answer.text
    assert not StoredSetting.objects.filter(key__startswith="rights.").exists()


def test_nobody_else_opens_the_matrix_and_the_administrators_is_closed(
    client: Any, anna: Any, marek: Any, features: None
) -> None:
    for answer in (
        client.as_(marek).get(USERS),
        client.post(USERS, matrix()),
        client.get("/settings/roles/"),
    ):
        assert answer.status_code == 403
    page = client.as_(anna).get("/settings/roles/administrator/")
    assert page.text.count(" disabled") == page.text.count('type="checkbox"') > 0
    assert client.post("/settings/roles/administrator/", matrix()).status_code == 404
    assert client.get("/settings/roles/nobody/").status_code == 404
    assert not StoredSetting.objects.filter(key__startswith="rights.").exists()


def test_a_role_without_any_right_sees_no_kind_and_costs_no_question(
    client: Any, kasia: Any, make: Any, django_assert_max_num_queries: Any
) -> None:
    make("company", title="Alfa", owner=kasia)
    client.as_(kasia).get("/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as before:
        client.get("/companies/")
    for kind in kinds:
        value: list[str] = [] if kind.key == "company" else list(ACTIONS)
        StoredSetting.objects.create(key=f"rights.user.{kind.key}", value=value)
    with django_assert_max_num_queries(len(before)):
        assert client.get("/companies/").status_code == 404
    with django_assert_max_num_queries(len(before)):
        client.get("/persons/")
    page = client.get("/").text
    assert "/companies/" not in page
    assert "Alfa" not in page
