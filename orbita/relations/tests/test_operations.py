"""One other end for many records of a list, and taking it away again."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.jobs.testing import run_jobs
from orbita.records.history import history
from orbita.records.kinds import kinds
from orbita.records.models import ChangeSet, OperationRun, Record, Visibility
from orbita.records.operations import operations, running
from orbita.records.undo import take_back
from orbita.relations.models import Edge, Relation
from orbita.ui.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def firms(make: Any, kasia: Any) -> Any:
    """`firms("ACME", "Budex")`: companies of Kasia's by these names."""

    def make_firms(*titles: str, **values: Any) -> list[Any]:
        values.setdefault("owner", kasia)
        return [make("company", title=title, **values) for title in titles]

    return make_firms


def address(deed: str, tail: str = "") -> str:
    return f"/companies/operations/{deed}-relation/{tail}"


def given(key: str, end: Any, records: Any) -> dict[str, Any]:
    ids = records if isinstance(records, dict) else {"ids": [str(one.pk) for one in records]}
    return {**ids, "facing": key, f"end_{end.kind}": str(end.pk)}


def preview(browser: Any, deed: str, key: str, end: Any, records: Any) -> Any:
    answer = browser.post(address(deed), {**given(key, end, records), "step": "preview"})
    assert answer.status_code == 200, answer.context["form"].errors
    return answer.context["preview"]


def order(browser: Any, deed: str, key: str, end: Any, records: Any) -> OperationRun:
    token = uuid7()
    answer = browser.post(address(deed, "runs/"), {**given(key, end, records), "token": str(token)})
    assert answer.status_code == 302, answer.content.decode()
    return OperationRun.objects.get(pk=token)


def counts(run: OperationRun) -> tuple[Any, ...]:
    run.refresh_from_db()
    return (run.state, run.total, run.changed, run.unchanged, run.refused)


def reasons(run: OperationRun) -> list[str]:
    return sorted(row.reason for row in run.rows.all())


def ends_of(record: Any) -> list[str]:
    titles = Edge.objects.filter(near=record.pk).values_list("far__title", flat=True)
    return sorted(titles)


def up(type_: Any) -> str:
    return f"relation{type_.pk}b"


def test_many_get_one_headquarters_and_lose_it_again(client, firms, kasia, branch):
    acme, *rest = firms("ACME", "Łódź", "Zgierz", "Pabianice")
    browser = client.as_(kasia)
    before = list(Record.objects.order_by("pk").values("version", "updated_at"))
    run = order(browser, "add", up(branch), acme, rest[:2])
    assert counts(run) == ("done", 2, 2, 0, 0)
    run = order(browser, "add", up(branch), acme, [*rest, acme])
    assert counts(run) == ("done", 4, 1, 2, 1)
    assert reasons(run) == ["itself"]
    assert ends_of(acme) == ["Pabianice", "Zgierz", "Łódź"]
    assert preview(browser, "remove", up(branch), acme, [*rest, acme]).changing == 3
    run = order(browser, "remove", up(branch), acme, [*rest, acme])
    assert counts(run) == ("done", 4, 3, 1, 0)
    assert not Relation.objects.exists()
    assert list(Record.objects.order_by("pk").values("version", "updated_at")) == before


def test_the_menu_has_a_part_of_relations_where_types_fit(client, make, kasia, anna, branch):
    headers = {"hx-request": "true"}
    page = client.as_(kasia).get("/companies/operations/", headers=headers).content.decode()
    assert "Add a relation" in page
    assert "Remove a relation" in page
    page = client.as_(kasia).get("/persons/operations/", headers=headers).content.decode()
    assert "Add a relation" not in page


