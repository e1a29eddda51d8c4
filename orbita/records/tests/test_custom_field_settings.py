"""Account settings > Forms > Custom fields: what an administrator does with fields."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict

from orbita.accounts.models import AuditEntry
from orbita.jobs.testing import run_jobs
from orbita.preferences import store
from orbita.records import defining, rewriting
from orbita.records.history import history
from orbita.records.indexing import existing
from orbita.records.kinds import kinds
from orbita.records.listing.listing import Listing
from orbita.records.listing.query import ListQuery
from orbita.records.listing.walking import Walk
from orbita.records.models import Change, CustomField, CustomOption, Record, Visibility
from orbita.records.saving import save_record
from orbita.ui.formfields import Money

pytestmark = pytest.mark.django_db

FIELDS = "/settings/forms/fields/companies/"


@pytest.fixture
def admin(client, anna, features):
    return client.as_(anna)


def add(browser, type_, **data):
    data = {"label": "Liczba floty", "section": "other", "roles": ["manager", "user"]} | data
    answer = browser.post(f"{FIELDS}new/?type={type_}", data)
    return CustomField.objects.order_by("-id").first() if answer.status_code == 302 else answer


def test_a_field_is_added_and_used_from_that_moment(admin, anna, client, kasia, make):
    acme = make("company", title="ACME", owner=kasia)
    field = add(admin, "number", help="Ile aut", required="on")
    assert isinstance(field, CustomField)
    assert (field.kind, field.type, field.help) == ("company", "number", "Ile aut")
    browser = client.as_(kasia)
    url = f"/companies/{acme.pk}/fields/{field.key}/"
    answer = browser.post(url, {field.key: "1 234"}, headers={"hx-request": "true"})
    assert answer.status_code == 200
    acme.refresh_from_db()
    assert acme.custom == {str(field.pk): 1234}
    page = browser.get(f"/companies/?columns={field.key}&{field.key}.from=1000").content.decode()
    assert "1,234" in page
    assert "Liczba floty" in page


def test_the_settings_are_for_administrators(client, kasia, marek, features, admin, anna):
    field = add(admin, "text")
    doors = [FIELDS, f"{FIELDS}new/", f"{FIELDS}{field.pk}/", "/settings/forms/layout/companies/"]
    deeds = [f"{FIELDS}{field.pk}/{deed}/" for deed in ("archiving", "binning", "removal", "type")]
    deeds += [f"{FIELDS}new/?type=text", f"{FIELDS}order/", f"{FIELDS}{field.pk}/"]
    deeds += ["/settings/forms/layout/companies/", "/settings/forms/layout/companies/reset/"]
    before = list(CustomField.objects.values())
    for who in (kasia, marek):
        browser = client.as_(who)
        assert {browser.get(url).status_code for url in doors} == {403}
        data = {"label": "X", "confirmed": "1", "section": "other", "item": "section:other"}
        assert {browser.post(url, data).status_code for url in deeds} == {403}
    assert list(CustomField.objects.values()) == before


def test_only_the_described_attributes_can_be_posted(admin, anna):
    field = add(admin, "text")
    every = {f.name: "1" for f in CustomField._meta.fields} | {"roles": ["manager", "user"]}
    every |= {"label": "Nowa", "section": "basic", "help": "", "type": "number", "kind": "person"}
    before = CustomField.objects.values().get()
    assert admin.post(f"{FIELDS}{field.pk}/", every).status_code == 302
    after = CustomField.objects.values().get()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"label", "section", "required", "is_unique", "is_indexed", "suggests"}


@pytest.mark.parametrize("label", ["NIP", "nazwa", "  ", "Liczba  FLOTY"])
def test_a_name_that_is_taken_or_empty_is_refused(admin, label):
    add(admin, "number")
    if label == "nazwa":
        label = "Name"
    answer = add(admin, "text", label=label)
    assert answer.status_code == 422
    assert CustomField.objects.count() == 1


def test_every_change_is_audited(admin, anna):
    field = add(admin, "number")
    admin.post(f"{FIELDS}{field.pk}/", {"label": "Flota", "section": "other", "roles": ["user"]})
    newest = AuditEntry.objects.first()
    assert newest.actor == anna
    assert newest.details["before"]["label"] == "Liczba floty"
    assert newest.details["after"]["label"] == "Flota"
    assert newest.details["after"]["roles"] == ["administrator", "user"]


def test_a_default_is_checked_and_kept_in_the_type(admin):
    assert add(admin, "number", default_value="dużo").status_code == 422
    assert add(admin, "number", default_value="1 234,5").default in (1234.5, 12345)
    assert add(
        admin, "money", label="B", default_value="10", default_value_currency="EUR"
    ).default == [
        10,
        "EUR",
    ]
    assert add(admin, "yes_no", label="C", default_value="on").default is True


def test_two_administrators_are_told_of_each_other(admin, anna):
    field = add(admin, "text")
    seen = admin.get(f"{FIELDS}{field.pk}/").context["form"]["seen"].value()
    data = {"section": "other", "roles": ["manager", "user"], "seen": seen}
    assert admin.post(f"{FIELDS}{field.pk}/", data | {"label": "Pierwsza"}).status_code == 302
    refused = admin.post(f"{FIELDS}{field.pk}/", data | {"label": "Druga"})
    assert refused.status_code == 422
    assert CustomField.objects.get().label == "Pierwsza"
    data["seen"] = refused.context["form"]["seen"].value()
    assert admin.post(f"{FIELDS}{field.pk}/", data | {"label": "Druga"}).status_code == 302
    assert CustomField.objects.get().label == "Druga"


def test_fields_are_put_in_order(admin):
    made = [add(admin, "text", label=f"Pole {n}") for n in range(3)]
    wanted = [str(made[n].pk) for n in (2, 0, 1)]
    answer = admin.post(f"{FIELDS}order/", {"id": wanted}, headers={"hx-request": "true"})
    assert answer.status_code == 204
    assert [str(pk) for pk in CustomField.objects.values_list("pk", flat=True)] == wanted
    shown = [key for key in kinds.by_key("company").fields(None) if key.startswith("custom_")]
    assert shown == [CustomField.objects.get(pk=pk).key for pk in wanted]


def with_values(make, owner, field, count, value=7):
    for n in range(count):
        record = make("company", title=f"Firma {n}", owner=owner)
        save_record(record, {field.key: value}, by=owner)


def test_deleting_a_used_field_names_the_count_asks_and_can_be_taken_back(admin, anna, kasia, make):
    field = add(admin, "number")
    with_values(make, kasia, field, 4, Decimal(7))
    url = f"{FIELDS}{field.pk}/binning/"
    question = admin.get(url).content.decode()
    assert "4 records have a value in this field." in question
    assert question.index("Archive instead") < question.index(">Delete<")
    assert admin.post(url).status_code == 200
    assert CustomField.objects.in_use().count() == 1
    assert admin.post(url, {"confirmed": "1"}).status_code == 302
    assert CustomField.objects.in_use().count() == 0
    assert field.key not in kinds.by_key("company").fields(anna)
    assert Record.objects.filter(custom__has_key=str(field.pk)).count() == 4
    admin.post(f"{FIELDS}{field.pk}/restoration/")
    assert field.key in kinds.by_key("company").fields(anna)
    record = kinds.by_key("company").model.objects.first()
    assert kinds.by_key("company").fields(anna)[field.key].value(record) == 7


def test_removing_for_good_asks_and_the_ledger_keeps_the_values(admin, anna, kasia, make):
    field = add(admin, "number")
    with_values(make, kasia, field, 3, Decimal(7))
    url = f"{FIELDS}{field.pk}/removal/"
    assert admin.post(url, {"confirmed": "1"}).status_code == 404
    admin.post(f"{FIELDS}{field.pk}/binning/", {"confirmed": "1"})
    assert admin.post(url).status_code == 422
    assert CustomField.objects.count() == 1
    admin.post(url, {"confirmed": "1"})
    assert CustomField.objects.count() == 0
    assert Record.objects.filter(custom__has_key=str(field.pk)).count() == 0
    assert Record.objects.count() == 3
    kept = Change.objects.filter(before__custom__has_key=str(field.pk), table="records_record")
    assert [change.before["custom"][str(field.pk)] for change in kept] == [7, 7, 7]
    assert AuditEntry.objects.filter(details__deed="removed", details__count=3).exists()


def test_many_values_are_removed_by_a_job(admin, anna, kasia, make, monkeypatch):
    monkeypatch.setattr(defining, "AT_ONCE", 2)
    monkeypatch.setattr(rewriting, "STEP", 2)
    field = add(admin, "number")
    with_values(make, kasia, field, 5, Decimal(7))
    admin.post(f"{FIELDS}{field.pk}/binning/", {"confirmed": "1"})
    answer = admin.post(f"{FIELDS}{field.pk}/removal/", {"confirmed": "1"})
    assert answer["Location"].startswith("/jobs/")
    assert admin.post(f"{FIELDS}{field.pk}/restoration/").status_code == 404
    run_jobs()
    assert Record.objects.exclude(custom={}).count() == 0
    assert CustomField.objects.count() == 0
    changes = Change.objects.filter(before__custom__has_key=str(field.pk))
    assert changes.values("changeset").distinct().count() == 1


RETYPED = [
    ("text", "long_text", "abc", "abc"),
    ("text", "number", "1 234,50", 1234.5),
    ("number", "percent", Decimal("12.5"), 12.5),
    ("number", "money", Decimal("12.5"), [12.5, "PLN"]),
    ("number", "text", Decimal(1234), "1234"),
    ("date", "text", None, "2026-05-17"),
    ("date", "moment", None, "2026-05-16T22:00Z"),
    ("text", "email", "a@b.example", "a@b.example"),
]


@pytest.mark.parametrize(("old", "new", "value", "kept"), RETYPED)
def test_a_type_changes_when_every_value_survives(admin, kasia, make, old, new, value, kept):
    field = add(admin, old)
    value = datetime(2026, 5, 17, tzinfo=UTC).date() if value is None else value
    with_values(make, kasia, field, 1, value)
    assert admin.post(f"{FIELDS}{field.pk}/type/", {"type": new}).status_code == 302
    field.refresh_from_db()
    assert field.type == new
    assert Record.objects.get().custom == {str(field.pk): kept}


LOST = [
    ("text", "number", "dużo"),
    ("text", "number", "007"),
    ("text", "choice", "abc"),
    ("long_text", "text", "a\nb"),
    ("money", "number", Money(Decimal(5), "EUR")),
    ("moment", "date", datetime(2026, 5, 17, 12, 5, tzinfo=UTC)),
]


@pytest.mark.parametrize(("old", "new", "value"), LOST)
def test_a_type_stays_when_values_would_be_lost_and_says_how_many(
    admin, kasia, make, old, new, value
):
    field = add(admin, old)
    with_values(make, kasia, field, 2, value)
    before = list(Record.objects.order_by("pk").values("custom", "version"))
    answer = admin.post(f"{FIELDS}{field.pk}/type/", {"type": new})
    assert answer.status_code == 422
    assert "2 values would be lost" in answer.content.decode()
    field.refresh_from_db()
    assert field.type == old
    assert list(Record.objects.order_by("pk").values("custom", "version")) == before


def test_a_type_of_many_values_is_changed_by_a_job(admin, kasia, make, monkeypatch):
    monkeypatch.setattr(defining, "AT_ONCE", 2)
    field = add(admin, "number")
    with_values(make, kasia, field, 4, Decimal("1.5"))
    answer = admin.post(f"{FIELDS}{field.pk}/type/", {"type": "text"})
    assert answer["Location"].startswith("/jobs/")
    run_jobs()
    field.refresh_from_db()
    assert field.type == "text"
    assert set(Record.objects.values_list(f"custom__{field.pk}", flat=True)) == {"1.5"}


def test_a_field_that_is_sorted_often_gets_its_indexes_and_loses_them(admin, anna):
    field = add(admin, "text", is_indexed="on")
    run_jobs()
    assert len(existing(field.pk)) == 3
    admin.post(f"{FIELDS}{field.pk}/", {"label": "X", "section": "other", "roles": ["user"]})
    run_jobs()
    assert existing(field.pk) == {}


def plan(rows):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = on")
    return rows.explain()


@pytest.mark.parametrize(
    ("type_", "question"),
    [("text", "contains=abc"), ("number", "from=5"), ("date", "from=2026-01-01")],
)
def test_a_fast_field_sorts_along_its_index(admin, anna, type_, question):
    field = add(admin, type_, is_indexed="on")
    run_jobs()
    names = list(existing(field.pk))
    kind = kinds.by_key("company")
    rows = Record.objects.filter(kind="company", deleted_at=None)
    ordering = kind.fields(anna)[field.key].order_by()
    assert any(
        name in plan(Walk(rows, ordering, descending=False).segment(False, None, False)[:9])
        for name in names
    )
    query = ListQuery.read(kind, anna, QueryDict(f"{field.key}.{question}"))
    found = plan(rows.filter(Listing(query).condition).values("pk"))
    assert any(name in found for name in names) or "record_custom" in found


def test_a_choice_is_found_through_the_index_that_all_share(admin, anna):
    field = add(admin, "choice", options="Hurt")
    kind = kinds.by_key("company")
    query = ListQuery.read(kind, anna, QueryDict(f"{field.key}.is={field.options.get().pk}"))
    rows = Record.objects.filter(Listing(query).condition)
    assert "record_custom" in plan(rows.values("pk"))


def test_equal_values_are_warned_of_unless_they_are_hidden_from_the_user(
    admin, client, kasia, piotr, make
):
    field = add(admin, "text", is_unique="on")
    other = make("company", title="Pierwsza", owner=piotr)
    save_record(other, {field.key: "ERP-7"}, by=piotr)
    browser = client.as_(kasia)
    data = {"title": "Druga", "visibility": "1", field.key: "ERP-7"}
    answer = browser.post("/companies/new/", data)
    assert answer.status_code == 409
    assert "Pierwsza" in answer.content.decode()
    mine = make("company", title="Moja", owner=kasia)
    url = f"/companies/{mine.pk}/fields/{field.key}/"
    inline = browser.post(url, {field.key: "ERP-7"}, headers={"hx-request": "true"})
    assert inline.status_code == 409
    assert "Pierwsza" in inline.content.decode()
    mine.refresh_from_db()
    assert mine.custom == {}
    again = {field.key: "ERP-7", "confirmed": "1"}
    assert browser.post(url, again, headers={"hx-request": "true"}).status_code == 200
    mine.delete()
    Record.objects.filter(pk=other.pk).update(visibility=Visibility.HIDDEN)
    assert browser.post("/companies/new/", data).status_code == 302


def option(field, name):
    return field.options.get(name=name)


@pytest.fixture
def choice(admin):
    return add(admin, "choice", label="Branża", options="Hurt\nDetal\n\nUsługi")


def test_options_are_added_renamed_and_ordered(admin, choice, kasia, make):
    url = f"{FIELDS}{choice.pk}/options/"
    assert [o.name for o in choice.options.all()] == ["Hurt", "Detal", "Usługi"]
    with_values(make, kasia, choice, 1, option(choice, "Hurt"))
    admin.post(url, {"names": "Transport\nIT"})
    ids = [str(o.pk) for o in choice.options.order_by("name")]
    admin.post(f"{url}order/", {"id": ids})
    admin.post(f"{url}{option(choice, 'Hurt').pk}/", {"name": "Hurtownia"})
    names = [o.name for o in choice.options.all()]
    assert names == ["Detal", "Hurtownia", "IT", "Transport", "Usługi"]
    record = kinds.by_key("company").model.objects.get()
    shown = kinds.by_key("company").fields(kasia)[choice.key]
    assert shown.cell(record) == "Hurtownia"


@pytest.mark.parametrize("names", ["Hurt", "hurt ", "A;B", "A|B", "X" * 121, "Nowa\nnowa"])
def test_names_of_options_are_checked(admin, choice, names):
    answer = admin.post(f"{FIELDS}{choice.pk}/options/", {"names": names})
    assert answer.status_code == 422
    assert choice.options.count() == 3


def test_an_archived_option_stays_on_records_and_is_not_offered(admin, client, choice, kasia, make):
    with_values(make, kasia, choice, 1, option(choice, "Hurt"))
    admin.post(f"{FIELDS}{choice.pk}/options/{option(choice, 'Hurt').pk}/archiving/")
    record = kinds.by_key("company").model.objects.get()
    browser = client.as_(kasia)
    new = browser.get("/companies/new/").context["form"][choice.key]
    old = browser.get(f"/companies/{record.pk}/edit/").context["form"][choice.key]
    assert "Hurt" not in [label for _value, label in new.field.choices]
    assert "Hurt" in [label for _value, label in old.field.choices]
    assert "Hurt" in browser.get(f"/companies/{record.pk}/").content.decode()


@pytest.mark.parametrize("other", ["Detal", ""])
@pytest.mark.parametrize("type_", ["choice", "choices"])
def test_a_used_option_is_mapped_when_it_is_deleted(admin, kasia, make, anna, type_, other):
    field = add(admin, type_, label="Branża", options="Hurt\nDetal\nUsługi")
    hurt = option(field, "Hurt")
    with_values(make, kasia, field, 2, [hurt] if type_ == "choices" else hurt)
    url = f"{FIELDS}{field.pk}/options/{hurt.pk}/deletion/"
    question = admin.get(url).content.decode()
    assert "2 records have this option." in question
    assert question.index("Archive instead") < question.index("Delete the option<")
    assert admin.post(url).status_code == 200
    assert option(field, "Hurt").deleted_at is None
    new = option(field, other) if other else None
    assert admin.post(url, {"other": str(new.pk) if new else ""}).status_code == 302
    assert Record.objects.count() == 2
    kept = str(new.pk) if new else None
    wanted = {} if kept is None else {str(field.pk): [kept] if type_ == "choices" else kept}
    assert list(Record.objects.values_list("custom", flat=True)) == [wanted, wanted]
    record = kinds.by_key("company").model.objects.first()
    line = history(record, anna)[0].lines[0]
    assert (line.label, line.before, line.after) == ("Branża", "Hurt", other)


def test_no_business_row_goes_with_a_user_an_option_or_a_field(admin, anna, make):
    """LOSS-05 for what custom fields point at."""
    from conftest import _user

    gone = _user("Bez", "Historii")
    people = add(admin, "user", label="Technik")
    choice = add(admin, "choice", label="Branża", options="Hurt")
    with_values(make, anna, people, 1, gone)
    record = kinds.by_key("company").model.objects.get()
    save_record(record, {choice.key: option(choice, "Hurt")}, by=anna)
    gone.status = "removed"
    gone.save()
    stranger = make("company", title="Obcy", owner=anna)
    unknown = {str(people.pk): "01934d2e-6c2a-7b3e-9d1f-2b8c4a6e0f15", str(choice.pk): "gone"}
    Record.objects.filter(pk=stranger.pk).update(custom=unknown)
    for one in CustomOption.objects.all():
        one.delete()
    shown = kinds.by_key("company").fields(anna)
    for title, name in (("Firma 0", "Bez Historii"), ("Obcy", "")):
        record = kinds.by_key("company").model.objects.get(title=title)
        assert shown[people.key].cell(record) == name
        assert shown[choice.key].cell(record) == ""
    assert (
        admin.get(f"/companies/?columns={people.key},{choice.key}&sort={choice.key}").status_code
        == 200
    )
    page = admin.get(f"/companies/?sort={people.key}").content.decode()
    assert "Firma 0" in page
    assert "Obcy" in page
    CustomField.objects.all().delete()
    assert Record.objects.count() == 2


def test_another_process_sees_a_new_field_at_its_next_request(admin, anna):
    """The memory of a process holds as long as its version; a save anywhere changes that."""
    kind = kinds.by_key("company")
    with store.snapshot():
        before = set(kind.fields(anna))
    CustomField.objects.bulk_create([CustomField(kind="company", label="Obok", type="text")])
    with store.snapshot():
        assert set(kind.fields(anna)) == before  # nobody has said so
    from orbita.preferences.models import StoredSetting

    key = "version.custom_fields"
    StoredSetting.objects.update_or_create(key=key, defaults={"value": "elsewhere"})
    with store.snapshot():
        assert len(kind.fields(anna)) == len(before) + 1


def test_followers_hear_nothing_of_a_field_that_is_not_for_them(admin, anna, kasia, make):
    from orbita.activity.models import Follow, Notification

    secret = add(admin, "text", label="Tajne", roles=["manager"])
    open_one = add(admin, "text", label="Jawne")
    record = make("company", title="ACME", owner=anna)
    Follow.objects.get_or_create(user=kasia, record=record)
    run_jobs()
    Notification.objects.all().delete()
    save_record(record, {secret.key: "Kanarek"}, by=anna)
    run_jobs()
    assert Notification.objects.filter(user=kasia).count() == 0
    save_record(record, {open_one.key: "jawne"}, by=anna)
    run_jobs()
    assert Notification.objects.filter(user=kasia).count() == 1
