"""What becomes of the cells of a row."""

from datetime import date

import pytest

from orbita.contacts.models import Company, Person
from orbita.imports import importing
from orbita.imports.tests.conftest import numbers, texts
from orbita.products.models import Product
from orbita.records.models import Change, ChangeSet, CustomField, Record

pytestmark = pytest.mark.django_db

BAD_NIP = "5260250270"


def test_a_company_comes_with_all_that_its_row_says(run, kasia, anna):
    head = [
        "Nazwa firmy",
        "NIP",
        "Telefon",
        "E-mail",
        "Ulica",
        "Kod pocztowy",
        "Miasto",
        "Tagi",
        "Opiekun",
    ]
    row = [
        "ACME",
        "526-025-02-74",
        "600 100 200; 12 345 67 89",
        "a@acme.example",
        "Długa 7",
        "31146",
        "Kraków",
        "VIP, pilne",
        anna.email,
    ]
    report = run([head, row], by=kasia)
    assert numbers(report) == {"created": 1}
    company = Company.objects.get()
    assert (company.title, company.nip, company.owner, company.author) == (
        "ACME",
        "5260250274",
        anna,
        kasia,
    )
    assert [p.value for p in company.contact_points.filter(type="phone")] == [
        "+48 600 100 200",
        "+48 12 345 67 89",
    ]
    address = company.addresses.get()
    assert (address.street, address.postcode, address.city) == ("Długa 7", "31-146", "Kraków")
    assert {t.tag.name for t in company.record_tags.all()} == {"VIP", "pilne"}
    for word in ("acme", "5260250274", "48600100200", "krakow", "dluga"):
        assert word in company.search_text


def test_what_is_found_by_search_does_not_depend_on_how_it_came(run, make, kasia):
    run([["Nazwa firmy", "Telefon", "Miasto"], ["Alfa", "600100200", "Opole"]], by=kasia)
    by_form = make(
        "company",
        title="Alfa",
        owner=kasia,
        phones=[{"value": "+48 600 100 200", "label": ""}],
        addresses=[{"label": "", "street": "", "postcode": "", "city": "Opole", "country": ""}],
    )
    assert len(set(Company.objects.values_list("search_text", "held"))) == 1
    assert by_form.search_text


def test_all_rows_are_one_deed_and_created_records_name_it(run, make, kasia):
    make("company", title="Stara", owner=kasia)
    run([["Nazwa firmy", "Miasto"], ["Stara", "Opole"], ["Nowa", "Opole"]], by=kasia)
    deed = ChangeSet.objects.get(channel="import")
    assert (deed.actor, deed.label) == (kasia, "plik.csv")
    assert Company.objects.get(title="Nowa").changeset_id == deed.pk
    assert {c.table for c in Change.objects.filter(changeset=deed)} == {
        "records_address",
        "records_record",
    } - {"records_record"}


def test_an_empty_cell_leaves_the_value_as_it_is(run, make, kasia):
    make("company", title="Alfa", owner=kasia, description="ważny klient")
    report = run([["Nazwa firmy", "Opis"], ["Alfa", ""]], by=kasia)
    assert numbers(report) == {"unchanged": 1}
    assert Company.objects.get().description == "ważny klient"


def test_many_values_are_added_to_those_that_are_there(run, make, kasia):
    make(
        "company",
        title="Alfa",
        owner=kasia,
        tags=["VIP"],
        emails=[{"value": "a@x.example", "label": "biuro"}],
    )
    rows = [["Nazwa firmy", "Tagi", "E-mail"], ["Alfa", "pilne; vip", "A@x.example; b@x.example"]]
    assert numbers(run(rows, by=kasia)) == {"updated": 1}
    company = Company.objects.get()
    assert {t.tag.name for t in company.record_tags.all()} == {"VIP", "pilne"}
    points = company.contact_points.values_list("value", "label")
    assert list(points) == [("a@x.example", "biuro"), ("b@x.example", "")]
    assert numbers(run(rows, by=kasia)) == {"unchanged": 1}


def test_a_wrong_nip_rejects_the_row_or_is_left_out_by_option(run, kasia):
    rows = [["Nazwa firmy", "NIP"], ["Alfa", BAD_NIP], ["Beta", ""]]
    report = run(rows, by=kasia)
    assert numbers(report) == {"created": 1, "rejected": 1}
    assert report["rows"][0]["messages"] == [
        {"column": "NIP", "text": "Invalid NIP (checksum)", "warning": False}
    ]
    report = run(rows, by=kasia, bad_cell="empty")
    assert numbers(report) == {"created": 1, "unchanged": 1, "warnings": 1}
    assert Company.objects.get(title="Alfa").nip is None


def test_a_person_comes_with_her_company_or_not_at_all(run, kasia):
    head = ["Imię", "Nazwisko", "Stanowisko", "Firma", "NIP"]
    rows = [head, ["Anna", "Góra", "Prezes", "Delta Sp. z o.o.", BAD_NIP]]
    report = run(rows, by=kasia, kind="persons")
    assert numbers(report) == {"rejected": 1}
    assert texts(report, 2) == ["Invalid NIP (checksum)"]
    assert not Record.objects.exists()
    report = run(rows, by=kasia, kind="persons", bad_cell="empty")
    assert numbers(report) == {"created": 1, "nested_created": 1, "warnings": 1}
    person = Person.objects.get()
    assert (person.title, person.company.title, person.company.nip) == (
        "Anna Góra",
        "Delta Sp. z o.o.",
        None,
    )