def test_the_form_asks_for_a_type_and_an_end(client, firms, make, kasia, branch, relation_type):
    relation_type("space", "Projekt", "company", "Klient")
    acme, lodz = firms("ACME", "Łódź")
    browser, ids = client.as_(kasia), {"ids": [str(lodz.pk)]}
    form = browser.post(address("add"), ids).context["form"]
    assert list(form.fields) == ["facing", "end_company", "end_space"]
    for values in ({}, {"facing": "relation0a"}, {"facing": up(branch)}):
        refused = browser.post(address("add"), {**ids, **values, "step": "preview"})
        assert refused.status_code == 422
    assert refused.context["form"].errors == {"end_company": ["Choose a record"]}
    shown = browser.post(address("add"), {**given(up(branch), acme, [lodz]), "step": "preview"})
    assert "Add a relation: Centrala: ACME" in shown.content.decode()
    assert not Relation.objects.exists()


def test_what_the_user_may_not_know_or_change_stays(client, firms, make, kasia, piotr, branch):
    acme, lodz = firms("ACME", "Łódź")
    (theirs,) = firms("Cudza", owner=piotr)
    (secret,) = firms("Fuzja X", owner=piotr, visibility=Visibility.HIDDEN)
    browser = client.as_(kasia)
    seen = preview(browser, "add", up(branch), acme, [lodz, theirs, secret])
    assert (seen.matched, seen.changing) == (2, 1)
    assert [(one.reason, one.titles) for one in seen.refused] == [("no right to edit", ["Cudza"])]
    assert counts(order(browser, "add", up(branch), acme, [lodz, theirs, secret])) == (
        "done", 2, 1, 0, 1,
    )  # fmt: skip
    assert ends_of(theirs) == ends_of(secret) == []
    for end in (secret.pk, uuid7(), "nic"):
        posted = {"ids": [str(lodz.pk)], "facing": up(branch), "end_company": str(end)}
        refused = browser.post(address("add"), {**posted, "step": "preview"})
        assert refused.context["form"].errors == {
            "end_company": ["The chosen record no longer exists"]
        }
        token = {"token": str(uuid7())}
        assert browser.post(address("add", "runs/"), posted | token).status_code == 422
    assert ends_of(lodz) == ["ACME"]


def test_a_side_for_one_refuses_rows_that_have_another(
    client, firms, kasia, piotr, relation_type, tie
):
    branch = relation_type("company", "Centrala", "company", "Oddział", one_a=True)
    acme, budex, lodz, zgierz, ozorkow = firms("ACME", "Budex", "Łódź", "Zgierz", "Ozorków")
    (secret,) = firms("Fuzja X", owner=piotr, visibility=Visibility.HIDDEN)
    tie(branch, budex, lodz)
    tie(branch, acme, zgierz)
    tie(branch, secret, ozorkow)
    browser, rows = client.as_(kasia), [lodz, zgierz, ozorkow]
    seen = preview(browser, "add", up(branch), acme, rows)
    assert (seen.changing, seen.unchanged) == (1, 1)
    assert [one.titles for one in seen.refused] == [["Łódź"]]
    run = order(browser, "add", up(branch), acme, rows)
    assert (counts(run), reasons(run)) == (("done", 3, 1, 1, 1), ["one"])
    assert ends_of(lodz) == ["Budex"]
    page = browser.get(run.get_absolute_url()).content.decode()
    assert "there can be only one, and there is another one already" in page


def test_two_rows_that_compete_for_one_end_do_not_both_get_it(
    client, firms, kasia, relation_type, monkeypatch
):
    branch = relation_type("company", "Centrala", "company", "Oddział", one_a=True)
    filia, acme, budex, solo = firms("Filia", "ACME", "Budex", "Solo")
    browser, down = client.as_(kasia), f"relation{branch.pk}a"
    assert preview(browser, "add", down, filia, [acme, budex, solo]).changing == 1
    run = order(browser, "add", down, filia, [acme, budex, solo])
    assert (counts(run), reasons(run)) == (("done", 3, 1, 0, 2), ["one", "one"])
    assert ends_of(filia) == ["ACME"]
    run = order(browser, "add", down, filia, [acme, budex, solo])
    assert counts(run) == ("done", 3, 0, 1, 2)


