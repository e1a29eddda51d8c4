"""Running an import: dry, to the end, after a crash, twice, in the worker."""

import random
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.accounts.audit import AuditEntry
from orbita.contacts.models import Company, Person
from orbita.imports import importing, readers, running
from orbita.imports.models import Import, ImportRow
from orbita.imports.readers import UnreadableFile
from orbita.imports.tests.conftest import csv_file, numbers
from orbita.imports.tests.readers.files import save_ods, save_xls, save_xlsx
from orbita.jobs.models import Job
from orbita.jobs.testing import run_jobs
from orbita.records.kinds import kinds
from orbita.records.models import ChangeSet, Record

pytestmark = pytest.mark.django_db

HEAD = ["Nazwa firmy", "NIP", "Telefon", "E-mail", "Ulica", "Kod pocztowy", "Miasto", "Tagi"]


def polish_companies(count: int) -> list[list[str]]:
    """Companies with valid NIPs, the same at each call."""
    chance = random.Random(2026)
    rows, known = [HEAD], set[str]()
    while len(rows) <= count:
        digits = [chance.randint(1, 9), *(chance.randint(0, 9) for _ in range(8))]
        check = sum(d * w for d, w in zip(digits, (6, 5, 7, 2, 3, 4, 5, 6, 7), strict=True)) % 11
        nip = "".join(map(str, digits)) + str(check)
        if check == 10 or nip in known:
            continue
        known.add(nip)
        i = len(rows)
        name = f"{chance.choice(['Źródło', 'Żółw', 'Łąka', 'Ślęzak'])} {i} Sp. z o.o."
        rows.append(
            [
                name,
                nip,
                f"+48 600 {i // 1000:03} {i % 1000:03}",
                f"biuro{i}@firma.example",
                f"ul. Długa {i}",
                f"31-{i % 900:03}",
                chance.choice(["Kraków", "Łódź", "Gdańsk"]),
                chance.choice(["klient", "klient; VIP", ""]),
            ]
        )
    return rows


def save_csv(path: Path, rows: list[list[str]]) -> None:
    """The rows as text."""
    path.write_bytes(csv_file(rows).getvalue())


def digest() -> dict[str, Any]:
    """All business tables as they stand."""
    labels = {"records", "contacts", "deals", "products", "spaces"}
    tables = [m._meta.db_table for m in apps.get_models() if m._meta.app_label in labels]
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
            )
            found[table] = cursor.fetchone()
    return found


def test_a_dry_run_writes_no_business_row(upload, make, kasia):
    make("company", title="Alfa", owner=kasia)
    imp = upload(
        [["Nazwa firmy", "Miasto", "Tagi"], ["Alfa", "Opole", "nowy"], ["Beta", "", "inny"]],
        by=kasia,
    )
    before = digest()
    importing.run_here(imp, dry_run=True)
    assert digest() == before
    assert (imp.state, imp.counts["created"], imp.counts["updated"]) == ("planned", 1, 1)


def test_the_dry_run_says_what_the_real_run_then_does(upload, make, kasia):
    make("company", title="Alfa", owner=kasia)
    imp = upload(
        [["Nazwa firmy", "Miasto"], ["Alfa", "Opole"], ["Beta", ""], ["Beta", ""]], by=kasia
    )
    importing.run_here(imp, dry_run=True)
    dry = importing.report(imp, outcome="")
    assert not AuditEntry.objects.exists()
    importing.run_here(imp, dry_run=False)
    real = importing.report(imp, outcome="")
    told = AuditEntry.objects.get()
    assert (told.actor, told.action, told.details) == (kasia, "imported", {"count": 2})
    assert dry["counts"] == real["counts"]
    assert [row["changes"] for row in dry["rows"]] == [row["changes"] for row in real["rows"]]


