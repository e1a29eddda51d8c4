"""List operations where they are hard: stopped, killed, crossed by others, near what is hidden."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict

from orbita.accounts.models import Status
from orbita.activity.models import Notification
from orbita.contacts.models import Company, Person
from orbita.jobs import Cancelled
from orbita.jobs.testing import run_jobs
from orbita.records.history import history
from orbita.records.kinds import Kind, kinds
from orbita.records.models import Change, Grant, OperationRun, Record, Visibility
from orbita.records.operations import Order, Selection, operations, running
from orbita.ui.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def companies(make_many, kasia):
    return make_many("company", 10, title="Firma {:02}", owner=kasia)


@pytest.fixture
def in_parts(monkeypatch):
    """Three rows a part, and a worker from the second row on."""
    monkeypatch.setattr(running, "AT_ONCE", 1)
    monkeypatch.setattr(operations._operations["add-tags"], "per_write", 3, raising=False)


def ordered(by, key="add-tags", posted="value=Targi", *, kind="companies", query="", ids=None):
    """Order an operation on everything that matches, or on ids, as a page does."""
    kind = kinds.get(kind)
    operation, data = operations.find(key, kind, by), QueryDict(posted)
    form = operation.form(kind, by, data)
    assert form.is_valid(), form.errors
    chosen = None if ids is None else tuple(ids)
    selection = Selection(kind, chosen, query)
    return running.start(
        operation, Order(kind, by, form.cleaned_data), selection, data, token=uuid7()
    )


def counts(run):
    run.refresh_from_db()
    return (run.state, run.total, run.changed, run.unchanged, run.refused)


def tagged():
    return Company.objects.filter(record_tags__tag__name="Targi").count()


def test_twenty_five_of_sixty_get_a_new_owner_and_one_summary(
    client, make_many, marek, kasia, piotr
):
    """AC-6."""
    records = make_many("company", 60, title="F {}", owner=None, by=marek)
    browser = client.as_(marek)
    data = {"ids": [str(r.pk) for r in records[:25]], "value": str(kasia.pk)}
    shown = browser.post("/companies/operations/set-owner/", {**data, "step": "preview"})
    assert shown.context["preview"].changing == 25
    token = str(uuid7())
    browser.post("/companies/operations/set-owner/runs/", {**data, "token": token})
    assert Company.objects.filter(owner=kasia).count() == 25
    run = OperationRun.objects.get(pk=token)
    for record in Company.objects.filter(owner=kasia):
        entries = history(record, marek)
        assert [e.change_set.pk for e in entries if not e.created] == [run.changeset_id]
    run_jobs()
    told = Notification.objects.filter(user=kasia, changeset=run.changeset_id)
    assert [(one.kind, one.record) for one in told] == [("assigned", None)]
    page = client.as_(kasia).get("/notifications/").content.decode()
    assert "You are the owner of 25 records now" in page


def test_a_thousand_changes_are_summed_up_without_reading_them(monkeypatch, companies, anna, ewa):
    from orbita.activity import telling

    run_jobs()
    monkeypatch.setattr(telling, "TOO_MANY_TO_READ", 3)
    monkeypatch.setattr(telling, "best_of", None)
    run = ordered(anna, "set-owner", f"value={ewa.pk}")
    run_jobs()
    told = Notification.objects.filter(changeset=run.changeset_id)
    assert {(one.user, one.kind, one.record) for one in told} == {
        (ewa, "assigned", None),
        (companies[0].owner, "unassigned", None),
    }


def test_nobody_is_told_of_records_that_they_may_not_open(monkeypatch, companies, anna, ewa):
    from orbita.activity import telling

    monkeypatch.setattr(telling, "TOO_MANY_TO_READ", 3)
    ewa.follows.model.objects.bulk_create(
        [ewa.follows.model(user=ewa, record_id=record.pk) for record in companies]
    )
    Record.objects.update(visibility=Visibility.HIDDEN)
    run = ordered(anna)
    run_jobs()
    told = Notification.objects.filter(changeset=run.changeset_id)
    assert [one.user for one in told] == [companies[0].owner]


def test_a_stopped_operation_keeps_what_is_done_says_so_and_goes_on(
    client, companies, anna, in_parts
):
    run = ordered(anna)

    class Stopping(running.Nobody):
        parts = 0

        def advance(self, by=1):
            self.parts += 1

        def check_cancelled(self):
            if self.parts == 2:
                raise Cancelled

    with pytest.raises(Cancelled):
        running.execute(run, Stopping())
    assert counts(run) == ("cancelled", 10, 6, 0, 0)
    assert tagged() == 6
    run_jobs()
    assert Notification.objects.filter(changeset=run.changeset_id).count() == 1
    browser = client.as_(anna)
    page = browser.get(run.get_absolute_url()).content.decode()
    assert "What was done stays done" in page
    browser.post(f"/operations/{run.pk}/continuation/")
    run_jobs()
    assert counts(run) == ("done", 10, 10, 0, 0)
    assert tagged() == 10
    assert Change.objects.filter(changeset=run.changeset_id, action="I").count() == 10


def test_work_that_is_killed_goes_on_and_doubles_nothing(companies, anna, in_parts, monkeypatch):
    class Killed(BaseException):
        pass

    operation = operations._operations["add-tags"]
    write, calls = operation.write, []

    def dying(order, ids):
        calls.append(ids)
        write(order, ids)
        if len(calls) == 2:
            raise Killed

    run = ordered(anna)
    monkeypatch.setattr(operation, "write", dying, raising=False)
    with pytest.raises(Killed):
        running.execute(run, running.Nobody())
    assert counts(run) == ("running", 10, 3, 0, 0)
    assert tagged() == 3
    running.execute(OperationRun.objects.get(pk=run.pk), running.Nobody())
    assert counts(run) == ("done", 10, 10, 0, 0)
    versions = set(Company.objects.values_list("version", flat=True))
    assert versions == {2}
    assert set(Change.objects.filter(changeset=run.changeset_id).values_list("changeset")) == {
        (run.changeset_id,)
    }


def test_a_waiting_operation_can_be_stopped_before_it_begins(client, companies, anna, in_parts):
    run = ordered(anna)
    browser = client.as_(anna)
    browser.post(f"/operations/{run.pk}/cancellation/")
    page = browser.get(run.get_absolute_url()).content.decode()
    assert "Stopped before anything was changed" in page
    run_jobs()
    assert tagged() == 0


def test_an_error_is_reported_and_what_was_done_stays(companies, anna, in_parts, monkeypatch):
    operation = operations._operations["add-tags"]
    write, calls = operation.write, []

    def failing(order, ids):
        calls.append(ids)
        if len(calls) == 2:
            raise RuntimeError("broken")
        write(order, ids)

    monkeypatch.setattr(operation, "write", failing, raising=False)
    run = ordered(anna)
    with pytest.raises(RuntimeError):
        run_jobs()
    assert counts(run) == ("failed", 10, 3, 0, 0)
    assert "You can go on with it" in run.message


def test_rights_are_those_of_the_moment_of_the_work(companies, kasia, in_parts):
    run = ordered(kasia)
    Record.objects.filter(pk=companies[0].pk).update(visibility=Visibility.HIDDEN, owner=None)
    kasia.status = Status.SUSPENDED
    kasia.save()
    run_jobs()
    assert counts(run)[0] == "failed"
    assert tagged() == 0


def test_rows_that_go_out_of_sight_meanwhile_are_not_counted(companies, kasia, in_parts):
    run = ordered(kasia)
    OperationRun.objects.filter(pk=run.pk).update(state="running")
    run.refresh_from_db()
    work = running.Work(run, *running.understood(run))
    work.stage()
    assert run.total == 10
    Record.objects.filter(pk=companies[9].pk).update(visibility=Visibility.HIDDEN, owner=None)
    running.execute(run, running.Nobody())
    assert counts(run) == ("done", 9, 9, 0, 0)
    assert not run.rows.exists()


def test_others_do_not_see_the_report(client, companies, anna, kasia):
    run = ordered(anna)
    for path in ("", "cancellation/", "continuation/"):
        browser = client.as_(kasia)
        method = browser.post if path else browser.get
        assert method(f"/operations/{run.pk}/{path}").status_code == 404
    assert client.as_(anna).get(f"/operations/{run.pk}/").status_code == 200


def test_the_token_of_somebody_else_means_nothing(client, companies, anna, kasia):
    run = ordered(anna)
    ids = [str(companies[0].pk)]
    client.as_(kasia).post(
        "/companies/operations/add-tags/runs/", {"ids": ids, "value": "mój", "token": str(run.pk)}
    )
    assert OperationRun.objects.exclude(pk=run.pk).get().owner == kasia
    assert Company.objects.filter(record_tags__tag__name="mój").count() == 1


def test_the_deed_does_not_name_a_record_that_others_may_not_know(client, make, anna, kasia):
    hidden = make("company", title="Fuzja X", owner=anna, visibility=Visibility.HIDDEN)
    person = make("person", last_name="Lis", owner=kasia)
    run = ordered(anna, "set-company", f"value={hidden.pk}", kind="persons")
    assert "Fuzja X" in run.label
    assert "Fuzja X" not in run.deed
    page = client.as_(kasia).get(f"/persons/{person.pk}/wall/?show=changes").content.decode()
    assert "Fuzja X" not in page


def test_a_link_to_a_hidden_record_is_not_cleared_by_who_cannot_see_it(make, anna, kasia):
    hidden = make("company", title="Fuzja X", owner=anna, visibility=Visibility.HIDDEN)
    known = make("company", title="ACME", owner=kasia)
    people = [
        make("person", last_name="Lis", owner=kasia, by=anna, company=company)
        for company in (hidden, known, None)
    ]
    run = ordered(kasia, "set-company", "clear=on", kind="persons")
    assert counts(run) == ("done", 3, 1, 2, 0)
    left = [Person.objects.get(pk=person.pk).company_id for person in people]
    assert left == [hidden.pk, None, None]


def test_a_rule_of_the_kind_is_asked_and_named(client, companies, anna, monkeypatch):
    kind = kinds.get("companies")

    def check(self, values, record):
        wrong = values.get("description") and record.title.endswith("3")
        return {"description": "Not this one"} if wrong else {}

    monkeypatch.setattr(type(kind), "check", check)
    assert type(kind).check is not Kind.check
    data = {"all": "1", "query": "", "value": "Opis", "step": "preview"}
    browser = client.as_(anna)
    shown = browser.post("/companies/operations/set-description/", data).context["preview"]
    assert (shown.changing, [group.reason for group in shown.refused]) == (9, ["Not this one"])
    run = ordered(anna, "set-description", "value=Opis")
    assert counts(run) == ("done", 10, 9, 0, 1)
    assert "Not this one" in browser.get(run.get_absolute_url()).content.decode()


def test_the_searchable_text_follows_a_new_city(make, kasia):
    company = make("company", title="ACME", owner=kasia, addresses=[{"city": "Łódź"}])
    ordered(kasia, "set-city", "value=Gdańsk")
    assert Company.objects.get(pk=company.pk).search_text == "acme gdansk"
    assert [a.city for a in company.addresses.all()] == ["Gdańsk"]


def test_the_preview_shows_old_and_new(client, make, kasia):
    make("company", title="ACME", owner=kasia, tags=["stary"])
    data = {"all": "1", "query": "", "value": ["nowy"], "step": "preview"}
    shown = client.as_(kasia).post("/companies/operations/add-tags/", data)
    row = shown.context["preview"].rows[0]
    assert (row["old"], row["new"]) == ("stary", "nowy, stary")
    assert "nowy" not in Company.objects.get().search_text
    assert Change.objects.filter(table="records_recordtag").count() == 0


def test_a_removed_name_must_exist(client, make, kasia):
    make("company", title="ACME", owner=kasia, tags=["stary"])
    data = {"all": "1", "query": "", "value": ["brak"], "step": "preview"}
    answer = client.as_(kasia).post("/companies/operations/remove-tags/", data)
    assert answer.status_code == 422
    assert "Unknown: brak" in answer.content.decode()


def test_following_many_is_ones_own_affair(client, companies, ewa):
    run = ordered(ewa, "follow", "")
    assert counts(run) == ("done", 10, 10, 0, 0)
    assert ewa.follows.count() == 10
    assert Company.objects.filter(version=1).count() == 10
    assert counts(ordered(ewa, "follow", "")) == ("done", 10, 0, 10, 0)
    assert counts(ordered(ewa, "unfollow", "")) == ("done", 10, 10, 0, 0)
    assert ewa.follows.count() == 0


def test_an_unknown_filter_is_refused_before_anything_is_stored(companies, anna):
    with pytest.raises(ValidationError):
        ordered(anna, query="nosuch.is=1")
    assert not OperationRun.objects.exists()


def test_who_may_not_change_many_is_offered_nothing(client, companies, kasia, monkeypatch):
    from orbita.accounts import rights

    monkeypatch.setattr(rights, "_ACTIONS", rights._ACTIONS - {"bulk"})
    browser = client.as_(kasia)
    page = browser.get("/companies/").content.decode()
    assert "List operations" not in page
    assert "data-select" not in page
    headers = {"HX-Request": "true"}
    assert browser.get("/companies/operations/", headers=headers).status_code == 403
    data = {"ids": [str(companies[0].pk)], "value": "x"}
    for tail in ("", "runs/"):
        assert browser.post(f"/companies/operations/add-tags/{tail}", data).status_code == 403
    assert not OperationRun.objects.exists()


def test_of_a_thousand_ids_the_hidden_ones_stay_byte_for_byte(client, kasia, anna):
    """VIS-26."""
    call_command("load", companies=1000, owners=1, vacuum=False, verbosity=0)
    Grant.objects.all().delete()
    ids = list(Company.objects.order_by("pk").values_list("pk", flat=True)[:1000])
    hidden = ids[::100]
    Record.objects.filter(pk__in=ids).update(owner=kasia)
    Record.objects.filter(pk__in=hidden).update(owner=anna, visibility=Visibility.HIDDEN)
    before = [stored(pk) for pk in hidden]
    data = {"ids": [str(pk) for pk in ids], "value": ["Targi"], "token": str(uuid7())}
    browser = client.as_(kasia)
    browser.post("/companies/operations/add-tags/runs/", data)
    run_jobs()
    run = OperationRun.objects.get()
    assert counts(run) == ("done", 990, 990, 0, 0)
    assert tagged() == 990
    assert [stored(pk) for pk in hidden] == before
    page = browser.get(run.get_absolute_url()).content.decode()
    assert "990" in page
    assert not [number for number in ("1000", "1,000", "10 ") if f">{number}<" in page]


def stored(pk):
    """All that the database holds about a company."""
    with connection.cursor() as cursor:
        found = []
        for table, column in (
            ("records_record", "id"),
            ("contacts_company", "record_ptr_id"),
            ("records_recordtag", "record_id"),
            ("records_change", "record_id"),
            ("records_operationrow", "record_id"),
        ):
            cursor.execute(f"SELECT t::text FROM {table} t WHERE {column} = %s", [pk])
            found += cursor.fetchall()
        return found
