"""The wizard, as a user walks through it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orbita.contacts.models import Company, Person
from orbita.imports.models import Import
from orbita.imports.tests.conftest import csv_file
from orbita.jobs.testing import run_jobs
from orbita.records.models import Record, Visibility
from orbita.ui.sheets import guarded, unguarded

pytestmark = pytest.mark.django_db

ROWS = [
    ["Nazwa firmy", "NIP", "Miasto", "Coś"],
    ["Alfa", "5260250274", "Łódź", "=1+1"],
    ["Beta", "1", "", ""],
]


def text_of(response):
    return response.content.decode()


def post_file(client, rows=ROWS, *, kind="companies", name="firmy.csv"):
    content = rows if isinstance(rows, bytes) else csv_file(rows).read()
    file = SimpleUploadedFile(name, content, "text/csv")
    return client.post("/imports/new/", {"kind": kind, "file": file})


def form_of(imp, **more):
    columns = {f"column-{index}": path for index, path in imp.mapping.items()}
    return (
        {"duplicates": "update", "bad_cell": "reject", "create_missing": "1", "owner": "me"}
        | columns
        | more
    )


def test_from_file_to_report(client, kasia):
    client.as_(kasia)
    assert "Import companies" in text_of(client.get("/imports/new/?kind=companies"))
    answer = post_file(client)
    imp = Import.objects.get()
    assert answer["Location"] == f"/imports/{imp.pk}/mapping/"
    page = text_of(client.get(answer["Location"]))
    for word in ("firmy.csv", "Łódź", "5260250274", "Coś", "UTF-8", "semicolon"):
        assert word in page
    assert '<option value="nip" selected>' in page
    answer = client.post(f"/imports/{imp.pk}/mapping/", form_of(imp))
    assert answer["Location"] == f"/imports/{imp.pk}/preview/"
    assert "Waiting for its turn" in text_of(client.get(answer["Location"]))
    assert "Waiting for its turn" in text_of(client.get(f"/imports/{imp.pk}/progress/"))
    run_jobs()
    assert (
        client.get(f"/imports/{imp.pk}/progress/", headers={"HX-Request": "true"})["HX-Redirect"]
        == answer["Location"]
    )
    page = text_of(client.get(answer["Location"]))
    assert "Nothing is written yet" in page
    assert "Columns skipped: <bdi>Coś</bdi>" in " ".join(page.split())
    assert "Will be created" in page
    assert "Invalid NIP (checksum)" in page
    assert not Record.objects.exists()
    answer = client.post(f"/imports/{imp.pk}/run/")
    run_jobs()
    page = text_of(client.get(answer["Location"]))
    assert "The import is done." in page
    assert "Created" in page
    assert "Will be created" not in page
    assert f"/companies/{Company.objects.get().pk}/" in page
    rejected = b"".join(client.get(f"/imports/{imp.pk}/rejected/").streaming_content).decode(
        "utf-8-sig"
    )
    assert rejected.splitlines() == [
        "Nazwa firmy;NIP;Miasto;Coś;Row;Reason",
        "Beta;1;;;3;NIP: Invalid NIP (checksum)",
    ]
    assert "firmy.csv" in text_of(client.get("/imports/"))
    assert client.get(f"/imports/{imp.pk}/mapping/")["Location"] == f"/imports/{imp.pk}/"
    client.post(f"/imports/{imp.pk}/mapping/", form_of(imp))
    client.post(f"/imports/{imp.pk}/run/")
    assert run_jobs() == 0


def download(client, url):
    """The lines of a file, and its name."""
    answer = client.get(url)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return text.splitlines(), answer["Content-Disposition"].partition("filename=")[2]


def test_the_whole_preview_and_the_whole_report_are_files(client, upload, make, kasia):
    from orbita.imports import importing

    make("company", title="Alfa", owner=kasia, nip="5260250274")
    rows = [["Nazwa firmy", "NIP", "Miasto"], ["Alfa", "5260250274", "Łódź"], ["Beta", "1", ""]]
    imp = upload([*rows, ["Gama", "", "Opole"]], by=kasia)
    importing.run_here(imp, dry_run=True)
    page = text_of(client.as_(kasia).get(f"/imports/{imp.pk}/preview/"))
    assert f"/imports/{imp.pk}/rows/" in page
    assert f"/imports/{imp.pk}/rejected/" in page
    told = [
        "Nazwa firmy;NIP;Miasto;Row;Outcome;Details",
        "Alfa;5260250274;Łódź;2;Will be updated;City: Łódź",
        "Beta;1;;3;Will be rejected;NIP: Invalid NIP (checksum)",
        "Gama;;Opole;4;Will be created;",
    ]
    assert download(client, f"/imports/{imp.pk}/rows/") == (told, '"preview.csv"')
    importing.run_here(imp, dry_run=False)
    assert f"/imports/{imp.pk}/rows/" in text_of(client.get(f"/imports/{imp.pk}/"))
    done = [line.replace("Will be c", "C").replace("Will be u", "U") for line in told]
    done = [line.replace("Will be r", "R") for line in done]
    assert download(client, f"/imports/{imp.pk}/rows/") == (done, '"report.csv"')


def test_rows_that_went_in_with_a_remark_are_found_again(client, upload, kasia):
    from orbita.imports import importing

    rows = [["Nazwa firmy", "NIP"], ["Alfa", "1"], ["Beta", ""], ["Gama", "2"]]
    imp = upload(rows, by=kasia, bad_cell="empty")
    importing.run_here(imp, dry_run=False)
    assert Company.objects.count() == 3
    page = text_of(client.as_(kasia).get(f"/imports/{imp.pk}/?outcome=remarked"))
    assert "With remarks" in page
    assert ("Alfa" in page, "Beta" in page, "Gama" in page) == (True, False, True)


def test_the_rows_of_one_outcome_page_by_page(client, upload, kasia):
    from orbita.imports import importing

    rows = [["Nazwa firmy", "NIP"], *([f"Firma {i}", "1" if i % 2 else ""] for i in range(130))]
    imp = upload(rows, by=kasia)
    importing.run_here(imp, dry_run=True)
    page = text_of(client.as_(kasia).get(f"/imports/{imp.pk}/preview/?outcome=rejected"))
    assert "Firma 1 " in page.replace("<", " ")
    assert "Firma 2<" not in page
    assert f"?outcome=rejected&amp;after={2 + 99}" in page
    page = text_of(client.get(f"/imports/{imp.pk}/preview/?outcome=rejected&after=101"))
    assert "Firma 129<" in page.replace(" ·", "<")
    assert client.get(f"/imports/{imp.pk}/preview/?outcome=x&after=%00").status_code == 200


def test_another_encoding_and_another_header_row(client, kasia):
    content = "Lista firm\nNazwa firmy;Miasto\nŻółw;Łódź\n".encode("cp1250")
    client.as_(kasia)
    post_file(client, content)
    imp = Import.objects.get()
    assert "Żółw" in text_of(client.get(f"/imports/{imp.pk}/mapping/"))
    client.post(
        f"/imports/{imp.pk}/reading/", {"encoding": "cp1250", "separator": ";", "header_row": "0"}
    )
    imp.refresh_from_db()
    assert imp.columns == ["Column A", "Column B"]
    client.post(
        f"/imports/{imp.pk}/reading/", {"encoding": "cp1250", "separator": ";", "header_row": "2"}
    )
    imp.refresh_from_db()
    assert imp.mapping == {"0": "title", "1": "city"}
    answer = client.post(
        f"/imports/{imp.pk}/reading/", {"encoding": "utf-8", "separator": ";", "header_row": "2"}
    )
    assert answer.status_code == 422
    assert "Choose another encoding" in text_of(answer)
    imp.refresh_from_db()
    assert imp.reading.encoding == "cp1250"


def test_letters_in_doubt_are_chosen_by_a_click(client, kasia):
    client.as_(kasia)
    twice = "Nazwa firmy;Miasto\nŻółw;Łódź\n".encode().decode("cp1250", "ignore").encode()
    post_file(client, twice)
    imp = Import.objects.get()
    page = text_of(client.get(f"/imports/{imp.pk}/mapping/"))
    assert "Which of these reads right?" in page
    assert 'value="utf-8|cp1250"' in page
    assert "Żółw" in page
    imp.refresh_from_db()
    assert imp.sample[1][0] != "Żółw"
    form = {"encoding": "utf-8", "separator": ";", "header_row": "1"}
    client.post(f"/imports/{imp.pk}/reading/", {**form, "way": "utf-8|cp1250"})
    page = text_of(client.get(f"/imports/{imp.pk}/mapping/"))
    assert "Which of these reads right?" not in page
    assert "Letters look wrong?" in page
    client.post(f"/imports/{imp.pk}/reading/", {**form, "separator": ","})
    client.post(f"/imports/{imp.pk}/reading/", form)
    imp.refresh_from_db()
    assert (imp.reading.repair, imp.sample[1][0]) == ("cp1250", "Żółw")
    client.post(f"/imports/{imp.pk}/mapping/", form_of(imp))
    run_jobs()
    client.post(f"/imports/{imp.pk}/run/")
    run_jobs()
    assert Company.objects.get().title == "Żółw"


def test_totals_are_left_out_unless_they_are_wanted(client, kasia):
    client.as_(kasia)
    rows = [["Nazwa firmy", "Miasto", "Wartość"], ["Alfa", "Opole", "5"], ["Razem", "", "5"]]
    post_file(client, rows)
    imp = Import.objects.get()
    page = text_of(client.get(f"/imports/{imp.pk}/mapping/"))
    assert "1 row in the file" in page
    assert "repeated header, too (3)" in page
    assert "Razem" not in page
    form = {"encoding": "utf-8", "separator": ";", "header_row": "1"}
    client.post(f"/imports/{imp.pk}/reading/", {**form, "whole": "1"})
    assert "2 rows in the file" in text_of(client.get(f"/imports/{imp.pk}/mapping/"))
    client.post(f"/imports/{imp.pk}/reading/", form)
    client.post(f"/imports/{imp.pk}/mapping/", form_of(imp))
    run_jobs()
    imp.refresh_from_db()
    assert imp.counts["rows"] == 1


def test_contacts_of_a_vcf_file_become_persons(client, kasia):
    card = (
        "BEGIN:VCARD\nVERSION:3.0\nN:Ślęzak;Żaneta\nORG:Źródło Sp. j.\n"
        "TEL;TYPE=WORK,FAX:123456780\nTEL;TYPE=CELL;TYPE=PREF:600100200\nTEL:600100201\nEMAIL:z@zrodlo.example\nTITLE:Prezes\nEND:VCARD\n"
    )
    client.as_(kasia)
    post_file(client, card.encode(), kind="persons", name="kontakty.vcf")
    page = text_of(client.get(f"/imports/{Import.objects.get().pk}/mapping/"))
    assert 'name="separator"' not in page
    _run_as_mapped(client)
    person = Person.objects.get()
    assert (person.title, person.position, person.company.title) == (
        "Żaneta Ślęzak",
        "Prezes",
        "Źródło Sp. j.",
    )
    phones = person.contact_points.filter(type="phone").values_list("value", "phone_type")
    assert list(phones) == [
        ("+48 600 100 200", "mobile"),
        ("+48 12 345 67 80", "fax"),
        ("+48 600 100 201", ""),
    ]
    assert person.contact_points.get(type="email").value == "z@zrodlo.example"
    post_file(client, card.encode(), kind="persons", name="kontakty.vcf")
    assert _run_as_mapped(client).counts["unchanged"] == 1


def _run_as_mapped(client):
    """The newest import, done as its columns were recognised."""
    imp = Import.objects.latest("created_at")
    client.post(f"/imports/{imp.pk}/mapping/", form_of(imp))
    run_jobs()
    client.post(f"/imports/{imp.pk}/run/")
    run_jobs()
    imp.refresh_from_db()
    return imp


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choose a file"),
        (b"%PDF-1.4 \x00", "This is not a spreadsheet"),
        (b"PK\x03\x04xxxx", "damaged"),
    ],
)
def test_a_refused_file_is_explained_and_nothing_changes(client, kasia, content, sentence):
    answer = client.as_(kasia).post(
        "/imports/new/",
        {
            "kind": "companies",
            **({"file": SimpleUploadedFile("a.xlsx", content)} if content else {}),
        },
    )
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not Import.objects.exists()
    assert not Record.objects.exists()


def test_a_file_over_the_limit_is_refused_at_once(client, kasia, settings):
    settings.IMPORT_MAX_BYTES = 1024 * 1024
    answer = post_file(client.as_(kasia), b"x" * (1024 * 1024 + 1))
    assert "larger than 1 MB" in text_of(answer)
    assert not Import.objects.exists()


def test_a_mapping_that_cannot_be_keeps_what_was_chosen(client, upload, kasia):
    imp = upload([["Nazwa firmy", "Miasto"], ["Alfa", "Opole"]], by=kasia)
    answer = client.as_(kasia).post(
        f"/imports/{imp.pk}/mapping/", form_of(imp, **{"column-1": "title", "bad_cell": "empty"})
    )
    page = text_of(answer)
    assert answer.status_code == 422
    assert "Two columns cannot both become “Name”" in page
    assert page.count('<option value="title" selected>') == 2
    assert 'value="empty" checked' in page
    imp.refresh_from_db()
    assert imp.mapping == {"0": "title", "1": "city"}
    assert run_jobs() == 0


PAGES = ["", "mapping/", "preview/", "progress/", "rejected/"]
DEEDS = ["mapping/", "reading/", "run/", "cancellation/"]


def test_an_import_of_somebody_else_does_not_exist(client, upload, kasia, piotr, anna):
    imp = upload(ROWS, by=kasia)
    client.as_(piotr)
    assert {client.get(f"/imports/{imp.pk}/{page}").status_code for page in PAGES} == {404}
    assert {client.post(f"/imports/{imp.pk}/{deed}").status_code for deed in DEEDS} == {404}
    assert "plik.csv" not in text_of(client.get("/imports/"))
    imp.refresh_from_db()
    assert imp.state == "uploaded"
    client.as_(anna)
    assert "plik.csv" in text_of(client.get("/imports/"))
    assert client.get(f"/imports/{imp.pk}/mapping/").status_code == 200


def test_nobody_imports_without_the_right(client, upload, kasia, monkeypatch):
    imp = upload(ROWS, by=kasia)
    monkeypatch.setattr(
        "orbita.accounts.rights.role_allows", lambda role, kind, action: action != "import"
    )
    client.as_(kasia)
    assert client.get("/imports/new/?kind=companies").status_code == 403
    assert post_file(client).status_code == 403
    assert client.get(f"/imports/{imp.pk}/mapping/").status_code == 403
    assert Import.objects.count() == 1
    assert client.get("/imports/").status_code == 403
    assert "/imports/" not in text_of(client.get("/"))


def test_strangers_must_log_in(client, kasia):
    assert client.get("/imports/")["Location"].startswith("/login/")


def test_a_kind_that_is_switched_off_is_not_offered(client, kasia):
    assert client.as_(kasia).get("/imports/new/?kind=spaces").status_code == 404
    assert "kind=spaces" not in text_of(client.get("/imports/new/"))


def test_only_administrators_learn_of_hidden_duplicates(client, upload, make, kasia, ewa, anna):
    from orbita.imports import importing

    make("company", title="Fuzja X", owner=ewa, nip="5260250274", visibility=Visibility.HIDDEN)
    imp = upload(ROWS, by=kasia)
    importing.run_here(imp, dry_run=False)
    assert "Fuzja X" not in text_of(client.as_(kasia).get(f"/imports/{imp.pk}/"))
    assert "Fuzja X" in text_of(client.as_(anna).get(f"/imports/{imp.pk}/"))


def test_work_is_stopped_and_leads_back(client, upload, kasia):
    imp = upload(ROWS, by=kasia)
    client.as_(kasia).post(f"/imports/{imp.pk}/mapping/", form_of(imp))
    answer = client.post(f"/imports/{imp.pk}/cancellation/")
    page = text_of(client.get(answer["Location"]))
    assert "Nothing was written" in page
    assert client.get(f"/imports/{imp.pk}/mapping/").status_code == 200


def test_hostile_cells_and_headers_are_shown_as_text(client, upload, kasia):
    from orbita.imports import importing

    bad = "<script>alert(1)</script>"
    imp = upload([["Nazwa firmy", bad], [bad, bad]], by=kasia)
    client.as_(kasia)
    assert bad not in text_of(client.get(f"/imports/{imp.pk}/mapping/"))
    importing.run_here(imp, dry_run=False)
    assert bad not in text_of(client.get(f"/imports/{imp.pk}/"))


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "＝1"])
def test_formula_like_text_is_neutralised_in_the_rejected_rows(text):
    assert guarded(text).startswith(f"'{text[0]}")
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["+48 600 100 200", "-12,5", "a=b", ""])
def test_phones_and_numbers_stay_as_they_are(text):
    assert guarded(text) == text


def test_a_required_field_is_asked_for_before_the_start(client, upload, kasia):
    from orbita.records.models import CustomField

    field = CustomField.objects.create(kind="company", label="Branża", type="text", required=True)
    imp = upload([["Nazwa firmy"], ["Alfa"]], by=kasia)
    assert "Branża" in text_of(client.as_(kasia).get(f"/imports/{imp.pk}/mapping/"))
    path = f"custom_{field.pk.hex}"
    client.post(f"/imports/{imp.pk}/mapping/", form_of(imp))
    run_jobs()
    assert "Required and not in the file" in text_of(client.get(f"/imports/{imp.pk}/preview/"))
    client.post(f"/imports/{imp.pk}/mapping/", form_of(imp, **{f"value-{path}": "IT"}))
    run_jobs()
    assert "Required and not in the file" not in text_of(client.get(f"/imports/{imp.pk}/preview/"))
    client.post(f"/imports/{imp.pk}/run/")
    run_jobs()
    assert Company.objects.get().custom == {str(field.pk): "IT"}


def test_a_column_without_a_field_stays_unmatched_and_creates_none(client, upload, kasia, anna):
    """AC-157: fields are defined in the settings; an import only offers administrators to do so."""
    from orbita.preferences.models import StoredSetting
    from orbita.records.models import CustomField

    StoredSetting.objects.update_or_create(key="addons.spaces", defaults={"value": True})
    budget = CustomField.objects.create(kind="space", label="Budżet", type="money")
    rows = [["Nazwa", "Budżet", "Termin"], ["Projekt ABC", "12 500,50", "jutro"]]
    for user, is_offered in ((kasia, False), (anna, True)):
        imp = upload(rows, kind="spaces", by=user)
        assert imp.mapping == {"0": "title", "1": budget.key}
        page = text_of(client.as_(user).get(f"/imports/{imp.pk}/mapping/"))
        assert ("Create field" in page) is is_offered
        client.post(f"/imports/{imp.pk}/mapping/", form_of(imp))
        run_jobs()
        assert "Termin" in text_of(client.get(f"/imports/{imp.pk}/preview/"))
    refused = client.as_(kasia).post(
        "/settings/forms/fields/spaces/new/?type=text", {"label": "Termin", "section": "other"}
    )
    assert refused.status_code == 403
    assert list(CustomField.objects.all()) == [budget]


def test_people_and_their_companies_by_the_wizard(client, kasia):
    rows = [
        ["Imię", "Nazwisko", "Firma", "NIP"],
        ["Żaneta", "Ślęzak", "Źródło Sp. j.", "5260250274"],
    ]
    client.as_(kasia)
    post_file(client, rows, kind="persons")
    imp = Import.objects.get()
    assert "Company: NIP" in text_of(client.get(f"/imports/{imp.pk}/mapping/"))
    client.post(f"/imports/{imp.pk}/mapping/", form_of(imp))
    run_jobs()
    client.post(f"/imports/{imp.pk}/run/")
    run_jobs()
    person = Person.objects.get()
    assert (person.title, person.company.nip) == ("Żaneta Ślęzak", "5260250274")


def test_the_rows_of_a_file_are_named_as_what_they_give(client, kasia):
    page = text_of(client.as_(kasia).get("/imports/new/?kind=persons"))
    assert "People and companies" in page


def test_pages_that_are_read_answer_head(client, kasia):
    client.as_(kasia)
    post_file(client)
    imp = Import.objects.get()
    for address in ("/imports/", "/companies/", f"/imports/{imp.pk}/mapping/"):
        answer = client.head(address)
        assert (answer.status_code, answer.content) == (200, b"")
