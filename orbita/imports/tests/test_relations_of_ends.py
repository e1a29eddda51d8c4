"""Relations of the record that a row names beside its own: those of a person's company."""

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.contacts.models import Company, Person
from orbita.imports import importing, linking, running
from orbita.imports.guess import undecided
from orbita.imports.overview import relation_rows
from orbita.imports.tests.conftest import numbers
from orbita.imports.tests.test_relation_columns import ends, links, sentence
from orbita.jobs.testing import run_jobs
from orbita.records.kinds import kinds
from orbita.records.models import ChangeSet, Visibility
from orbita.records.undo import take_back
from orbita.relations.models import Relation

pytestmark = pytest.mark.django_db
PEOPLE = ["Imię", "Nazwisko", "Firma"]


@pytest.fixture
def headquarters(relation_type):
    return relation_type("company", "Centrala", "company", "Oddział", one_a=True)


@pytest.fixture
def suppliers(relation_type):
    return relation_type("company", "Dostawca", "company", "Odbiorca")


def guessed(imp: Any) -> dict[str, str]:
    return {imp.columns[int(index)]: path for index, path in imp.mapping.items()}


@pytest.mark.parametrize("chunk", [2, 2000])
def test_the_companies_of_people_are_tied_by_columns_of_their_own(
    run, make, anna, headquarters, suppliers, monkeypatch, chunk
):
    monkeypatch.setattr(running, "CHUNK", chunk)
    monkeypatch.setattr(linking, "CHUNK", chunk)
    make("company", title="ACME Sp. z o.o.", owner=anna)
    there = make("company", title="Budex", owner=anna)
    make("person", first_name="Iga", last_name="Lis", company=there, owner=anna)
    rows = [
        [*PEOPLE, "Centrala firmy", "Firma: Dostawca", "Dostawca"],
        ["Jan", "A", "Nowa", "ACME Sp. z o.o.", "Jeszcze Nowsza", ""],
        ["Iga", "Lis", "Budex", "", "", "Nowa; Nikt"],
        ["Ewa", "B", "Jeszcze Nowsza", "", "", ""],
        ["Zoe", "C", "Nowa", "ACME Sp. z o.o.", "Budex", ""],
        ["Ula", "D", "", "Budex", "", ""],
        ["Ola", "E", "Budex", "Budex", "", ""],
    ]
    dry = run(rows, by=anna, kind="persons", dry_run=True)
    assert Relation.objects.count() == 0
    wet = run(rows, by=anna, kind="persons")
    said = [[links(report, number) for number in range(2, 8)] for report in (dry, wet)]
    assert said[0] == said[1]
    assert said[1] == [
        [("ACME Sp. z o.o.", "added"), ("Jeszcze Nowsza", "added")],
        [("Nowa", "added"), ("Nikt", "missing")],
        [],
        [("ACME Sp. z o.o.", "present"), ("Budex", "added")],
        [("Budex", "refused")],
        [("Budex", "refused")],
    ]
    assert sentence(wet, 6) == "Company: not in this row"
    assert "itself" in sentence(wet, 7)
    assert numbers(dry) == numbers(wet)
    assert numbers(wet)["updated"] == 1
    assert ends() == {
        ("ACME Sp. z o.o.", "Nowa"),
        ("Jeszcze Nowsza", "Nowa"),
        ("Nowa", "Budex"),
        ("Budex", "Nowa"),
    }


def test_a_relation_of_the_row_itself_goes_before_that_of_its_company(upload, anna, relation_type):
    own = relation_type("person", "Uczeń", "person", "Mentor", one_b=True)
    theirs = relation_type("company", "Wspierany", "company", "Mentor")
    imp = upload(
        [[*PEOPLE, "Mentor", "Mentor 2"], ["Jan", "A", "ACME", "X", "Y"]], by=anna, kind="persons"
    )
    assert guessed(imp)["Mentor"] == f"relation{own.pk}a"
    assert "Mentor 2" not in guessed(imp)
    assert undecided(imp.columns, importing.targets_of(imp), imp.mapping) == {}
    for header in ("Firma: Mentor", "Mentor firmy", "Company: Mentor"):
        imp = upload([[*PEOPLE, header], ["Jan", "A", "ACME", "X"]], by=anna, kind="persons")
        assert guessed(imp)[header] == f"company.relation{theirs.pk}a"


def test_a_type_that_reads_both_ways_is_left_to_a_person(upload, anna, headquarters):
    rows = [[*PEOPLE, "Centrala — Oddział"], ["Jan", "A", "ACME", "X"]]
    imp = upload(rows, by=anna, kind="persons")
    assert "Centrala — Oddział" not in guessed(imp)
    both = {f"company.relation{headquarters.pk}{side}" for side in "ab"}
    assert set(undecided(imp.columns, importing.targets_of(imp), imp.mapping)["3"]) == both


