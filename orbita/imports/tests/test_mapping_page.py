"""The page on which columns are matched: candidates, fixed values, saved mappings, new fields."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.accounts.models import AuditEntry
from orbita.contacts.models import Company, Person
from orbita.imports import importing, saved
from orbita.imports.models import Import, SavedMapping
from orbita.imports.proposing import propose
from orbita.imports.tests.test_wizard import form_of, text_of
from orbita.jobs.testing import run_jobs
from orbita.records.kinds import kinds
from orbita.records.models import CustomField, Record, Visibility

pytestmark = pytest.mark.django_db

ROWS = [["Nazwa firmy", "Miasto", "Coś"], ["Alfa", "Opole", "1"], ["Beta", "Łódź", "2"]]


def address(imp, end="mapping"):
    return f"/imports/{imp.pk}/{end}/"


def chosen(page):
    """The selected path of each column."""
    found = re.findall(r'name="column-(\d+)"(.*?)</select>', page, re.DOTALL)
    selected = {i: re.search(r'<option value="([^"]+)" selected', part) for i, part in found}
    return {index: one[1] for index, one in selected.items() if one}


def custom(label, **more):
    return CustomField.objects.create(kind="company", label=label, type="text", **more)


def test_a_header_that_fits_two_fields_equally_is_left_to_the_user(client, upload, kasia):
    first, second = custom("Klient"), custom("klient")
    imp = upload([["Nazwa firmy", "KLIENT", "Dostawca"], ["Alfa", "x", "y"]], by=kasia)
    assert imp.mapping == {"0": "title"}
    page = text_of(client.as_(kasia).get(address(imp)))
    assert "Several fit. Choose one:" in page
    for field in (first, second):
        assert f'data-choose="column-1" value="{field.key}"' in page
    assert "Klient (Custom fields)" in page
    assert 'data-choose="column-2"' not in page
    assert '<optgroup label="Custom fields">' in page
    assert "2 columns are skipped" in page


def test_two_types_of_one_label_are_shown_with_labels_and_kinds(
    client, upload, anna, relation_type
):
    relation_type("space", "Projekt", "company", "Klient")
    relation_type("deal", "Umowa", "company", "Klient")
    imp = upload([["Nazwa", "Klient"], ["Wdrożenie", "ACME"]], by=anna, kind="spaces")
    assert importing.targets_of(imp)[imp.mapping["1"]].label == "Klient: Projekt — Klient (Company)"
    relation_type("space", "Pojazd", "person", "Klient")
    imp = upload([["Nazwa", "Klient"], ["Wdrożenie", "ACME"]], by=anna, kind="spaces")
    assert imp.mapping == {"0": "title"}
    page = text_of(client.as_(anna).get(address(imp)))
    assert "Klient (Projekt): Projekt — Klient (Company)</button>" in page
    assert "Klient (Pojazd): Pojazd — Klient (Person)</button>" in page
    assert "Umowa" not in page
    assert '<optgroup label="Relations">' in page


def test_values_for_all_rows_by_the_controls_of_the_form(client, upload, kasia, marek, make):
    make("company", title="Stara", owner=kasia, tags=["VIP"])
    imp = upload(ROWS, by=kasia)
    client.as_(kasia)
    for path, words in (
        ("owner", "Marek Wójcik"),
        ("tags", "data-tags"),
        ("visibility", "restricted"),
        ("phones", 'type="text"'),
    ):
        answer = client.get(address(imp, "value"), {"path": path})
        assert words in text_of(answer), text_of(answer)
        assert f'name="value-{path}"' in text_of(answer)
    assert client.get(address(imp, "value"), {"path": "nothing"}).status_code == 404
    values = {
        "value-owner": str(marek.pk),
        "value-tags": ["VIP", "Targi; wiosna"],
        "value-visibility": str(Visibility.RESTRICTED.value),
        "value-phones": "600 100 200",
    }
    client.post(address(imp), form_of(imp, **values))
    run_jobs()
    client.post(address(imp, "run"))
    run_jobs()
    alfa = Company.objects.get(title="Alfa")
    assert (alfa.owner, alfa.visibility) == (marek, Visibility.RESTRICTED)
    tags = kinds.get("companies").all_fields()["tags"]
    tags.load([alfa], kasia)
    assert set(tags.value(alfa)) == {"VIP", "Targi; wiosna"}
    assert alfa.contact_points.get().value == "+48 600 100 200"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"value-nip": "1"}, "NIP: Invalid NIP (checksum)"),
        ({"value-city": "Kraków"}, "“City” has both a column and a value for all rows"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_nothing_changes(
    client, upload, kasia, more, sentence
):
    imp = upload(ROWS, by=kasia)
    answer = client.as_(kasia).post(address(imp), form_of(imp, **more))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert f'value="{next(iter(more.values()))}"' in text_of(answer)
    imp.refresh_from_db()
    assert (imp.state, imp.options) == ("uploaded", {})
    assert run_jobs() == 0


def test_a_required_field_that_no_column_fills_warns_before_the_start(client, upload, kasia):
    field = custom("Branża", required=True)
    imp = upload(ROWS, by=kasia)
    page = text_of(client.as_(kasia).get(address(imp)))
    assert f'name="value-{field.key}"' in page
    client.post(address(imp), form_of(imp))
    run_jobs()
    page = text_of(client.get(address(imp, "preview")))
    assert "Required and not in the file" in page
    assert "Branża" in page
    assert "Columns skipped: <bdi>Coś</bdi>" in " ".join(page.split())
    client.post(address(imp), form_of(imp, **{f"value-{field.key}": "Transport"}))
    run_jobs()
    assert "Required and not" not in text_of(client.get(address(imp, "preview")))
    client.post(address(imp, "run"))
    run_jobs()
    assert Company.objects.get(title="Alfa").custom == {str(field.pk): "Transport"}


def test_a_required_field_of_the_company_is_asked_for_where_rows_can_make_companies(
    client, upload, kasia
):
    field = custom("Branża", required=True)
    name = f"company.{field.key}"
    people = [["Imię", "Nazwisko", "Firma"], ["Jan", "Nowak", "Alfa"], ["Ewa", "Lis", ""]]
    alone = upload([row[:2] for row in people], by=kasia, kind="persons")
    assert f'name="value-{name}"' not in text_of(client.as_(kasia).get(address(alone)))

    imp = upload(people, by=kasia, kind="persons")
    assert f'name="value-{name}"' in text_of(client.get(address(imp)))
    client.post(address(imp), form_of(imp))
    run_jobs()
    page = text_of(client.get(address(imp, "preview")))
    assert "Required and not in the file" in page
    assert "Company: Branża" in page
    client.post(address(imp), form_of(imp, **{f"value-{name}": "Transport"}))
    run_jobs()
    assert "Required and not" not in text_of(client.get(address(imp, "preview")))
    client.post(address(imp, "run"))
    run_jobs()
    assert Company.objects.get().custom == {str(field.pk): "Transport"}
    assert {p.last_name: p.company_id for p in Person.objects.all()} == {
        "Nowak": Company.objects.get().pk,
        "Lis": None,
    }


def test_a_company_that_is_the_same_for_all_rows_comes_with_all_it_is_given(client, upload, kasia):
    imp = upload([["Imię", "Nazwisko"], ["Jan", "Nowak"], ["Ewa", "Lis"]], by=kasia, kind="persons")
    values = {"value-company.title": "Alfa", "value-company.city": "Opole"}
    client.as_(kasia).post(address(imp), form_of(imp, **values))
    run_jobs()
    client.post(address(imp, "run"))
    run_jobs()
    company = Company.objects.get()
    assert (company.title, company.addresses.get().city) == ("Alfa", "Opole")
    assert Person.objects.filter(company=company).count() == 2


def test_a_mapping_is_saved_and_applied_by_the_names_of_columns(client, upload, kasia, piotr):
    imp = upload(ROWS, by=kasia)
    client.as_(kasia)
    posted = form_of(imp, **{"column-1": "", "column-2": "description", "value-tags": "VIP"})
    posted["duplicates"] = "skip"
    assert client.post(address(imp, "draft"), posted)["Location"] == address(imp, "saving")
    assert "is_shared" not in text_of(client.get(address(imp, "saving")))
    answer = client.post(address(imp, "saving"), {"name": " Z giełdy ", "is_shared": "on"})
    assert answer["Location"] == address(imp)
    row = SavedMapping.objects.get()
    assert (row.name, row.is_shared, row.owner) == ("Z giełdy", False, kasia)
    assert chosen(text_of(client.get(address(imp)))) == {"0": "title", "2": "description"}
    other = upload([["Inne", "COŚ", "Nazwa firmy"], ["a", "b", "c"]], by=kasia)
    page = " ".join(text_of(client.get(address(other))).split())
    assert "Z giełdy" in page
    assert "2 of 2 columns" in page
    client.post(address(other, "application"), {"saved": str(row.pk)})
    page = text_of(client.get(address(other)))
    assert chosen(page) == {"1": "description", "2": "title"}
    assert 'value="skip" checked' in page
    assert 'name="value-tags"' in page
    foreign = upload(ROWS, by=piotr)
    assert "Z giełdy" not in text_of(client.as_(piotr).get(address(foreign)))
    for end in ("", "removal/"):
        assert client.post(f"/imports/mappings/{row.pk}/{end}", {"name": "x"}).status_code == 404
    answer = client.post(address(foreign, "application"), {"saved": str(row.pk)})
    assert answer.status_code == 404
    row.refresh_from_db()
    assert row.name == "Z giełdy"


def test_a_shared_mapping_is_for_everybody_and_betrays_nothing(
    client, upload, make, anna, kasia, ewa
):
    make("person", first_name="Jan", last_name="Tajny", owner=ewa, visibility=Visibility.HIDDEN)
    hidden = custom("Marża", roles=["administrator"])
    rows = [["Nazwa", "Coś"], ["Alfa", "1"]]
    imp = upload(rows, by=anna, kind="deals")
    options = {"values": {"persons": "Jan Tajny", "currency": "EUR"}}
    saved.save(imp, {"0": "title"}, options, name="Szanse", is_shared=True, by=anna)
    other = upload(rows, by=kasia, kind="deals")
    client.as_(kasia)
    row = SavedMapping.objects.get()
    client.post(address(other, "application"), {"saved": str(row.pk)})
    page = text_of(client.get(address(other)))
    assert "Tajny" not in page
    assert 'name="value-currency"' in page
    assert f"/imports/mappings/{row.pk}/" not in text_of(client.get("/imports/mappings/"))
    companies = upload(ROWS, by=anna)
    saved.save(companies, {"0": hidden.key}, {}, name="Firmy", is_shared=True, by=anna)
    mapping, _options = saved.applied(
        SavedMapping.objects.get(name="Firmy"), upload(ROWS, by=kasia), {}
    )
    assert mapping == {}
    client.as_(anna)
    client.post(f"/imports/mappings/{row.pk}/", {"name": "Nasze szanse"})
    row.refresh_from_db()
    assert (row.name, row.is_shared) == ("Nasze szanse", False)
    client.post(f"/imports/mappings/{row.pk}/removal/")
    assert not SavedMapping.objects.filter(pk=row.pk).exists()
    assert AuditEntry.objects.filter(subject="saved mapping: deals: Szanse").exists()


def test_a_field_made_from_a_column_is_mapped_and_the_page_keeps_the_rest(
    client, upload, anna, kasia
):
    rows = [["Nazwa firmy", "Branża", "Miasto"]]
    rows += [[f"Firma {i}", ("Handel", "IT")[i % 2], "Opole"] for i in range(6)]
    imp = upload(rows, by=anna)
    posted = form_of(imp, **{"column-2": "country", "bad_cell": "empty", "column": "1"})
    where = client.as_(anna).post(address(imp, "field"), posted)["Location"]
    page = text_of(client.get(where))
    assert "New field: single choice" in page
    assert "Handel\nIT" in page
    answer = client.post(where, {"label": "Branża", "options": "Handel\nIT", "section": "other"})
    field = CustomField.objects.get()
    assert answer["Location"] == f"{address(imp)}?column=1&made={field.key}"
    page = text_of(client.get(answer["Location"]))
    assert chosen(page) == {"0": "title", "1": field.key, "2": "country"}
    assert 'value="empty" checked' in page
    other = upload(rows, by=kasia)
    refused = client.as_(kasia).post(address(other, "field"), {"column": "1"})
    assert refused.status_code == 403
    assert "Create field" not in text_of(client.get(address(other)))


@pytest.mark.parametrize(
    ("cells", "type_"),
    [
        (["31.12.2026", "2026-01-05"], "date"),
        (["2026-01-05 12:30", "2026-01-06 08:00"], "moment"),
        (["12,5", "1 200"], "number"),
        (["007", "012"], "text"),
        (["tak", "nie", ""], "yes_no"),
        (["1", "0"], "number"),
        (["x", "y"], "text"),
        (["12 %", "7%"], "percent"),
        (["12,50 zł", "3 EUR"], "money"),
        (["a@b.example", "c@d.example"], "email"),
        (["https://a.example", "www.b.example"], "www"),
        (["+48 600 100 200", "+48 12 345 67 89"], "phone"),
        (["IT", "it", "Handel", "IT", "Handel"], "choice"),
        (["IT; Handel", "IT", "Handel;IT", "IT"], "choices"),
        (["Alfa", "Beta", "Gamma"], "text"),
        (["pierwsza\ndruga", "x"], "long_text"),
        ([None, ""], "text"),
    ],
)
def test_the_type_of_a_new_field_follows_from_the_values(cells, type_):
    assert propose(cells)[0] == type_


def test_the_help_and_the_table_of_relations(client, upload, anna, kasia, relation_type):
    from django.utils import timezone

    from orbita.preferences.models import StoredSetting

    relation_type("company", "Centrala", "company", "Oddział")
    relation_type("space", "Projekt", "company", "Wykonawca")
    relation_type("deal", "Stara", "deal", "Nowa", archived_at=timezone.now())
    imp = upload(ROWS, by=kasia)
    client.as_(kasia)
    page = text_of(client.get(address(imp)))
    for words in (
        "The type must exist already",
        "Each relation needs a column of its own.",
        "A cell holds the name of the other record",
        "A name that fits several records is linked to none of them",
    ):
        assert words in page
    assert "/settings/relations/" not in page
    assert "/settings/relations/" in text_of(client.as_(anna).get(address(imp)))
    page = " ".join(text_of(client.as_(kasia).get("/imports/")).split())
    for words in ("Centrala</span> — <span", "Wykonawca", 'kind=spaces">Spaces</a>'):
        assert words in page
    assert "Stara" not in page
    assert "Projekt" not in text_of(client.get("/imports/new/?kind=deals"))
    StoredSetting.objects.filter(key="addons.spaces").update(value=False)
    page = text_of(client.get("/imports/"))
    assert "Wykonawca" not in page
    assert "Centrala" in page
    StoredSetting.objects.filter(key="addons.relations").update(value=False)
    assert "Centrala" not in text_of(client.get("/imports/"))
    assert "The type must exist already" not in text_of(client.get(address(imp)))


def test_many_columns_and_hostile_ones_cost_no_more_questions(client, upload, kasia):
    client.as_(kasia)
    few = upload(ROWS, by=kasia)
    bad = ["<script>alert(1)</script>", "x" * 300, "=1+1", "a\u202eb"]
    many = upload([["Nazwa firmy", *bad, *(f"K{i}" for i in range(60))], ["Alfa", *bad]], by=kasia)
    client.get(address(few))
    counts = []
    for imp in (few, many):
        with CaptureQueriesContext(connection) as queries:
            page = text_of(client.get(address(imp)))
        counts.append(len(queries))
    assert bad[0] not in page
    assert counts[0] == counts[1]


def test_nobody_else_touches_the_page(client, upload, kasia, piotr):
    imp = upload(ROWS, by=kasia)
    client.as_(piotr)
    for end in ("draft", "layout", "application", "saving"):
        assert client.post(address(imp, end), {"name": "x"}).status_code == 404
    assert client.get(address(imp, "value"), {"path": "city"}).status_code == 404
    importing.run_here(imp, dry_run=False)
    client.as_(kasia)
    for end in ("draft", "layout", "application", "saving"):
        assert client.post(address(imp, end), {"name": "x"})["Location"] == f"/imports/{imp.pk}/"
    imp.refresh_from_db()
    assert (imp.draft, SavedMapping.objects.count()) == ({}, 0)
    assert Import.objects.count() == 1
    assert Record.objects.count() == 2


def test_a_relation_of_all_rows_is_picked_and_shown_again(
    client, upload, make, kasia, ewa, relation_type
):
    type_ = relation_type("company", "Centrala", "company", "Oddział")
    acme = make("company", title="ACME; Polska", owner=kasia)
    hidden = make("company", title="Fuzja X", owner=ewa, visibility=Visibility.HIDDEN)
    path = f"relation{type_.pk}b"
    imp = upload(ROWS, by=kasia)
    client.as_(kasia)
    client.post(address(imp, "draft"), form_of(imp, **{f"value-{path}": str(acme.pk)}))
    imp.refresh_from_db()
    text = f'"ACME; Polska ({acme.number})"'
    assert imp.draft["options"]["values"] == {path: text}
    page = text_of(client.get(address(imp)))
    assert f'<option value="{acme.pk}" selected' in page
    client.post(address(imp), form_of(imp, **{f"value-{path}": str(acme.pk)}))
    run_jobs()
    client.post(address(imp, "run"))
    run_jobs()
    assert importing.report(Import.objects.get())["counts"]["links_added"] == 2
    other = upload(ROWS, by=kasia)
    client.post(address(other, "draft"), form_of(other, **{f"value-{path}": str(hidden.pk)}))
    assert "Fuzja" not in text_of(client.get(address(other)))
    saved.save(
        other, {"0": "title"}, {"values": {path: "Fuzja X"}}, name="A", is_shared=True, by=ewa
    )
    row = SavedMapping.objects.get()
    SavedMapping.objects.update(is_shared=True)
    client.post(address(other, "application"), {"saved": str(row.pk)})
    assert "Fuzja" not in text_of(client.get(address(other)))
