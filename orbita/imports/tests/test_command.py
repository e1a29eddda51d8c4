"""`orbita import` on the command line."""

import json
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from orbita.contacts.models import Company
from orbita.imports import saved
from orbita.imports.tests.readers.files import csv_text
from orbita.records.models import CustomField

pytestmark = pytest.mark.django_db


@pytest.fixture
def command(tmp_path, capsys):
    def run(rows, *arguments):
        path = tmp_path / "firmy.csv"
        path.write_text(csv_text(rows))
        call_command("import", str(path), *arguments)
        return capsys.readouterr().out

    return run


ROWS = [["Nazwa firmy", "NIP", "Inne"], ["Alfa", "5260250274", "x"], ["Beta", "1", "x"]]


def test_it_prints_counts_and_rejected_rows(command, anna):
    text = command(ROWS, "--kind", "companies")
    assert "created: 1" in text
    assert "Columns skipped: Inne" in text
    assert "Row 3: NIP: Invalid NIP (checksum)" in text
    assert Company.objects.get().owner == anna


def test_a_dry_run_writes_nothing(command, anna):
    assert "nothing was written" in command(ROWS, "--kind", "companies", "--dry-run")
    assert not Company.objects.exists()


def test_json_for_programs_as_somebody(command, anna, kasia):
    report = json.loads(command(ROWS, "--kind", "companies", "--json", "--as", kasia.email))
    assert report["counts"]["created"] == report["counts"]["rejected"] == 1
    assert [row["number"] for row in report["rows"]] == [3]
    assert Company.objects.get().owner == kasia


def test_columns_can_be_mapped_by_hand(command, anna):
    command(ROWS, "--kind", "companies", "--map", "Inne=city", "--map", "NIP=")
    assert {c.addresses.get().city for c in Company.objects.all()} == {"x"}
    assert set(Company.objects.values_list("nip", flat=True)) == {None}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--kind", "nonsense"),
        ("--kind", "companies", "--as", "nobody@x.example"),
        ("--kind", "companies", "--map", "Nie ma=title"),
        ("--kind", "companies", "--map", "NIP=nonsense"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(command, anna, arguments):
    with pytest.raises(CommandError):
        command(ROWS, *arguments)
    assert not Company.objects.exists()


def test_a_missing_and_an_unreadable_file(anna, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import", str(tmp_path / "none.csv"), "--kind", "companies")
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(CommandError, match="damaged"):
        call_command("import", str(tmp_path / "a.xlsx"), "--kind", "companies")


def test_the_file_is_read_as_it_says_values_are_fixed_and_all_is_taken_back(
    anna, kasia, tmp_path, capsys
):
    path = tmp_path / "firmy.csv"
    path.write_bytes("Raport;\nNazwa;Uwaga\nŻółw;x\n".encode("cp1250"))
    reading = ["--encoding", "cp1250", "--separator", ";", "--header-row", "2"]
    more = ["--set", "city=Łódź", "--owner", kasia.email, "--rows", "all", "--json"]
    call_command("import", str(path), "--kind", "companies", *reading, *more)
    report = json.loads(capsys.readouterr().out)
    company = Company.objects.get()
    assert (company.title, company.owner, company.addresses.get().city) == ("Żółw", kasia, "Łódź")
    assert [row["record"] for row in report["rows"]] == [str(company.pk)]

    call_command("import", "--undo", report["id"], "--json")
    undone = json.loads(capsys.readouterr().out)
    assert (undone["state"], undone["counts"]["reversed"]) == ("done", 1)
    assert not Company.objects.live().exists()


@pytest.mark.parametrize(
    "arguments", [("--kind", "companies", "--header-row", "99"), ("--undo", str(uuid4())), ()]
)
def test_what_cannot_be_is_an_error_in_json_too(anna, tmp_path, capsys, arguments):
    path = tmp_path / "firmy.csv"
    path.write_text("Nazwa\nAlfa\n")
    with pytest.raises(CommandError) as problem:
        call_command("import", str(path), *arguments, "--json")
    assert json.loads(capsys.readouterr().out) == {"error": str(problem.value)}
    assert not Company.objects.exists()


def test_a_saved_mapping_is_used_by_its_name(tmp_path, upload, anna):
    imp = upload([["Ktoś", "Coś"], ["x", "y"]], by=anna)
    saved.save(imp, {"0": "title", "1": "city"}, {}, name="Z biura", is_shared=False, by=anna)
    file = tmp_path / "plik.csv"
    file.write_text("Coś;Ktoś\nŁódź;Alfa\n")
    call_command("import", str(file), kind="companies", email=anna.email, mapping="Z biura")
    assert Company.objects.get().title == "Alfa"
    with pytest.raises(CommandError, match="Brak"):
        call_command("import", str(file), kind="companies", email=anna.email, mapping="Brak")


def test_what_is_given_goes_before_the_saved_mapping(tmp_path, upload, anna, make):
    make("company", title="Alfa", owner=anna)
    imp = upload([["Ktoś", "Coś"], ["x", "y"]], by=anna)
    options = {"duplicates": "create", "values": {"description": "z mapowania"}}
    saved.save(imp, {"0": "title", "1": "city"}, options, name="Z biura", is_shared=False, by=anna)
    file = tmp_path / "plik.csv"
    file.write_text("Coś;Ktoś\nŁódź;Alfa\n")
    given = ["--kind", "companies", "--as", anna.email, "--mapping", "Z biura"]
    call_command("import", str(file), *given, "--duplicates", "skip")
    assert Company.objects.count() == 1
    call_command("import", str(file), *given, "--set", "tags=VIP")
    added = Company.objects.order_by("number").last()
    assert (added.description, added.record_tags.get().tag.name) == ("z mapowania", "VIP")


def test_numbers_and_days_are_read_as_it_is_said(tmp_path, anna):
    day, amount = (
        CustomField.objects.create(kind="company", label=label, type=type_)
        for label, type_ in (("Termin", "date"), ("Kwota", "number"))
    )
    file = tmp_path / "plik.csv"
    file.write_text("Nazwa;Termin;Kwota\nAlfa;02.03.2026;1,234\n")
    given = ["--kind", "companies", "--as", anna.email, "--dates", "month", "--decimals", "point"]
    call_command("import", str(file), *given)
    values = Company.objects.get().custom
    assert (values[str(day.pk)], str(values[str(amount.pk)])) == ("2026-02-03", "1234")


def test_an_ambiguous_name_is_answered_on_the_command_line(
    tmp_path, anna, make, relation_type, capsys
):
    ends = [make("company", title="Nowak Transport", owner=anna) for _time in range(2)]
    relation_type("company", "Centrala", "company", "Oddział")
    file = tmp_path / "plik.csv"
    file.write_text("Nazwa;Centrala\nAlfa;Nowak Transport\n")
    given = [str(file), "--kind", "companies", "--as", anna.email, "--json", "--rows", "open"]
    call_command("import", *given, "--dry-run")
    link = json.loads(capsys.readouterr().out)["rows"][0]["links"][0]
    assert set(link["candidates"]) == {str(end.pk) for end in ends}
    answer = f"{link['field']}:{link['name']}={ends[1].pk}"
    call_command("import", *given, "--answer", answer)
    report = json.loads(capsys.readouterr().out)
    assert (report["counts"]["links_added"], report["rows"]) == (1, [])