def test_they_stand_in_a_group_that_says_whose_they_are(client, upload, anna, headquarters):
    for kind, rows in (("persons", [PEOPLE, ["Jan", "A", "B"]]), ("deals", [["Nazwa"], ["A"]])):
        imp = upload(rows, by=anna, kind=kind)
        page = client.as_(anna).get(f"/imports/{imp.pk}/mapping/")
        groups = dict(page.context["groups"])
        labels = [target.label for target in groups["Company: Relations"]]
        assert labels == [
            "Company: Oddział: Centrala — Oddział (Company)",
            "Company: Centrala: Centrala — Oddział (Company)",
        ]
        assert 'label="Company: Relations"' in page.content.decode()
    imp = upload([["Nazwa"], ["A"]], by=anna)
    groups = dict(client.get(f"/imports/{imp.pk}/mapping/").context["groups"])
    assert "Company: Relations" not in groups


def test_the_table_of_relations_names_them(anna, suppliers):
    (row,) = relation_rows(anna)
    columns = {(use.kind.slug, use.column) for use in row.uses}
    assert columns >= {
        ("companies", "Dostawca"),
        ("persons", "Company: Dostawca"),
        ("deals", "Company: Odbiorca"),
    }


def test_names_that_are_not_clear_are_answered_and_all_is_taken_back(
    client, upload, make, anna, suppliers
):
    first, second = (make("company", title="Nowak", owner=anna) for _time in range(2))
    kept = make("company", title="Stara", owner=anna)
    rows = [[*PEOPLE, "Dostawca"], ["Jan", "A", "Nowa", "Nowak"], ["Ewa", "B", "Stara", "Nowak"]]
    imp = upload(rows, by=anna, kind="persons")
    importing.run_here(imp, dry_run=True)
    page = client.as_(anna).get(f"/imports/{imp.pk}/preview/")
    asked = list(page.context["answers_form"].names.values())
    assert [(one.naming.label, one.text, one.rows) for one in asked] == [
        ("Company: Dostawca", "Nowak", 2)
    ]
    assert "the rows themselves are imported" in page.content.decode()
    client.post(f"/imports/{imp.pk}/answers/", {"answer-0": str(second.pk)})
    run_jobs()
    client.post(f"/imports/{imp.pk}/run/")
    run_jobs()
    assert ends() == {("Nowak", "Nowa"), ("Nowak", "Stara")}
    assert not Relation.objects.filter(a=first).exists()
    imp.refresh_from_db()
    take_back(ChangeSet.objects.get(pk=imp.changeset_id), by=anna)
    assert Relation.objects.count() == 0
    assert set(Company.objects.live()) == {first, second, kept}
    assert not Person.objects.live().exists()


def test_a_company_that_the_importer_may_not_change_gets_no_relation(
    run, make, kasia, ewa, suppliers
):
    make("company", title="Cudza", owner=ewa)
    make("company", title="Tajna", owner=ewa, visibility=Visibility.HIDDEN)
    make("company", title="Moja", owner=kasia)
    rows = [[*PEOPLE, "Dostawca"], ["Jan", "A", "Cudza", "Moja"], ["Ewa", "B", "Moja", "Tajna"]]
    rows += [["Iga", "C", "Moja", "Nikt"], ["Zoe", "D", "Nowa", "Cudza"]]
    report = run(rows, by=kasia, kind="persons", owner="none")
    assert links(report, 2) == [("Moja", "refused")]
    assert sentence(report, 2) == "You may not change Cudza"
    two = [report["rows"][place]["links"][0] | {"name": ""} for place in (1, 2)]
    assert two[0] == two[1]
    assert two[0]["verdict"] == "missing"
    assert ends() == {("Cudza", "Nowa")}


def test_a_value_for_all_rows_waits_for_a_row_with_a_company(upload, make, anna, suppliers):
    make("company", title="Hurt", owner=anna)
    rows = [PEOPLE, ["Jan", "A", "Nowa"], ["Ewa", "B", ""]]
    imp = upload(rows, by=anna, kind="persons")
    path = f"company.relation{suppliers.pk}b"
    importing.set_options(imp, {"values": {path: "Hurt"}})
    for dry_run in (True, False):
        importing.run_here(imp, dry_run=dry_run)
        report = importing.report(imp, outcome="")
        assert (links(report, 2), links(report, 3)) == ([("Hurt", "added")], [])
    assert report["rows"][0]["links"][0]["column"] == "Company: Dostawca"
    assert ends() == {("Hurt", "Nowa")}