@pytest.mark.parametrize("count", [1000, pytest.param(5000, marks=pytest.mark.long)])
def test_companies_are_the_same_out_of_each_format(count, kasia, tmp_path, monkeypatch):
    """The first makes them; the others find every value as it is there, and so does the first."""
    monkeypatch.setattr(running, "CHUNK", count // 3)
    rows = polish_companies(count)
    savers = {"xlsx": save_xlsx, "csv": save_csv, "xls": save_xls, "ods": save_ods}
    for place, (format_, save) in enumerate([*savers.items(), ("xlsx", save_xlsx)]):
        path = tmp_path / f"firmy.{format_}"
        if not path.exists():
            save(path, rows)
            choices = readers.inspect(path, path.name).choices()
            read = [[cell or "" for cell in row] for row in readers.rows(path, choices)]
            assert read == rows[1:], format_
        with path.open("rb") as file:
            imp = importing.upload(file, name=path.name, kind=kinds.get("companies"), by=kasia)
        importing.run_here(imp, dry_run=False)
        expected = {"unchanged" if place else "created": count}
        assert numbers(importing.report(imp)) == expected, format_
    stored = {
        (c.title, c.nip, c.contact_points.all()[1].key, c.addresses.all()[0].city)
        for c in Company.objects.prefetch_related("contact_points", "addresses")
    }
    assert stored == {(r[0], r[1], r[2].replace(" ", "")[1:], r[6]) for r in rows[1:]}
    assert set(Company.objects.values_list("version", flat=True)) == {1}


def test_a_crash_in_the_middle_loses_nothing_and_doubles_nothing(upload, kasia, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 10)
    rows = [["Imię", "Nazwisko", "E-mail", "Firma"]]
    rows += [["Jan", f"Nowak {i}", f"n{i}@x.example", f"Firma {i % 7}"] for i in range(45)]
    imp = upload(rows, by=kasia, kind="persons")
    write, calls = running.write, []

    def dying(*args: Any, **kwargs: Any) -> None:
        write(*args, **kwargs)
        calls.append(1)
        if len(calls) == 3:
            raise MemoryError

    monkeypatch.setattr(running, "write", dying)
    with pytest.raises(MemoryError):
        importing.run_here(imp, dry_run=False)
    imp = Import.objects.get()
    assert (imp.state, imp.position, Person.objects.count()) == ("failed", 21, 20)
    monkeypatch.setattr(running, "write", write)
    importing.run_here(imp, dry_run=False)
    assert numbers(importing.report(imp)) == {"created": 45, "nested_created": 7}
    assert (Person.objects.count(), Company.objects.count()) == (45, 7)
    assert ChangeSet.objects.filter(channel="import").count() == 1


def test_a_row_that_the_database_refuses_stops_no_other(upload, kasia, monkeypatch):
    from orbita.imports import writing

    row_values = writing.row_values

    def strict(model: Any, rows: Any) -> Any:
        for row in rows:
            if getattr(row, "title", "") == "Firma 13":
                row.title = None
        return row_values(model, rows)

    monkeypatch.setattr(writing, "row_values", strict)
    imp = upload([["Nazwa firmy"], *([f"Firma {i}"] for i in range(40))], by=kasia)
    importing.run_here(imp, dry_run=False)
    assert numbers(importing.report(imp)) == {"created": 39, "rejected": 1}
    assert ImportRow.objects.get(outcome="rejected").cells == ["Firma 13"]
    assert Company.objects.count() == 39


def test_the_number_of_queries_does_not_depend_on_the_rows(upload, kasia, make):
    def queries(count: int) -> int:
        head = ["Imię", "Nazwisko", "E-mail", "Telefon", "Firma", "NIP", "Miasto", "Tagi"]
        rows = [
            [
                "Jan",
                f"N {count} {i}",
                f"n{count}.{i}@x.example",
                "600100200",
                f"F {count} {i}",
                "",
                "Opole",
                "x",
            ]
            for i in range(count)
        ]
        imp = upload([head, *rows], by=kasia, kind="persons")
        importing.run_here(imp, dry_run=True)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            importing.run_here(imp, dry_run=False)
        imp.state, imp.changeset_id = "mapped", None
        imp.save()
        with CaptureQueriesContext(connection) as again:
            importing.run_here(imp, dry_run=False)
        return len(captured), len(again)

    queries(3)
    assert queries(10) == queries(300)


def test_the_worker_runs_it_and_its_owner_watches(upload, kasia):
    imp = upload([["Nazwa firmy"], ["Alfa"], ["Beta"]], by=kasia)
    job = importing.start(imp, dry_run=True)
    assert imp.is_busy
    with pytest.raises(ValidationError):
        importing.start(imp, dry_run=False)
    run_jobs()
    imp.refresh_from_db()
    job.refresh_from_db()
    assert (imp.state, job.state, job.done, job.total) == ("planned", "done", 2, 2)
    importing.start(imp, dry_run=False)
    run_jobs()
    imp.refresh_from_db()
    assert (imp.state, Company.objects.count()) == ("done", 2)
    with pytest.raises(ValidationError):
        importing.start(imp, dry_run=False)


def test_cancelled_work_keeps_what_is_done_and_can_go_on(upload, kasia, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 10)
    imp = upload([["Nazwa firmy"], *([f"Firma {i}"] for i in range(25))], by=kasia)
    write = running.write

    def and_cancel(*args: Any, **kwargs: Any) -> None:
        write(*args, **kwargs)
        Job.objects.update(cancel_requested=True)

    monkeypatch.setattr(running, "write", and_cancel)
    monkeypatch.setattr("orbita.jobs.progress.INTERVAL", 0)
    importing.start(imp, dry_run=False)
    run_jobs()
    imp.refresh_from_db()
    assert (imp.state, Company.objects.count()) == ("cancelled", 10)
    monkeypatch.setattr(running, "write", write)
    importing.start(imp, dry_run=False)
    run_jobs()
    imp.refresh_from_db()
    assert (imp.state, Company.objects.count()) == ("done", 25)
    assert numbers(importing.report(imp)) == {"created": 25}


def test_waiting_work_is_cancelled_at_once(upload, kasia):
    imp = upload([["Nazwa firmy"], ["Alfa"]], by=kasia)
    importing.start(imp, dry_run=False)
    importing.cancel(imp)
    assert imp.state == "cancelled"
    run_jobs()
    assert not Company.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "The file is empty."),
        ("a.xlsx", b"PK\x03\x04 not really", "damaged"),
        ("a.xls", b"<html><body>x</body></html>", "web page"),
        ("a.pdf", b"%PDF-1.7 \x00\x01", "not a spreadsheet"),
    ],
)
def test_an_unreadable_file_is_refused_with_a_sentence_and_leaves_nothing(
    kasia, settings, name, content, sentence
):
    import io

    with pytest.raises(UnreadableFile) as problem:
        importing.upload(io.BytesIO(content), name=name, kind=kinds.get("companies"), by=kasia)
    assert sentence in problem.value.sentence
    assert not Import.objects.exists()
    assert not list((settings.MEDIA_ROOT / "imports").iterdir())


