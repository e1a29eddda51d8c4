"""Companies and people that a row names and that are not clear: asked about, answered, linked."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.contacts.models import Company, Person
from orbita.deals.models import Deal, DealPerson
from orbita.imports import importing
from orbita.imports.tests.conftest import checked, numbers, texts
from orbita.imports.tests.test_relation_columns import links
from orbita.jobs.testing import run_jobs
from orbita.preferences.cached import touch
from orbita.records.models import ChangeSet, FormLayout, Visibility
from orbita.records.trash import move_to_bin
from orbita.records.undo import take_back

pytestmark = pytest.mark.django_db
PEOPLE = ["Imię", "Nazwisko", "Firma"]


def test_a_company_of_which_there_are_two_is_chosen_in_the_preview(
    client, upload, make, anna, namesakes
):
    rows = [PEOPLE, ["Jan", "A", "Nowak"], ["Ewa", "B", "nowak "], ["Zoe", "C", "Inna"]]
    rows += [["Iga", "D", "Nowak"]]
    imp = upload(rows, by=anna, kind="persons")
    assert numbers(checked(imp)) == {"created": 1, "rejected": 3, "nested_created": 1}
    page = client.as_(anna).get(f"/imports/{imp.pk}/preview/")
    asked = list(page.context["answers_form"].names.values())
    assert [(one.naming.label, one.text, one.rows) for one in asked] == [
        ("Company", "Nowak", 2),
        ("Company", "nowak", 1),
    ]
    shown = page.content.decode()
    assert "526-025-02-74" in shown
    assert "Rows with another open name are rejected" in shown
    said = {"answer-0": str(namesakes[1].pk), "answer-1": "leave"}
    client.post(f"/imports/{imp.pk}/answers/", said)
    run_jobs()
    imp.refresh_from_db()
    assert numbers(importing.report(imp)) == {"created": 4, "nested_created": 1}
    page = client.get(f"/imports/{imp.pk}/preview/")
    assert page.context["answers_form"] is None
    assert {one["name"]: one["title"] for one in page.context["answers_given"]} == {
        "Nowak": "Nowak",
        "nowak": "",
    }
    client.post(f"/imports/{imp.pk}/run/")
    run_jobs()
    found = {person.last_name: person.company for person in Person.objects.all()}
    assert (found["A"], found["D"]) == (namesakes[1], namesakes[1])
    assert (found["B"], found["C"].title) == (None, "Inna")
    assert links(importing.report(imp, outcome=""), 3) == [("nowak", "left")]
    imp.refresh_from_db()
    take_back(ChangeSet.objects.get(pk=imp.changeset_id), by=anna)
    assert not Person.objects.live().exists()
    assert list(Company.objects.live().order_by("pk")) == namesakes


def test_a_row_that_waits_for_two_answers_is_asked_about_both(upload, make, anna, namesakes):
    jan = {"first_name": "Jan", "last_name": "Kowalski", "owner": anna}
    people = [make("person", **jan) for _time in range(2)]
    other = make("person", first_name="Iga", last_name="Lis", owner=anna)
    rows = [["Nazwa", "Firma", "Osoby"], ["Umowa", "Nowak", "Jan Kowalski; Nikt; Iga Lis"]]
    imp = upload(rows, by=anna, kind="deals")
    report = checked(imp)
    assert numbers(report) == {"rejected": 1}
    asked = {(link["field"], link["name"]): link for link in report["rows"][0]["links"]}
    assert {key: link["verdict"] for key, link in asked.items()} == {
        ("persons", "Jan Kowalski"): "several",
        ("persons", "Nikt"): "missing",
        ("company", "Nowak"): "several",
    }
    assert set(asked["persons", "Jan Kowalski"]["candidates"]) == {str(p.pk) for p in people}
    assert set(asked["company", "Nowak"]["candidates"]) == {str(c.pk) for c in namesakes}
    answers = {
        "persons": {"Jan Kowalski": str(people[0].pk), "Nikt": ""},
        "company": {"Nowak": str(namesakes[0].pk)},
    }
    importing.set_options(imp, {"answers": answers})
    for dry_run in (True, False):
        importing.run_here(imp, dry_run=dry_run)
        report = importing.report(imp, outcome="")
        assert (numbers(report), links(report, 2)) == ({"created": 1}, [("Nikt", "left")])
    deal = Deal.objects.get()
    assert deal.company == namesakes[0]
    assert set(DealPerson.objects.values_list("target", flat=True)) == {people[0].pk, other.pk}


def test_nobody_of_a_name_is_chosen_by_a_picker_or_left_out(client, upload, make, anna):
    other = make("person", first_name="Iga", last_name="Lis", owner=anna)
    rows = [["Nazwa", "Osoby"], ["A", "Nikt"], ["B", "Nie Ma"], ["C", "Brak"]]
    imp = upload(rows, by=anna, kind="deals")
    assert numbers(checked(imp)) == {"rejected": 3}
    file = client.as_(anna).get(f"/imports/{imp.pk}/rows/").streaming_content
    assert b"".join(file).decode().splitlines()[1].endswith("Osoby: Not found: Nikt")
    said = {"answer-0": str(other.pk), "leave-answer-1": "on"}
    client.post(f"/imports/{imp.pk}/answers/", said)
    run_jobs()
    imp.refresh_from_db()
    assert imp.option("answers") == {"persons": {"Nikt": str(other.pk), "Nie Ma": ""}}
    report = importing.report(imp, outcome="")
    assert numbers(report) == {"created": 2, "rejected": 1}
    assert texts(report, 4) == ["Not found: Brak"]


def test_companies_of_one_name_are_told_apart_by_what_else_the_row_says(
    upload, anna, namesakes, make
):
    rows = [[*PEOPLE, "Miasto firmy"], ["Jan", "A", "Nowak", "Opole"], ["Ewa", "B", "Nowak", ""]]
    rows += [["Iga", "C", "Nowak", "Łódź"]]
    imp = upload(rows, by=anna, kind="persons")
    report = checked(imp)
    assert [links(report, number) for number in (2, 3, 4)] == [
        [("Nowak (Opole)", "several")],
        [("Nowak", "several")],
        [("Nowak (Łódź)", "several")],
    ]
    answers = {"Nowak (Opole)": str(namesakes[0].pk), "Nowak (Łódź)": str(namesakes[1].pk)}
    importing.set_options(imp, {"answers": {"company": answers}})
    importing.run_here(imp, dry_run=False)
    found = {person.last_name: person.company for person in Person.objects.all()}
    assert found == {"A": namesakes[0], "C": namesakes[1]}
    cities = [company.addresses.get().city for company in namesakes]
    assert cities == ["Opole", "Łódź"]


def test_what_one_may_not_know_of_is_no_candidate_and_no_answer(client, upload, make, kasia, ewa):
    seen = [make("company", title="Nowak", owner=kasia) for _time in range(2)]
    hidden = {"owner": ewa, "visibility": Visibility.HIDDEN}
    secret = make("company", title="Nowak", **hidden)
    person = make("person", first_name="Tajna", last_name="Osoba", **hidden)
    rows = [["Nazwa", "Firma", "Osoby"], ["A", "Nowak", ""], ["B", "", "Tajna Osoba"]]
    rows += [["C", "", "Nikt Taki"]]
    imp = upload(rows, by=kasia, kind="deals")
    report = checked(imp)
    link = report["rows"][0]["links"][0]
    assert set(link["candidates"]) == {str(one.pk) for one in seen}
    assert texts(report, 2) == ["Companies: 2 match; give NIP, REGON, ID number"]
    two = [report["rows"][place]["links"][0] | {"name": ""} for place in (1, 2)]
    assert two[0] == two[1]
    page = client.as_(kasia).get(f"/imports/{imp.pk}/preview/").content.decode()
    assert str(secret.pk) not in page
    said = {"answer-0": str(secret.pk), "answer-1": str(person.pk)}
    client.post(f"/imports/{imp.pk}/answers/", said)
    imp.refresh_from_db()
    assert imp.option("answers") == {}
    answers = {"company": {"Nowak": str(secret.pk)}, "persons": {"Nikt Taki": str(person.pk)}}
    importing.set_options(imp, {"answers": answers})
    importing.run_here(imp, dry_run=False)
    report = importing.report(imp, outcome="")
    assert numbers(report) == {"rejected": 3}
    assert texts(report, 2) == ["Not found: Nowak"]
    assert texts(report, 4) == ["Not found: Nikt Taki"]
    assert not Deal.objects.exists()


def test_who_may_not_add_companies_chooses_one_that_is_there(
    client, upload, make, kasia, monkeypatch
):
    monkeypatch.setattr(
        "orbita.accounts.rights.role_allows",
        lambda role, kind, action: (kind, action) != ("company", "add"),
    )
    there = make("company", title="Budex", owner=kasia)
    imp = upload([PEOPLE, ["Jan", "A", "Budex S.A."]], by=kasia, kind="persons")
    report = checked(imp)
    assert texts(report, 2) == ["You may not add records here"]
    assert links(report, 2) == [("Budex S.A.", "missing")]
    client.as_(kasia).post(f"/imports/{imp.pk}/answers/", {"answer-0": str(there.pk)})
    run_jobs()
    imp.refresh_from_db()
    importing.run_here(imp, dry_run=False)
    assert Person.objects.get().company == there
    assert Company.objects.get() == there


def test_what_must_be_filled_in_is_not_left_out(client, upload, anna, namesakes):
    FormLayout.objects.create(kind="deal", sections=[], required=["company", "persons"])
    touch("form_layouts")
    rows = [["Nazwa", "Firma", "Osoby"], ["A", "Nowak", "Nikt"]]
    imp = upload(rows, by=anna, kind="deals")
    checked(imp)
    form = client.as_(anna).get(f"/imports/{imp.pk}/preview/").context["answers_form"]
    assert "leave" not in str(form)
    for path, name in (("company", "Nowak"), ("persons", "Nikt")):
        with pytest.raises(ValidationError, match="cannot be left out"):
            importing.set_options(imp, {"answers": {path: {name: ""}}})
    imp.options = {**imp.options, "answers": {"company": {"Nowak": ""}, "persons": {"Nikt": ""}}}
    imp.save()
    report = checked(imp)
    assert {verdict for _name, verdict in links(report, 2)} == {"several", "missing"}
    assert numbers(report) == {"rejected": 1}


def test_answers_outlive_a_check_and_are_forgotten_with_their_columns(
    client, upload, anna, namesakes
):
    rows = [[*PEOPLE, "Telefon"], ["Jan", "A", "Nowak", "600 100 200"]]
    imp = upload(rows, by=anna, kind="persons")
    checked(imp)
    answers = {"company": {"Nowak": str(namesakes[0].pk)}}
    importing.set_options(imp, {"answers": answers})

    def mapped(*paths: str) -> dict[str, Any]:
        said = {f"column-{place}": path for place, path in enumerate(paths)}
        client.as_(anna).post(f"/imports/{imp.pk}/mapping/", said)
        run_jobs()
        imp.refresh_from_db()
        found: dict[str, Any] = imp.option("answers")
        return found

    named = ("first_name", "last_name", "company.title")
    assert mapped(*named, "phones") == answers
    assert mapped(*named, "") == answers
    assert numbers(importing.report(imp)) == {"created": 1}
    assert mapped(*named, "company.phones") == {}
    assert numbers(importing.report(imp)) == {"rejected": 1}
    importing.set_options(imp, {"answers": answers})
    importing.read_as(imp, {"encoding": "utf-8"})
    assert imp.option("answers") == {}


def test_a_record_that_was_chosen_and_is_gone_is_nobody_else(upload, anna, namesakes):
    imp = upload([PEOPLE, ["Jan", "A", "Nowak"]], by=anna, kind="persons")
    importing.set_options(imp, {"answers": {"company": {"Nowak": str(namesakes[0].pk)}}})
    assert numbers(checked(imp)) == {"created": 1}
    move_to_bin(namesakes[0], by=anna)
    importing.run_here(imp, dry_run=False)
    report = importing.report(imp, outcome="")
    assert texts(report, 2) == ["Not found: Nowak"]
    assert not Person.objects.exists()


def test_rows_that_go_in_without_the_name_are_to_be_mended(
    client, upload, make, anna, namesakes, relation_type
):
    relation_type("person", "Zna", "person", "Zna")
    rows = [[*PEOPLE, "Zna"], ["Jan", "A", "Nowak", "Nikt"], ["Ewa", "B", "", ""]]
    imp = upload(rows, by=anna, kind="persons", bad_cell="empty")
    for dry_run in (True, False):
        importing.run_here(imp, dry_run=dry_run)
        report = importing.report(imp, outcome="")
        assert numbers(report) == {"created": 2, "warnings": 1, "links_missing": 1}
        assert links(report, 2) == [("Nowak", "several"), ("Nikt", "missing")]
        assert [row["number"] for row in importing.report(imp, outcome="open")["rows"]] == [2]
    file = client.as_(anna).get(f"/imports/{imp.pk}/links/")
    mended = b"".join(file.streaming_content).decode().splitlines()
    assert mended[1:] == [
        'Jan;A;Nowak;Nikt;2;"Company: Nowak – Several match; Zna: Nikt – Person: not found"'
    ]
    page = client.get(f"/imports/{imp.pk}/?outcome=open").content.decode()
    assert "Names to mend" in page
    assert "Several match" in page


def test_rejected_rows_are_mended_in_one_file_alone(client, upload, anna, namesakes):
    imp = upload([PEOPLE, ["Jan", "A", "Nowak"]], by=anna, kind="persons")
    checked(imp)
    page = client.as_(anna).get(f"/imports/{imp.pk}/preview/").content.decode()
    assert "Download the rejected rows" in page
    assert "Download rows with names to mend" not in page
    file = client.get(f"/imports/{imp.pk}/links/")
    assert len(b"".join(file.streaming_content).decode().splitlines()) == 1


def test_answers_cost_as_much_for_many_rows_as_for_few(client, upload, make, anna):
    many = [make("company", title=f"Nowak {n % 20}", owner=anna) for n in range(40)]
    found = []
    for count in (2, 20):
        rows = [["Nazwa", "Firma"], *([f"{count}/{n}", f"Nowak {n}"] for n in range(count))]
        imp = upload(rows, by=anna, kind="deals")
        costs = []
        for answered in (0, count // 2):
            answers = {f"Nowak {n}": str(many[n].pk) for n in range(answered)}
            importing.set_options(imp, {"answers": {"company": answers}})
            with CaptureQueriesContext(connection) as asked:
                importing.run_here(imp, dry_run=True)
            costs.append(len(asked))
            client.as_(anna).get(f"/imports/{imp.pk}/preview/")
            with CaptureQueriesContext(connection) as asked:
                client.get(f"/imports/{imp.pk}/preview/")
            costs.append(len(asked))
        assert numbers(importing.report(imp)) == {"created": count // 2, "rejected": count // 2}
        found.append(costs)
    assert found[0] == found[1]
    assert found[0][3] <= 20


def test_the_command_line_and_the_report_speak_of_the_same_names(tmp_path, capsys, anna, namesakes):
    file = tmp_path / "osoby.csv"
    file.write_text("Imię;Nazwisko;Firma\nJan;A;Nowak\n")
    given = [str(file), "--kind", "persons", "--as", anna.email, "--json"]
    call_command("import", *given, "--dry-run", "--rows", "open")
    link = json.loads(capsys.readouterr().out)["rows"][0]["links"][0]
    assert set(link["candidates"]) == {str(one.pk) for one in namesakes}
    answer = f"{link['field']}:{link['name']}={namesakes[1].pk}"
    call_command("import", *given, "--answer", answer)
    assert json.loads(capsys.readouterr().out)["counts"]["created"] == 1
    assert Person.objects.get().company == namesakes[1]
