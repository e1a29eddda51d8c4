"""Every kind: a field of each type is everywhere from the moment it is saved, and comes back."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from conftest import api_headers
from orbita.accounts.tokens import issue_token
from orbita.imports import importing
from orbita.jobs.testing import run_jobs
from orbita.records.fields.base import Context
from orbita.records.history import history
from orbita.records.models import CustomField, CustomFieldType, CustomOption
from orbita.records.saving import save_record
from orbita.records.tests.contract.test_export import exported
from orbita.records.tests.contract.test_forms import posted
from orbita.records.tests.contract.test_lists import count_queries, listing, named
from orbita.ui.formfields import Money

pytestmark = pytest.mark.django_db

SORTED = set(CustomFieldType.values) - {"long_text", "yes_no", "choices"}


@pytest.fixture
def defined(kind, db):
    """A field of each type for the kind, by type, and the options of the choices."""
    made = {
        type_: CustomField.objects.create(
            kind=kind.key, label=f"Pole {type_}", type=type_, position=n, section=kind.form[0].key
        )
        for n, type_ in enumerate(CustomFieldType.values)
    }
    for type_ in ("choice", "choices"):
        for n, name in enumerate(("Hurt", "Detal")):
            CustomOption.objects.create(field=made[type_], name=f"{name} {type_}", position=n)
    return made


def values_for(defined, user):
    """A value of each type by key."""
    options = {type_: list(defined[type_].options.all()) for type_ in ("choice", "choices")}
    found = {
        "text": "Śruba; „M8”",
        "long_text": "pierwsza\ndruga",
        "number": Decimal("1234.5"),
        "money": Money(Decimal("12500.50"), "EUR"),
        "percent": Decimal("12.5"),
        "date": date(2026, 5, 17),
        "moment": datetime(2026, 5, 17, 12, 5, tzinfo=UTC),
        "yes_no": True,
        "choice": options["choice"][1],
        "choices": options["choices"],
        "user": user,
        "email": "biuro@firma.example",
        "phone": "+48 600 100 200",
        "www": "firma.example",
    }
    return {defined[type_].key: value for type_, value in found.items()}


@pytest.fixture
def filled(kind, defined, make, kasia):
    """A record with a value in each of the fields."""
    record = make(kind.key, owner=kasia, **named(kind, "Pełny"))
    save_record(record, values_for(defined, kasia), by=kasia)
    return kind.model.objects.get(pk=record.pk)


SHOWN = ("Śruba", "1,234.5", "12,500.50", "12.5", "17", "Detal choice", "Hurt choices")
SHOWN += ("Kasia Nowak", "biuro@firma.example", "+48 600 100 200", "firma.example")


def test_profile_list_and_form_show_each_value(kind, defined, filled, client, kasia):
    browser = client.as_(kasia)
    columns = ",".join(field.key for field in defined.values())
    profile = browser.get(f"/{kind.slug}/{filled.pk}/").content.decode()
    listed = browser.get(f"/{kind.slug}/?columns={columns}").content.decode()
    form = browser.get(f"/{kind.slug}/{filled.pk}/edit/")
    for text in SHOWN:
        assert text in profile, text
        assert text in listed, text
    for field in defined.values():
        assert field.label in profile
        assert field.label in listed
        assert field.key in form.context["form"].fields


def test_saving_the_unchanged_form_changes_nothing(kind, filled, client, kasia):
    browser = client.as_(kasia)
    url = f"/{kind.slug}/{filled.pk}/edit/"
    before = filled.version
    answer = browser.post(url, posted(browser.get(url).context["form"]))
    assert answer.status_code == 302, answer.context["form"].errors
    filled.refresh_from_db()
    assert filled.version == before


def test_what_is_typed_into_the_form_is_stored(kind, defined, make, client, kasia):
    record = make(kind.key, owner=kasia, **named(kind, "Pusty"))
    browser = client.as_(kasia)
    url = f"/{kind.slug}/{record.pk}/edit/"
    typed = {
        "text": "Śruba",
        "number": "1 234",
        "percent": "12.5",
        "date": "2026-05-17",
        "moment": "2026-05-17T14:05",
        "yes_no": "on",
        "user": str(kasia.pk),
        "phone": "600100200",
    }
    data = {defined[type_].key: text for type_, text in typed.items()}
    data[f"{defined['money'].key}"] = "12500.50"
    data[f"{defined['money'].key}_currency"] = "EUR"
    data[defined["choice"].key] = str(defined["choice"].options.first().pk)
    data[defined["choices"].key] = [str(o.pk) for o in defined["choices"].options.all()]
    answer = browser.post(url, posted(browser.get(url).context["form"]) | data)
    assert answer.status_code == 302, answer.context["form"].errors
    record.refresh_from_db()
    kept = {type_: record.custom.get(str(field.pk)) for type_, field in defined.items()}
    assert kept["number"] == 1234
    assert kept["money"] == [12500.5, "EUR"]
    assert kept["moment"] == "2026-05-17T12:05Z"
    assert kept["phone"] == "+48 600 100 200"
    assert kept["user"] == str(kasia.pk)
    assert len(kept["choices"]) == 2


WRONG = {
    "number": ("dużo", "Enter a number."),
    "percent": ("x", "Enter a number."),
    "date": ("32.05.2026", "Enter a date"),
    "moment": ("jutro", "Enter a date and a time"),
    "email": ("nie-mail", "Invalid e-mail address"),
    "phone": ("abc", "Invalid phone number"),
    "www": ("javascript:alert(1)", "Invalid web address"),
    "choice": ("01934d2e-6c2a-7b3e-9d1f-2b8c4a6e0f15", "Select a valid choice"),
    "user": ("01934d2e-6c2a-7b3e-9d1f-2b8c4a6e0f15", "Choose one of the users."),
}


def test_a_value_of_the_wrong_type_gets_a_sentence_at_its_field(kind, defined, make, client, kasia):
    record = make(kind.key, owner=kasia, **named(kind, "Pusty"))
    browser = client.as_(kasia)
    url = f"/{kind.slug}/{record.pk}/edit/"
    data = {defined[type_].key: text for type_, (text, _sentence) in WRONG.items()}
    answer = browser.post(url, posted(browser.get(url).context["form"]) | data)
    assert answer.status_code == 422
    for type_, (_text, sentence) in WRONG.items():
        assert sentence in str(answer.context["form"].errors[defined[type_].key]), type_
    record.refresh_from_db()
    assert record.custom == {}


def test_every_filter_finds_the_record_and_not_the_empty_one(kind, defined, filled, make, kasia):
    make(kind.key, owner=kasia, **named(kind, "Pusty"))
    option = defined["choice"].options.all()[1].pk
    some = defined["choices"].options.first().pk
    questions = {
        "text": ("contains=ŚRUB", "starts=śru", "is=śruba; „m8”"),
        "long_text": ("contains=druga",),
        "number": ("from=1000", "to=2000", "is=1234.5"),
        "money": ("from=12500", "to=13000"),
        "percent": ("from=12", "is=12.5"),
        "date": ("from=2026-05-17", "to=2026-05-17"),
        "moment": ("from=2026-05-17", "to=2026-05-17"),
        "yes_no": ("is=1",),
        "choice": (f"is={option}",),
        "choices": (f"is={some}",),
        "user": (f"is={kasia.pk}", "is=me"),
        "email": ("contains=firma",),
        "phone": ("contains=600 100",),
        "www": ("starts=firma",),
    }
    for type_, asked in questions.items():
        field = defined[type_]
        more = () if type_ == "yes_no" else ("filled=1",)
        for question in (*asked, *more):
            found = listing(kind, kasia, f"{field.key}.{question}").page().records
            assert [record.pk for record in found] == [filled.pk], (type_, question)
        if type_ != "yes_no":
            empty = listing(kind, kasia, f"{field.key}.empty=1").page().records
            assert filled.pk not in [record.pk for record in empty], type_
            assert len(empty) == 1


def test_what_is_not_so_may_be_empty(kind, defined, filled, make, kasia):
    other = make(kind.key, owner=kasia, **named(kind, "Pusty"))
    for question in (
        f"{defined['text'].key}.not=inne",
        f"{defined['choice'].key}.not={defined['choice'].options.first().pk}",
        f"{defined['user'].key}.not={other.pk}",
    ):
        found = {record.pk for record in listing(kind, kasia, question).page().records}
        assert found == {filled.pk, other.pk}, question


@pytest.mark.parametrize("direction", ["", "-"])
def test_lists_sort_by_each_type_with_the_empty_ones_last(
    kind, defined, filled, make, kasia, direction
):
    make(kind.key, owner=kasia, **named(kind, "Pusty"))
    for type_, field in defined.items():
        sortable = kind.fields(kasia)[field.key].order_by() is not None
        assert sortable is (type_ in SORTED), type_
        if sortable:
            found = listing(kind, kasia, f"sort={direction}{field.key}").page().records
            assert [record.pk == filled.pk for record in found] == [True, False], type_


def test_a_list_with_all_columns_asks_as_much_for_many_rows_as_for_one(
    kind, defined, filled, make, client, kasia, marek
):
    browser = client.as_(kasia)
    columns = ",".join(field.key for field in defined.values())
    address = f"/{kind.slug}/?columns={columns}"
    browser.get(address)
    few = count_queries(browser, address)
    for user in (kasia, marek) * 4:
        record = make(kind.key, owner=kasia, **named(kind, "Kolejny"))
        save_record(record, values_for(defined, user), by=kasia)
    assert count_queries(browser, address) <= few + 1
    assert few <= 12


def test_the_definitions_cost_no_question(kind, defined, kasia, client, django_assert_num_queries):
    from orbita.preferences import store

    with store.snapshot():
        kind.fields(kasia)
        with django_assert_num_queries(0):
            kind.fields(kasia)
            kind.sections(kasia)


def test_an_export_read_back_changes_nothing(kind, defined, filled, client, kasia):
    columns = ",".join(field.key for field in defined.values())
    head, row = exported(client.as_(kasia), kind, f"columns={columns}")
    fields = {f.label: f for f in kind.fields(kasia).values() if f.key.startswith("custom_")}
    context = Context(kasia)
    for label, cell in zip(head, row, strict=True):
        if label in fields:
            field = fields[label]
            parsed = field.parse(cell, context)
            assert field.comparable(parsed) == field.comparable(field.value(filled)), label


def test_an_import_fills_the_fields(kind, defined, client, kasia, features, tmp_path):
    value = {
        "text": "Śruba",
        "number": "1 234,50",
        "money": "12 500,50 EUR",
        "percent": "12,5%",
        "date": "17.05.2026",
        "moment": "17.05.2026 14:05",
        "yes_no": "tak",
        "choice": "detal CHOICE",
        "choices": "Hurt choices|Detal choices",
        "user": "kasia@orbita.example",
    }
    name = next(iter(named(kind, "Z pliku")))
    head = [str(kind.all_fields()[name].label), *(f"Pole {type_}" for type_ in value)]
    path = tmp_path / "plik.csv"
    path.write_text("\n".join(";".join(row) for row in (head, ["Z pliku", *value.values()])))
    with path.open("rb") as file:
        imp = importing.upload(file, name="plik.csv", kind=kind, by=kasia)
    run_jobs()
    imp.refresh_from_db()
    found = {imp.columns[int(index)]: target for index, target in imp.mapping.items()}
    assert {found[f"Pole {type_}"] for type_ in value} == {defined[t].key for t in value}
    importing.run_here(imp, dry_run=False)
    record = kind.model.objects.get()
    kept = {type_: record.custom[str(defined[type_].pk)] for type_ in value}
    assert kept["number"] == 1234.5
    assert kept["money"] == [12500.5, "EUR"]
    assert kept["moment"] == "2026-05-17T12:05Z"
    assert kept["yes_no"] is True
    assert kept["user"] == str(kasia.pk)
    assert len(kept["choices"]) == 2


def test_the_api_takes_what_it_gives(kind, defined, filled, make, client, kasia):
    token = api_headers(issue_token(kasia, "test"), If_Match="*")
    given = client.get(f"/api/v1/{kind.slug}/{filled.pk}", headers=token).json()
    keys = {field.key for field in defined.values()}
    assert keys <= given.keys()
    other = make(kind.key, owner=kasia, **named(kind, "Pusty"))
    answer = client.patch(
        f"/api/v1/{kind.slug}/{other.pk}",
        json.dumps({key: given[key] for key in keys}),
        content_type="application/json",
        headers=token,
    )
    assert answer.status_code == 200, answer.content
    other.refresh_from_db()
    assert other.custom == filled.custom
    listed = client.get("/api/v1/kinds", headers=token).json()["items"]
    described = next(one for one in listed if one["slug"] == kind.slug)
    assert keys <= {field["key"] for field in described["fields"]}


def test_history_tells_old_and_new_values_by_label(kind, defined, filled, kasia, marek):
    changes = {
        defined["number"].key: Decimal(99),
        defined["choice"].key: defined["choice"].options.first(),
        defined["user"].key: marek,
        defined["yes_no"].key: False,
    }
    save_record(filled, changes, by=kasia)
    lines = {(line.label, line.before, line.after) for line in history(filled, kasia)[0].lines}
    assert ("Pole number", "1,234.5", "99") in lines
    assert ("Pole choice", "Detal choice", "Hurt choice") in lines
    assert ("Pole user", "Kasia Nowak", "Marek Wójcik") in lines
    assert any(label == "Pole yes_no" and before == "yes" for label, before, _after in lines)


def test_a_default_stands_in_the_form_and_on_what_is_made_without_one(
    kind, defined, client, kasia, features
):
    field = defined["text"]
    field.default = "usual"
    field.save()
    form = client.as_(kasia).get(f"/{kind.slug}/new/").context["form"]
    assert form[field.key].value() == "usual"
    token = {"authorization": f"Bearer {issue_token(kasia, 'test')}"}
    body = json.dumps(named(kind, "Nowy"))
    made = client.post(
        f"/api/v1/{kind.slug}", body, content_type="application/json", headers=token
    ).json()
    assert made[field.key] == "usual"
    data = posted(form) | named(kind, "Bez") | {field.key: ""}
    client.post(f"/{kind.slug}/new/", data)
    assert kind.model.objects.get(title="Bez").custom == {}


def test_who_may_not_see_a_field_meets_it_nowhere(
    kind, defined, filled, client, kasia, marek, anna
):
    field = defined["text"]
    field.roles = ["manager"]
    field.save()
    save_record(filled, {field.key: "Kanarek"}, by=anna)
    browser = client.as_(kasia)
    url = f"/{kind.slug}/{filled.pk}"
    token = {"authorization": f"Bearer {issue_token(kasia, 'test')}"}
    doors = [
        browser.get(f"/{kind.slug}/?columns={field.key}&sort={field.key}"),
        browser.get(f"/{kind.slug}/?{field.key}.contains=Kanarek"),
        browser.get(f"{url}/"),
        browser.get(f"{url}/edit/"),
        browser.get(f"/{kind.slug}/columns/"),
        browser.get(f"{url}/panels/wall/"),
        browser.get("/search/?q=Kanarek"),
        client.get(f"/api/v1/{kind.slug}/{filled.pk}", headers=token),
        client.get("/api/v1/kinds", headers=token),
    ]
    for answer in doors:
        text = answer.content.decode().replace('value="Kanarek"', "")
        for betrayal in ("Kanarek", field.label, "Śruba"):
            assert betrayal not in text.replace("contains=Kanarek", "").replace("q=Kanarek", ""), (
                answer.request
            )
    assert browser.get(f"/{kind.slug}/filters/{field.key}/").status_code == 404
    assert browser.get(f"{url}/fields/{field.key}/").status_code == 404
    assert browser.post(f"{url}/fields/{field.key}/", {field.key: "x"}).status_code == 404
    assert all(line.label != field.label for e in history(filled, kasia) for line in e.lines)
    assert "Kanarek" not in str(exported(browser, kind, f"columns={field.key}"))
    answer = client.get(f"/api/v1/{kind.slug}?{field.key}.contains=Kanarek", headers=token)
    unknown = client.get(f"/api/v1/{kind.slug}?custom_x.contains=Kanarek", headers=token)
    assert answer.status_code == unknown.status_code == 400
    for who in (marek, anna):
        assert "Kanarek" in client.as_(who).get(f"{url}/").content.decode()
    filled.refresh_from_db()
    assert filled.custom[str(field.pk)] == "Kanarek"


def test_a_list_operation_sets_and_clears_each_type(kind, defined, make, kasia):
    from orbita.records.changes import change_set
    from orbita.records.models import Record

    record = make(kind.key, owner=kasia, **named(kind, "Pusty"))
    fields, rows = kind.fields(kasia), Record.objects.filter(pk=record.pk)
    for key, value in values_for(defined, kasia).items():
        field = fields[key]
        for wanted in (value, None):
            assert field.bulk, key
            assert rows.filter(field.differs(wanted, kasia)).exists(), key
            with change_set(by=kasia):
                field.set_many([record.pk], wanted)
            assert not rows.filter(field.differs(wanted, kasia)).exists(), key
            stored = kind.model.objects.get(pk=record.pk)
            found = field.comparable(field.value(stored))
            assert found == (field.comparable(wanted) if wanted else field.comparable(None)), key
