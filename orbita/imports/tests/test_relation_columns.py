"""Relations as columns of a file: found, judged cell by cell, made once, taken back."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orbita.imports import importing
from orbita.imports.guess import undecided
from orbita.imports.tests.conftest import numbers
from orbita.jobs.testing import run_jobs
from orbita.preferences.models import StoredSetting
from orbita.records.kinds import kinds
from orbita.records.models import ChangeSet, Visibility
from orbita.records.undo import take_back
from orbita.relations.models import Relation

pytestmark = pytest.mark.django_db


@pytest.fixture
def headquarters(relation_type):
    return relation_type("company", "Centrala", "company", "Oddział", one_a=True)


@pytest.fixture
def rivals(relation_type):
    return relation_type("company", "Konkurenci", "company", "Konkurenci")


def links(report: dict[str, Any], number: int) -> list[tuple[str, str]]:
    """The verdicts of a row: name, verdict."""
    row = next(row for row in report["rows"] if row["number"] == number)
    return [(link["name"], link["verdict"]) for link in row["links"]]


def sentence(report: dict[str, Any], number: int) -> str:
    row = next(row for row in report["rows"] if row["number"] == number)
    return row["links"][0]["sentence"]


def ends() -> set[tuple[str, str]]:
    return {(one.a.title, one.b.title) for one in Relation.objects.select_related("a", "b")}


def test_columns_called_like_relations_are_matched_and_linked(
    run, make, anna, headquarters, rivals
):
    make("company", title="ACME Sp. z o.o.", owner=anna)
    make("company", title="Budex", owner=anna)
    rows = [
        ["Nazwa firmy", "NIP", "Centrala", "Konkurenci"],
        ["ACME Oddział Opole", "", "  ACME\u00a0  Sp. z o.o. ", "budex"],
    ]
    report = run(rows, by=anna)
    assert links(report, 2) == [("ACME Sp. z o.o.", "added"), ("budex", "added")]
    assert numbers(report) == {"created": 1, "links_added": 2}
    assert ("ACME Sp. z o.o.", "ACME Oddział Opole") in ends()
    assert {"Budex", "ACME Oddział Opole"} in [set(pair) for pair in ends()]


@pytest.mark.parametrize("header", ["Klient", "KLIENT", "Projekt — Klient", "klient - projekt"])
def test_the_label_and_the_whole_type_name_the_column(run, make, anna, relation_type, header):
    relation_type("space", "Projekt", "company", "Klient")
    make("company", title="ACME", owner=anna)
    report = run([["Nazwa", header], ["Opole", "ACME"]], by=anna, kind="spaces")
    assert links(report, 2) == [("ACME", "added")]


def test_a_type_that_reads_both_ways_is_never_linked_by_guess(upload, make, anna, headquarters):
    make("company", title="ACME", owner=anna)
    imp = upload([["Nazwa", "Centrala — Oddział"], ["Opole", "ACME"]], by=anna)
    assert imp.mapping == {"0": "title"}
    both = {f"relation{headquarters.pk}a", f"relation{headquarters.pk}b"}
    assert set(undecided(imp.columns, importing.targets_of(imp), imp.mapping)["1"]) == both


def test_a_header_without_a_type_makes_no_type(run, anna, headquarters):
    report = run([["Nazwa", "Dostawca"], ["Opole", "ACME"]], by=anna)
    assert report["unmapped"] == ["Dostawca"]
    assert (numbers(report), Relation.objects.count()) == ({"created": 1}, 0)


def test_a_dry_run_says_the_same_and_writes_nothing(run, make, anna, headquarters, rivals):
    make("company", title="Nowak Transport", owner=anna)
    make("company", title="Nowak Transport", owner=anna)
    make("person", first_name="Jan", last_name="Nowak", owner=anna)
    rows = [
        ["Nazwa firmy", "Centrala", "Konkurenci"],
        ["Alfa", "Grupa Beta", "Nowak Transport"],
        ["Gamma", "Jan Nowak", "Alfa|Gamma|Nikt"],
        ["Delta", "Alfa", "Grupa Beta; Alfa"],
        ["Grupa Beta", "", "Delta"],
        ["Alfa", "Delta", ""],
    ]
    dry = run(rows, by=anna, dry_run=True)
    assert Relation.objects.count() == 0
    wet = run(rows, by=anna)
    said = [[links(report, n) for n in range(2, 7)] for report in (dry, wet)]
    assert said[0] == said[1]
    assert said[1] == [
        [("Grupa Beta", "added"), ("Nowak Transport", "several")],
        [("Jan Nowak", "other_kind"), ("Alfa", "added"), ("Gamma", "refused"), ("Nikt", "missing")],
        [("Alfa", "added"), ("Grupa Beta", "added"), ("Alfa", "added")],
        [("Delta", "present")],
        [],
    ]
    assert "2 match; give NIP, REGON, ID number" in wet["rows"][0]["links"][1]["sentence"]
    assert len(wet["rows"][0]["links"][1]["candidates"]) == 2
    assert numbers(dry) == numbers(wet)


def test_a_pair_that_is_named_from_both_ends_is_one_relation(
    run, anna, headquarters, relation_type
):
    relation_type("company", "Wspólnik", "company", "Wspólnik", one_a=True)
    rows = [["Nazwa", "Centrala", "Oddział", "Wspólnik"], ["Top", "", "Low", "Low"]]
    rows += [["Low", "Top", "", "Top"], ["Inna", "", "Low", "Low"]]
    dry, wet = (run(rows, by=anna, dry_run=dry_run) for dry_run in (True, False))
    said = [[links(report, number) for number in (2, 3, 4)] for report in (dry, wet)]
    assert said[0] == said[1]
    assert [[verdict for _name, verdict in row] for row in said[1]] == [
        ["present", "added"],
        ["added", "present"],
        ["refused", "refused"],
    ]
    assert Relation.objects.count() == 2


def test_a_limit_counts_from_both_ends_before_anything_is_stored(run, anna, headquarters):
    rows = [["Nazwa", "Oddział", "Centrala"], ["Top", "Low", ""], ["Low", "", "Inna"]]
    dry = run([*rows, ["Inna", "", ""]], by=anna, dry_run=True)
    assert links(dry, 3) == [("Inna", "refused")]
    assert sentence(dry, 3) == "There is a “Centrala” already in another row"
    wet = run([*rows, ["Inna", "", ""]], by=anna)
    assert links(wet, 3) == [("Inna", "refused")]
    assert ends() == {("Top", "Low")}


def test_the_same_file_again_adds_nothing(run, make, anna, headquarters, rivals):
    rows = [["Nazwa", "Centrala", "Konkurenci"], ["Opole", "ACME", "X; Y"], ["ACME", "", ""]]
    rows += [["X", "", "Y"], ["Y", "", ""]]
    assert numbers(run(rows, by=anna)) == {"created": 4, "links_added": 4}
    again = run(rows, by=anna, duplicates="skip")
    assert numbers(again)["skipped"] == 4
    again = run(rows, by=anna)
    assert numbers(again) == {"unchanged": 4, "links_present": 4}
    assert Relation.objects.count() == 4


def test_a_row_with_nothing_new_but_a_relation_is_an_update(run, make, anna, rivals):
    make("company", title="Alfa", owner=anna)
    make("company", title="Beta", owner=anna)
    report = run([["Nazwa", "Konkurenci"], ["Alfa", "Beta"]], by=anna)
    assert numbers(report) == {"updated": 1, "links_added": 1}


@pytest.mark.parametrize(
    ("cell", "verdict"),
    [
        ("Budex", "several"),
        ("Budex (Opole)", "added"),
        ("Budex (opole)", "added"),
        ("Budex (Łódź)", "missing"),
        ("NIP: 5260250274", "added"),
        ("nip:526-025-02-74", "added"),
        ("NIP: 1111111111", "missing"),
        ("#{number}", "added"),
        ("{number}", "added"),
        ("ID: {number}", "added"),
        ("Budex ({number})", "added"),
        ("Inny ({number})", "missing"),
        ("{pk}", "added"),
        ("biuro@budex.example", "added"),
        ("99999999", "missing"),
    ],
)
def test_ways_to_name_a_record(run, make, anna, rivals, cell, verdict):
    address = [{"street": "", "city": "Opole", "postcode": "", "country": "", "label": ""}]
    mail = [{"value": "biuro@budex.example", "label": ""}]
    one = make(
        "company", title="Budex", owner=anna, nip="5260250274", addresses=address, emails=mail
    )
    make("company", title="Budex", owner=anna)

    cell = cell.format(number=one.number, pk=one.pk)
    report = run([["Nazwa", "Konkurenci"], ["Alfa", cell]], by=anna)
    assert links(report, 2) == [(cell, verdict)]
    if verdict == "added":
        assert {end for pair in Relation.objects.values_list("a", "b") for end in pair} > {one.pk}


def test_a_person_is_told_by_the_company(run, make, anna, relation_type):
    relation_type("deal", "Szansa", "person", "Osoba decyzyjna")
    budex = make("company", title="Budex S.A.", owner=anna)
    make("person", first_name="Jan", last_name="Kowalski", owner=anna, company=budex)
    make("person", first_name="Jan", last_name="Kowalski", owner=anna)
    rows = [
        ["Nazwa", "Osoba decyzyjna"],
        ["Sprzedaż 1", "Jan Kowalski"],
        ["Sprzedaż 2", "Jan Kowalski (Budex SA)"],
    ]
    report = run(rows, by=anna, kind="deals")
    assert links(report, 2) == [("Jan Kowalski", "several")]
    assert links(report, 3) == [("Jan Kowalski (Budex SA)", "added")]


def test_a_name_with_a_separator_in_it_is_one_name(run, make, anna, rivals):
    make("company", title="A|B; C", owner=anna)
    assert links(run([["Nazwa", "Konkurenci"], ["X", "A|B; C"]], by=anna), 2) == [
        ("A|B; C", "added")
    ]


def test_limits_and_circles_are_told_and_the_row_goes_on(run, make, tie, anna, headquarters):
    top, other = make("company", title="Top", owner=anna), make("company", title="Inna", owner=anna)
    low = make("company", title="Low", owner=anna)
    tie(headquarters, top, low, by=anna)
    rows = [["Nazwa", "Centrala"], ["Low", "Inna"], ["Top", "Low"], ["New", "Top"], ["Inna", "New"]]
    rows += [["Top", "Inna"]]
    report = run(rows, by=anna, duplicates="update")
    verdicts = [links(report, n)[0][1] for n in (2, 3, 4, 5)]
    assert verdicts == ["refused", "refused", "added", "added"]
    assert "Top" in sentence(report, 2)
    assert "circle: Low → Top → Low" in sentence(report, 3)
    report = run([["Nazwa", "Centrala"], ["Top", "Inna"]], by=anna)
    assert "circle" in sentence(report, 2)
    assert ends() == {("Top", "Low"), ("Top", "New"), ("New", "Inna")}
    assert other.pk


def test_what_the_importer_may_not_know_of_is_not_found(run, make, kasia, anna, rivals):
    make("company", title="Fuzja X", owner=anna, visibility=Visibility.HIDDEN, nip="5260250274")
    make(
        "company", title="Zamknięta", owner=anna, visibility=Visibility.RESTRICTED, nip="7251801126"
    )
    rows = [["Nazwa", "Konkurenci"], ["A", "Fuzja X"], ["B", "NIP:5260250274"]]
    rows += [["C", "Zamknięta"], ["D", "NIP:7251801126"], ["E", "Nikt"]]
    report = run(rows, by=kasia)
    found = [links(report, n)[0][1] for n in range(2, 7)]
    assert found == ["missing", "missing", "added", "missing", "missing"]
    assert sentence(report, 2) == sentence(report, 6)


def test_records_that_the_importer_may_not_change_get_no_relation(run, make, kasia, anna, rivals):
    make("company", title="Cudza", owner=anna)
    make("company", title="Moja", owner=kasia)
    report = run([["Nazwa", "Konkurenci"], ["Cudza", "Moja"]], by=kasia)
    assert links(report, 2) == [("Moja", "refused")]
    assert Relation.objects.count() == 0


def test_answers_settle_names_that_are_not_clear(upload, make, anna, rivals):
    first, second = (make("company", title="Nowak", owner=anna) for _n in range(2))
    rows = [["Nazwa", "Konkurenci"], ["A", "Nowak; Nikt"], ["B", "Nowak"]]
    imp = upload(rows, by=anna)
    path = next(path for path in imp.mapping.values() if path.startswith("relation"))
    answers = {path: {"Nowak": str(second.pk), "Nikt": ""}}
    importing.set_options(imp, {"answers": answers})
    importing.run_here(imp, dry_run=False)
    report = importing.report(imp, outcome="")
    assert links(report, 2) == [("Nowak", "added"), ("Nikt", "left")]
    assert {first.pk} & {
        pk for pair in Relation.objects.values_list("a", "b") for pk in pair
    } == set()
    assert Relation.objects.count() == 2


def test_an_undo_takes_the_relations_back_and_only_those(run, make, tie, anna, rivals):
    alfa, beta = (
        make("company", title="Alfa", owner=anna),
        make("company", title="Beta", owner=anna),
    )
    kept = tie(rivals, alfa, beta, by=anna)
    run([["Nazwa", "Konkurenci"], ["Alfa", "Beta; Gamma"], ["Gamma", "Beta"]], by=anna)
    assert Relation.objects.count() == 3
    take_back(ChangeSet.objects.latest("pk"), by=anna)
    assert list(Relation.objects.all()) == [kept]


def test_a_run_that_stopped_goes_on_where_it_was(upload, anna, rivals, monkeypatch):
    from orbita.imports import linking

    monkeypatch.setattr(linking, "CHUNK", 2)
    rows = [["Nazwa", "Konkurenci"], *[[f"F{n}", f"F{n + 1}"] for n in range(6)], ["F6", ""]]
    imp = upload(rows, by=anna)
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
    assert numbers(importing.report(imp)) == {"created": 7, "links_added": 6}
    assert Relation.objects.count() == 6


def test_switched_off_relations_are_no_targets(upload, anna, rivals):
    StoredSetting.objects.filter(key="addons.relations").update(value=False)
    assert not any(
        t.is_link for t in importing.targets_of(upload([["Nazwa"], ["A"]], by=anna)).values()
    )


def test_archived_types_are_no_targets(upload, anna, relation_type):
    relation_type("company", "Dawni", "company", "Dawni", archived_at=timezone.now())
    assert not any(
        t.is_link for t in importing.targets_of(upload([["Nazwa"], ["A"]], by=anna)).values()
    )


def test_relations_of_every_kind_stand_among_its_targets(anna, relation_type):
    from orbita.imports.columns import targets

    for kind in kinds:
        relation_type(kind.key, f"Moje {kind.key}", "company", "Ich firma")
        found = [t for t in targets(kind, anna).values() if t.is_link]
        assert "Ich firma" in [str(t.field.label) for t in found][0]
        assert {t.group for t in found if t.reference is None} == {"Relations"}


def test_names_that_are_not_clear_are_answered_on_the_preview(client, upload, make, anna, rivals):
    budex = make("company", title="Nowak", owner=anna, nip="5260250274")
    make("company", title="Nowak", owner=anna)
    other = make("company", title="Inna firma", owner=anna)
    rows = [["Nazwa", "Konkurenci"], ["A", "Nowak; Nikt"], ["B", "Nowak"], ["C", "Brak"]]
    imp = upload(rows, by=anna)
    importing.run_here(imp, dry_run=True)
    page = client.as_(anna).get(f"/imports/{imp.pk}/preview/")
    form = page.context["answers_form"]
    assert [(name.text, name.rows) for name in form.names.values()] == [
        ("Nowak", 2),
        ("Nikt", 1),
        ("Brak", 1),
    ]
    assert "526-025-02-74" in page.content.decode()
    said = {"answer-0": str(budex.pk), "answer-1": str(other.pk)}
    client.post(f"/imports/{imp.pk}/answers/", said)
    run_jobs()
    imp.refresh_from_db()
    assert numbers(importing.report(imp)) == {"created": 3, "links_added": 3, "links_missing": 1}
    page = client.get(f"/imports/{imp.pk}/preview/?outcome=open").content.decode()
    assert "Brak" in page
    client.post(f"/imports/{imp.pk}/run/")
    run_jobs()
    assert [pair for pair in ends() if "Inna firma" in pair and "A" in pair]
    mended = b"".join(client.get(f"/imports/{imp.pk}/links/").streaming_content).decode()
    assert mended.splitlines()[1:] == ["C;Brak;4;Konkurenci: Brak – Company: not found"]


def test_an_answer_is_taken_back_and_foreign_records_are_no_answer(
    client, upload, make, kasia, piotr, rivals
):
    secret = make("company", title="Tajna", owner=piotr, visibility=Visibility.HIDDEN)
    imp = upload([["Nazwa", "Konkurenci"], ["A", "Nikt"]], by=kasia)
    importing.run_here(imp, dry_run=True)
    client.as_(kasia).post(f"/imports/{imp.pk}/answers/", {"answer-0": str(secret.pk)})
    imp.refresh_from_db()
    assert imp.option("answers") == {}
    path = next(path for path in imp.mapping.values() if path.startswith("relation"))
    importing.set_options(imp, {"answers": {path: {"Nikt": str(secret.pk)}}})
    importing.run_here(imp, dry_run=True)
    assert numbers(importing.report(imp)) == {"created": 1, "links_missing": 1}
    assert "Tajna" not in client.get(f"/imports/{imp.pk}/preview/").content.decode()
    client.post(f"/imports/{imp.pk}/answers/", {"forget": f"{path}:Nikt"})
    imp.refresh_from_db()
    assert imp.option("answers") == {path: {}}


def test_the_preview_asks_as_much_for_many_rows_as_for_few(client, upload, make, anna, rivals):
    found = []
    for count in (3, 40):
        rows = [[f"{count} F{n}", f"Nikt {n}; {count} F{n + 1}"] for n in range(count)]
        imp = upload([["Nazwa", "Konkurenci"], *rows], by=anna)
        importing.run_here(imp, dry_run=True)
        client.as_(anna).get(f"/imports/{imp.pk}/preview/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/imports/{imp.pk}/preview/")
        found.append(len(asked))
    assert found[0] == found[1] <= 20


def test_a_type_that_went_after_the_columns_were_matched_is_a_skipped_column(
    upload, make, anna, rivals
):
    make("company", title="Alfa", owner=anna)
    imp = upload([["Nazwa", "Konkurenci"], ["Beta", "Alfa"]], by=anna)
    rivals.archived_at = timezone.now()
    rivals.save()
    importing.run_here(imp, dry_run=False)
    report = importing.report(imp, outcome="")
    assert report["unmapped"] == ["Konkurenci"]
    assert (numbers(report), Relation.objects.count()) == ({"created": 1}, 0)


def test_verdicts_of_a_former_check_do_not_stay(client, upload, make, anna, rivals):
    imp = upload([["Nazwa", "Konkurenci"], ["Beta", "Nikt"]], by=anna)
    importing.run_here(imp, dry_run=True)
    assert numbers(importing.report(imp))["links_missing"] == 1
    importing.set_mapping(imp, {"0": "title"})
    importing.run_here(imp, dry_run=False)
    report = importing.report(imp, outcome="")
    assert (links(report, 2), numbers(report)) == ([], {"created": 1})
    assert importing.report(imp, outcome="open")["rows"] == []