def test_of_an_upload_that_breaks_off_nothing_stays(kasia, settings):
    class Broken:
        blocks = [b"Nazwa\n", b"Alfa\n"]

        def read(self, _size: int) -> bytes:
            if not self.blocks:
                raise OSError(28, "No space left on device")
            return self.blocks.pop(0)

    with pytest.raises(OSError, match="No space"):
        importing.upload(Broken(), name="a.csv", kind=kinds.get("companies"), by=kasia)
    assert not Import.objects.exists()
    assert not list((settings.MEDIA_ROOT / "imports").iterdir())


def test_a_file_that_turns_bad_midway_ends_with_a_sentence_and_the_worker_goes_on(upload, kasia):
    imp = upload([["Nazwa firmy"], ["Alfa"]], by=kasia)
    imp.path.write_bytes(b"Nazwa firmy\n" + b'"' + b"x" * 2_000_000)
    importing.start(imp, dry_run=False)
    run_jobs()
    imp.refresh_from_db()
    assert imp.state == "failed"
    assert imp.message
    assert not Record.objects.exists()


def test_only_those_with_the_right_may_import(kasia, monkeypatch):
    monkeypatch.setattr(
        "orbita.accounts.rights.role_allows", lambda role, kind, action: action != "import"
    )
    with pytest.raises(PermissionDenied):
        importing.upload(
            csv_file([["Nazwa"], ["A"]]), name="a.csv", kind=kinds.get("companies"), by=kasia
        )


def test_a_right_that_was_lost_since_stops_the_import(upload, kasia, monkeypatch):
    imp = upload([["Nazwa firmy"], ["Alfa"]], by=kasia)
    monkeypatch.setattr(
        "orbita.accounts.rights.role_allows", lambda role, kind, action: action != "import"
    )
    importing.run_here(imp, dry_run=False)
    assert imp.state == "failed"
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    "mapping", [{"0": "nonsense"}, {"7": "title"}, {"0": "title", "1": "title"}, {}, {"x": "title"}]
)
def test_a_mapping_that_cannot_be_is_refused_and_the_old_one_stays(upload, kasia, mapping):
    imp = upload([["Nazwa firmy", "Miasto"], ["Alfa", "Opole"]], by=kasia)
    with pytest.raises(ValidationError):
        importing.set_mapping(imp, mapping)
    assert Import.objects.get().mapping == {"0": "title", "1": "city"}


@pytest.mark.parametrize("kind", [kind.slug for kind in kinds])
def test_every_kind_can_be_imported(run, kasia, kind, features):
    has_title = kinds.get(kind).all_fields()["title"].editable
    head, row = (["Nazwa"], ["Próba"]) if has_title else (["Imię", "Nazwisko"], ["Jan", "Próba"])
    report = run(
        [[*head, "Tagi", "Grupy"], [*row, "pilne", "Pierwsza, Druga"]], by=kasia, kind=kind
    )
    assert numbers(report) == {"created": 1}
    record = Record.objects.get()
    assert record.kind == kinds.get(kind).key
    assert record.record_groups.count() == 2