def test_in_the_background_part_by_part_the_limit_holds_too(
    client, firms, kasia, relation_type, monkeypatch
):
    monkeypatch.setattr(running, "AT_ONCE", 2)
    monkeypatch.setattr(operations._operations["add-relation"], "per_write", 2, raising=False)
    branch = relation_type("company", "Centrala", "company", "Oddział", one_a=True)
    filia, *rest = firms("Filia", "ACME", "Budex", "Solo", "Trio", "Quart")
    run = order(client.as_(kasia), "add", f"relation{branch.pk}a", filia, rest)
    assert run.state == "waiting"
    run_jobs()
    assert counts(run) == ("done", 5, 1, 0, 4)
    assert Relation.objects.count() == 1


@pytest.mark.parametrize("way", ["above", "below"])
def test_no_row_closes_a_circle(client, firms, kasia, relation_type, tie, way):
    branch = relation_type("company", "Centrala", "company", "Oddział", one_a=True)
    top, middle, low, other = firms("Góra", "Środek", "Dół", "Inna")
    tie(branch, top, middle)
    tie(branch, middle, low)
    key = f"relation{branch.pk}{'b' if way == 'above' else 'a'}"
    end, wrong = (low, top) if way == "above" else (top, low)
    seen = preview(client.as_(kasia), "add", key, end, [wrong, other])
    assert [(one.reason, one.titles) for one in seen.refused] == [
        ("this would close a circle", [wrong.title])
    ]
    run = order(client.as_(kasia), "add", key, end, [wrong, other])
    assert (counts(run), reasons(run)) == (("done", 2, 1, 0, 1), ["circle"])


def test_it_is_one_deed_in_both_histories_and_can_be_taken_back(client, firms, kasia, branch):
    acme, *rest = firms("ACME", "Łódź", "Zgierz", "Pabianice")
    run = order(client.as_(kasia), "add", up(branch), acme, rest)
    entries = history(kinds.by_key("company").model.objects.get(pk=acme.pk), kasia)
    assert entries[0].change_set.pk == run.changeset_id
    assert [len(entry.lines) for entry in entries][:2] == [3, 0]
    for one in rest:
        entry = history(kinds.by_key("company").model.objects.get(pk=one.pk), kasia)[0]
        assert entry.change_set.label == "Add a relation"
        assert [(line.label, line.after) for line in entry.lines] == [("Centrala", "ACME")]
    undo = take_back(ChangeSet.objects.get(pk=run.changeset_id), by=kasia)
    assert (undo.counts["kept"], undo.counts["failed"], undo.counts["refused"]) == (0, 0, 0)
    assert not Relation.objects.exists()


def test_what_was_removed_comes_back_by_an_undo(client, firms, kasia, branch, tie):
    acme, lodz = firms("ACME", "Łódź")
    tie(branch, acme, lodz, note="od 2019")
    run = order(client.as_(kasia), "remove", up(branch), acme, [lodz])
    assert not Relation.objects.exists()
    take_back(ChangeSet.objects.get(pk=run.changeset_id), by=kasia)
    assert Relation.objects.get().note == "od 2019"
    assert ends_of(lodz) == ["ACME"]


def test_it_costs_the_same_for_few_and_for_many(client, firms, kasia, relation_type):
    branch = relation_type("company", "Centrala", "company", "Oddział", one_a=True)
    browser, seen = client.as_(kasia), []
    for count in (2, 30):
        acme, *rest = firms("ACME", *(f"Filia {count} {n}" for n in range(count)))
        order(browser, "add", up(branch), acme, firms("Próba"))
        with CaptureQueriesContext(connection) as captured:
            assert counts(order(browser, "add", up(branch), acme, rest))[2] == count
        seen.append(len(captured))
    assert seen[0] == seen[1]