def test_people_and_their_companies_are_tied_in_one_row(run, make, anna, relation_type, suppliers):
    relation_type("person", "Zna", "person", "Zna")
    make("person", first_name="Iga", last_name="Lis", owner=anna)
    make("company", title="Hurt", owner=anna)
    rows = [[*PEOPLE, "Zna", "Dostawca"], ["Jan", "A", "Nowa", "Iga Lis", "Hurt"]]
    report = run(rows, by=anna, kind="persons")
    assert links(report, 2) == [("Iga Lis", "added"), ("Hurt", "added")]
    pairs = [{one.a.title, one.b.title} for one in Relation.objects.all()]
    assert sorted(map(sorted, pairs)) == [["Hurt", "Nowa"], ["Iga Lis", "Jan A"]]


def test_a_rejected_row_ties_nothing(run, make, anna, suppliers):
    make("company", title="Hurt", owner=anna)
    there = make("company", title="Stara", owner=anna)
    rows = [[*PEOPLE, "E-mail", "Dostawca"], ["Jan", "A", "Stara", "zły adres", "Hurt"]]
    report = run(rows, by=anna, kind="persons")
    assert (numbers(report), links(report, 2)) == ({"rejected": 1}, [])
    assert Relation.objects.count() == 0
    assert there.title == "Stara"


def test_the_same_file_again_adds_nothing(run, anna, suppliers):
    rows = [[*PEOPLE, "Dostawca"], ["Jan", "A", "X", "Y"], ["Ewa", "B", "Y", ""]]
    assert numbers(run(rows, by=anna, kind="persons")) == {
        "created": 2,
        "nested_created": 2,
        "links_added": 1,
    }
    again = run(rows, by=anna, kind="persons")
    assert numbers(again) == {"unchanged": 2, "links_present": 1}
    assert Relation.objects.count() == 1


def test_a_run_that_stopped_goes_on_where_it_was(upload, anna, suppliers, monkeypatch):
    monkeypatch.setattr(linking, "CHUNK", 2)
    rows = [[*PEOPLE, "Dostawca"], *[["Jan", f"L{n}", f"F{n}", f"F{n + 1}"] for n in range(6)]]
    imp = upload([*rows, ["Jan", "L6", "F6", ""]], by=anna, kind="persons")
    settle, calls = linking.LinkPass._settle, []

    def stopping(self, some, **more):
        calls.append(some)
        if len(calls) == 2:
            raise MemoryError
        settle(self, some, **more)

    monkeypatch.setattr(linking.LinkPass, "_settle", stopping)
    with pytest.raises(MemoryError):
        importing.run_here(imp, dry_run=False)
    assert (imp.state, Relation.objects.count()) == ("failed", 2)
    imp.refresh_from_db()
    importing.run_here(imp, dry_run=False)
    assert numbers(importing.report(imp))["links_added"] == 6
    assert Relation.objects.count() == 6


def test_the_number_of_queries_does_not_depend_on_the_rows(upload, make_many, anna, suppliers):
    make_many("company", 30, title="Hurt {}", owner=anna)
    found = []
    for size in (3, 30):
        rows = [["Jan", f"L{size}/{n}", f"F{size}/{n}", f"Hurt {n}"] for n in range(size)]
        imp = upload([[*PEOPLE, "Dostawca"], *rows], by=anna, kind="persons")
        asked = []
        for dry_run in (True, False):
            with CaptureQueriesContext(connection) as queries:
                importing.run_here(imp, dry_run=dry_run)
            asked.append(len(queries))
        found.append(asked)
        assert numbers(importing.report(imp))["links_added"] == size
    assert found[0] == found[1]


def test_the_sample_of_people_has_them_and_is_an_import(client, make, anna, suppliers):
    make("company", title="ACME", owner=anna)
    text = client.as_(anna).get("/imports/samples/persons.csv").content.decode("utf-8-sig")
    assert "Company: Dostawca" in text.splitlines()[0]
    assert "Company: Dostawca" not in client.get("/imports/samples/companies.csv").content.decode()
    assert kinds.get("persons").labels.one


def test_they_are_chosen_and_answered_on_the_command_line(tmp_path, capsys, make, anna, suppliers):
    first, _second = (make("company", title="Nowak", owner=anna) for _time in range(2))
    file = tmp_path / "osoby.csv"
    file.write_text("Imię;Nazwisko;Firma;Skąd\nJan;A;Nowa;Nowak\n")
    path = f"company.relation{suppliers.pk}b"
    given = [str(file), "--kind", "persons", "--as", anna.email, "--json", "--map", f"Skąd={path}"]
    call_command("import", *given, "--dry-run", "--rows", "open")
    link = json.loads(capsys.readouterr().out)["rows"][0]["links"][0]
    assert (link["field"], link["verdict"]) == (path, "several")
    call_command("import", *given, "--answer", f"{path}:Nowak={first.pk}")
    assert json.loads(capsys.readouterr().out)["counts"]["links_added"] == 1
    assert Relation.objects.get().a_id == first.pk
