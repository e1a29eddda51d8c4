"""`fields`, `expand` and cursors: names out of an allow-list, each thing through its own door."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.accounts.models import Team
from orbita.records.models import CustomField, Visibility

KEPT = {"id", "kind", "version", "is_open"}


def test_an_answer_holds_what_was_asked_for(call, make, kasia):
    company = make("company", title="Nowa Era", owner=kasia, city="Łódź")
    api = call(kasia)
    for path in ("/companies", f"/companies/{company.pk}"):
        found = api.get(f"{path}?fields=title,city").json()
        item = found["items"][0] if "items" in found else found
        assert item.keys() == KEPT | {"title", "city"}
        assert "relations" in api.get(f"{path}?fields=relations&fields=url").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        *("fields=*", "fields=", "fields=owner__password", "fields=owner.email", "fields=digest"),
        *("fields=title,,city", "fields=search_text", "depth=10", "include=owner"),
        *("expand=*", "expand=title", "expand=owner.team", "expand=company.owner", "expand="),
        *("expand=owner__api_tokens", "owner__password__startswith=a", "notes__contains=x"),
        *("owner__password.starts=a", "sort=owner__password", "sort=search_text", "pk__in.is=1"),
    ],
)
def test_only_declared_names_are_taken(call, make, kasia, query):
    """VIS-18, VIS-19, VIS-20."""
    company = make("company", title="Nowa Era", owner=kasia)
    api = call(kasia)
    assert api.get(f"/companies?{query}").status_code == 400
    assert api.get(f"/companies/{company.pk}?{query}").status_code == 400


def test_a_field_closed_to_the_role_answers_like_one_that_there_never_was(call, make, kasia, anna):
    """In fields, expand, filters and sorting alike."""
    secret = CustomField.objects.create(
        kind="company", label="Marża", type="number", roles=["administrator"]
    )
    person = CustomField.objects.create(
        kind="company", label="Audytor", type="user", roles=["administrator"]
    )
    make("company", title="Nowa Era", owner=kasia)
    keys = [f"custom_{one.pk.hex}" for one in (secret, person)]
    invented = "custom_" + "0" * 32
    templates = ("fields={}", "expand={}", "{}.filled=1", "{}.is=1", "sort={}", "sort=-{}")
    for key in keys:
        for template in templates:
            told = []
            for name in (key, invented):
                answer = call(kasia).get(f"/companies?{template.format(name)}")
                told.append((answer.status_code, answer.content.replace(name.encode(), b"")))
            assert told[0] == told[1]
            assert told[0][0] == 400
        assert call(anna).get(f"/companies?fields={key}").status_code == 200


def test_what_is_expanded_comes_whole_and_once_and_through_its_own_door(
    call, make, kasia, ewa, relation_type, tie
):
    branch = relation_type("company", "Centrala", "company", "Oddział")
    levels = {"Jawna": Visibility.PUBLIC, "Serwis": Visibility.RESTRICTED}
    levels["Fuzja X"] = Visibility.HIDDEN
    companies = {
        title: make("company", title=title, owner=kasia, visibility=level, description="tajne")
        for title, level in levels.items()
    }
    mine = make("company", title="Moja", owner=ewa, tags=["VIP"], participants=[kasia])
    for number, company in enumerate(companies.values()):
        make("deal", title=f"Szansa {number}", owner=ewa, company=company)
        tie(branch, mine, company)
    hers = call(ewa)
    page = hers.get("/deals?fields=title&expand=company,owner").json()
    found = {one["title"]: one for one in page["included"]["companies"]}
    assert found.keys() == {"Jawna", "Serwis"}
    assert found["Jawna"]["description"] == "tajne"
    assert found["Serwis"].keys() == {"id", "kind", "title", "owner", "is_open"}
    assert [user["name"] for user in page["included"]["users"]] == ["Ewa Maj"]
    assert page["included"]["users"][0].keys() == {"id", "name", "team", "status"}
    assert page["included_exceeded"] is False
    one = hers.get(f"/companies/{mine.pk}?expand=relations,tags,participants").json()
    assert {other["title"] for other in one["included"]["companies"]} == {"Jawna", "Serwis"}
    assert one["included"]["tags"][0]["name"] == "VIP"
    assert [user["name"] for user in one["included"]["users"]] == ["Kasia Nowak"]
    assert b"Fuzja" not in hers.get("/deals?expand=company,persons,relations").content
    assert b"password" not in hers.get("/deals?expand=owner,author").content


def test_expansions_cost_the_same_for_one_row_and_for_fifty(
    call, make_many, make, kasia, ewa, relation_type, tie
):
    branch = relation_type("company", "Klient", "deal", "Szansa")
    api, counts = call(kasia), []
    path = "/deals?limit=100&expand=owner,author,company,persons,tags,groups,participants,relations"
    for rows in (1, 20):
        companies = make_many("company", rows, title="Firma {}", owner=ewa)
        for company in companies:
            person = make("person", last_name="Kowal", owner=kasia)
            deal = make(
                "deal", title="X", owner=kasia, company=company, persons=[person], tags=["VIP"]
            )
            tie(branch, company, deal)
        api.get(path)
        with CaptureQueriesContext(connection) as queries:
            page = api.get(path).json()
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 34, counts
    assert {len(page["included"][name]) for name in ("companies", "persons")} == {21}


def test_fields_save_questions(call, make, kasia):
    make("company", title="Nowa Era", owner=kasia, tags=["VIP"], city="Łódź")
    api, counts = call(kasia), []
    for path in ("/companies?fields=title", "/companies"):
        api.get(path)
        with CaptureQueriesContext(connection) as queries:
            api.get(path)
        counts.append(len(queries))
    assert counts[0] <= counts[1] / 2


def test_a_cursor_is_good_for_one_list_of_one_caller(call, make_many, kasia, marek):
    make_many("company", 5, title="Firma {}", owner=kasia)
    api = call(kasia)
    page = api.get("/companies?limit=2&title.contains=Firma").json()
    cursor = page["next"]
    assert (page["total"], page["total_exceeded"]) == (5, False)
    same = "title.contains=Firma"
    assert api.get(f"/companies?{same}&cursor={cursor}&limit=200").status_code == 200
    for query in ("", "&title.contains=Firm", f"&{same}&sort=-title", f"&{same}&q=Firma"):
        assert api.get(f"/companies?cursor={cursor}{query}").status_code == 400, query
    assert api.get(f"/persons?{same}&cursor={cursor}").status_code == 400
    assert call(marek).get(f"/companies?{same}&cursor={cursor}").status_code == 400
    first = api.get("/companies?limit=2").json()
    make_many("company", 3, title="Aa {}", owner=kasia)
    second = api.get(f"/companies?limit=2&cursor={first['next']}").json()
    assert [one["title"] for one in second["items"]] == ["Firma 2", "Firma 3"]


def test_users_and_bin_and_notes_are_paged_alike(call, make_many, kasia, ewa, marek, anna):
    for company in (companies := make_many("company", 3, title="Firma {}", owner=kasia)):
        call(kasia).post(f"/companies/{companies[0].pk}/notes", {"html": company.title})
        call(kasia).delete(f"/companies/{company.pk}") if company != companies[0] else None
    Team.objects.create(name="Zespół")
    api = call(kasia)
    for path, count in (("/users", 4), ("/bin", 2), (f"/companies/{companies[0].pk}/notes", 3)):
        ids, cursor = [], ""
        while cursor is not None:
            page = api.get(f"{path}?limit=1&cursor={cursor}").json()
            ids += [one["id"] for one in page["items"]]
            cursor = page["next"]
            assert page["total"] == count
        assert len(set(ids)) == len(ids) == count
    if_stranger = call(ewa)
    assert if_stranger.get("/bin").json()["items"] == []