def test_one_company_is_made_for_all_its_people(run, kasia, monkeypatch):
    monkeypatch.setattr("orbita.imports.running.CHUNK", 3)
    head = ["Imię", "Nazwisko", "Firma", "NIP", "Miasto firmy"]
    names = ["Delta sp. z o.o.", "DELTA Spółka z ograniczoną odpowiedzialnością", "Omega"]
    rows = [head, *(["Jan", f"Nowak {i}", names[i % 3], "", ""] for i in range(8))]
    rows[4] = ["Jan", "Nowak 3", names[0], "5260250274", "Opole"]
    expected = {"created": 8, "nested_created": 2}
    assert numbers(run(rows, by=kasia, kind="persons", dry_run=True)).items() >= expected.items()
    assert not Record.objects.exists()
    assert numbers(run(rows, by=kasia, kind="persons")) == expected | {"nested_updated": 1}
    delta = Company.objects.get(title__istartswith="delta")
    assert delta.nip == "5260250274"
    assert delta.people.count() == 6
    again = run(rows, by=kasia, kind="persons")
    assert numbers(again) == {"unchanged": 8}


def test_a_company_is_not_made_for_a_person_who_is_rejected(run, kasia):
    head = ["Imię", "Nazwisko", "Firma"]
    rows = [head, ["", "", "Delta"], ["Jan", "Nowak", ""]]
    report = run(rows, by=kasia, kind="persons")
    assert texts(report, 2) == ["Enter a first or a last name"]
    assert not Company.objects.exists()


def test_two_companies_of_one_name_are_never_linked_by_guess(run, make, kasia):
    for nip in ("5260250274", "7740001454"):
        make("company", title="Nowak", owner=kasia, nip=nip)
    rows = [["Imię", "Nazwisko", "Firma"], ["Jan", "Lis", "Nowak"]]
    report = run(rows, by=kasia, kind="persons")
    assert texts(report, 2) == ["Companies: 2 match; give NIP, REGON, ID number"]
    report = run(rows, by=kasia, kind="persons", bad_cell="empty")
    assert numbers(report) == {"created": 1, "warnings": 1}
    assert Person.objects.get().company is None


def test_unknown_words_are_named(run, kasia, make, features):
    head = ["Nazwa", "Widoczność", "Opiekun"]
    report = run([head, ["A", "tajna", ""], ["B", "", "Nikt Taki"]], by=kasia, kind="spaces")
    assert numbers(report) == {"rejected": 2}
    assert texts(report, 3) == ["Unknown user: Nikt Taki"]


def test_unknown_tags_are_refused_by_option(run, make, kasia):
    make("company", title="Stara", owner=kasia, tags=["VIP"])
    rows = [["Nazwa firmy", "Tagi"], ["Alfa", "vip"], ["Beta", "nowy"]]
    report = run(rows, by=kasia, create_missing=False)
    assert numbers(report) == {"created": 1, "rejected": 1}
    assert texts(report, 3) == ["Unknown: nowy"]


def test_one_value_stands_for_all_rows(run, kasia):
    report = run([["Nazwa firmy"], ["Alfa"], ["Beta"]], by=kasia, values={"city": "Opole"})
    assert numbers(report) == {"created": 2}
    assert all(c.addresses.get().city == "Opole" for c in Company.objects.all())


def test_the_owner_is_me_nobody_or_somebody(run, kasia, piotr):
    for owner, expected in (("me", kasia), ("none", None), (str(piotr.pk), piotr)):
        run([["Nazwa firmy"], [f"Firma {owner}"]], by=kasia, owner=owner)
        assert Company.objects.get(title=f"Firma {owner}").owner == expected


@pytest.mark.parametrize(
    "cell",
    [
        "\u202etxt",
        "=1+1",
        "x" * 300,
        "a\u0000b",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "4.86E+10",
    ],
)
def test_odd_text_ends_in_a_row_that_is_told_about(upload, kasia, cell):
    from orbita.imports.models import ImportRow
    from orbita.imports.staging import encoded

    imp = upload([["Nazwa firmy", "NIP"], ["Alfa", ""]], by=kasia)
    imp.staged = True
    imp.save()
    ImportRow.objects.create(
        parent=imp, number=2, cells=__import__("json").loads(encoded([cell, cell]))
    )
    importing.run_here(imp, dry_run=False)
    assert imp.state == "done"
    assert imp.counts["rejected"] == 1


@pytest.mark.parametrize(
    ("decimals", "cell", "found"),
    [
        ("auto", "12 500,50 zł", "12500.50"),
        ("auto", "12,500", None),
        ("comma", "12,500", "12.50"),
        ("point", "12,500", "12500.00"),
        ("point", "12,500.50", "12500.50"),
        ("point", "abc", None),
    ],
)
def test_numbers_that_can_be_read_in_two_ways_follow_the_chosen_one(
    run, anna, features, decimals, cell, found
):
    report = run([["Nazwa", "Cena"], ["Śruba", cell]], by=anna, kind="products", decimals=decimals)
    prices = [str(price) for price in Product.objects.values_list("price", flat=True)]
    assert prices == ([found] if found else [])
    assert report["counts"]["rejected"] == (not found)


@pytest.mark.parametrize(
    ("dates", "cell", "found"),
    [
        ("day", "03/04/2026", date(2026, 4, 3)),
        ("month", "03/04/2026", date(2026, 3, 4)),
        ("month", "2026-04-03", date(2026, 4, 3)),
        ("day", "12/31/2026", None),
    ],
)
def test_dates_begin_with_the_day_or_by_choice_with_the_month(run, anna, dates, cell, found):
    added = CustomField.objects.create(kind="company", label="Umowa", type="date")
    run([["Nazwa", "Umowa"], ["Alfa", cell]], by=anna, dates=dates)
    stored = Company.objects.values_list("custom", flat=True)
    assert [row.get(str(added.pk)) for row in stored] == ([found.isoformat()] if found else [])
