"""Every kind's list operations: what is offered, previewed, written, refused and told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.activity.models import Notification
from orbita.jobs.testing import run_jobs
from orbita.records.changes import change_set
from orbita.records.history import history
from orbita.records.models import OperationRun, Record, RecordTag, Visibility
from orbita.records.operations import operations
from orbita.records.tests.contract.conftest import sample
from orbita.ui.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(make, kasia):
    """`many(kind, 3)`: records of the kind that Kasia owns."""

    def make_many(kind, count, **values):
        values.setdefault("owner", kasia)
        key = "last_name" if kind.title_from != ("title",) else "title"
        with change_set(by=values["owner"]):
            return [make(kind.key, **{key: f"Zbiór {n:03}", **values}) for n in range(count)]

    return make_many


def address(kind, key, tail=""):
    return f"/{kind.slug}/operations/{key}/{tail}"


def order(browser, kind, key, records, **values):
    """Post the last step of an operation; the run that came of it."""
    ids = records if isinstance(records, dict) else {"ids": [str(r.pk) for r in records]}
    token = str(values.pop("token", uuid7()))
    answer = browser.post(address(kind, key, "runs/"), {**ids, **values, "token": token})
    assert answer.status_code == 302, answer.content.decode()
    return OperationRun.objects.get(pk=token)


def counts(run):
    run.refresh_from_db()
    return (run.state, run.total, run.changed, run.unchanged, run.refused)


def test_the_owner_changes_in_one_deed_and_is_told_once(kind, client, many, marek, kasia, piotr):
    records = many(kind, 5, owner=kasia)
    run = order(client.as_(marek), kind, "set-owner", records[:4], value=str(piotr.pk))
    assert counts(run) == ("done", 4, 4, 0, 0)
    owners = [Record.objects.get(pk=record.pk).owner for record in records]
    assert owners == [piotr] * 4 + [kasia]
    for record in records[:4]:
        fresh = kind.model.objects.get(pk=record.pk)
        assert (fresh.version, fresh.updated_at > record.updated_at) == (record.version + 1, True)
        entry = history(fresh, marek)[0]
        assert (entry.change_set.pk, entry.change_set.label) == (run.changeset_id, run.deed)
        assert [(line.before, line.after) for line in entry.lines] == [("Kasia Nowak", "Piotr Lis")]
    run_jobs()
    told = Notification.objects.filter(changeset=run.changeset_id)
    assert [(n.user, n.kind, n.record) for n in told.filter(user=piotr)] == [
        (piotr, "assigned", None)
    ]
    assert piotr.follows.filter(record__in=records[:4]).count() == 4


def test_every_field_that_allows_it_is_set_and_cleared(kind, client, many, make, kasia):
    browser, done = client.as_(kasia), 0
    for operation in operations.on(kind, kasia):
        field = getattr(operation, "field", None)
        if not operation.key.startswith("set-"):
            continue
        posted, wanted = posted_sample(field, make, kasia)
        if wanted is None:
            continue
        records = many(kind, 2)
        run = order(browser, kind, operation.key, records, value=posted)
        assert counts(run)[0] == "done", field.key
        assert {value_of(field, kind, r, kasia) for r in records} == {wanted}, field.key
        again = order(browser, kind, operation.key, records, value=posted)
        assert counts(again) == ("done", 2, 0, 2, 0), field.key
        if "clear" in operation.form(kind, kasia).fields:
            cleared = order(browser, kind, operation.key, records, clear="on")
            if field.key == "owner":
                continue
            assert counts(cleared) == ("done", 2, 2, 0, 0), field.key
            left = [value_of(field, kind, r, kasia) for r in records]
            assert left[0] == left[1] != wanted, field.key
        done += 1
    assert done >= 2


def posted_sample(field, make, kasia):
    """What a form posts for the field, and what the value then compares as."""
    if field.key == "owner":
        return str(kasia.pk), None
    if field.key == "visibility":
        return "2", field.comparable(2)
    if field.key == "source":
        from orbita.records.models import Source

        source = Source.objects.create(name="Targi", key="targi")
        return str(source.pk), source.pk
    if hasattr(field, "target"):
        key = "last_name" if field.target == "person" else "title"
        other = make(field.target, **{key: "Drugi"}, owner=kasia)
        return str(other.pk), str(other.pk)
    if getattr(field, "part", ""):
        return "Łódź", "Łódź"
    value = sample(field)
    if type(field).__name__ == "YesNoField":
        return "1", True
    if value is None:
        return None, None
    return str(value), field.comparable(value)


def value_of(field, kind, record, viewer):
    fresh = kind.model.objects.get(pk=record.pk)
    field.load([fresh], viewer)
    return field.comparable(field.value(fresh))


def test_tags_and_groups_are_added_and_removed_beside_those_that_are_there(
    kind, client, many, kasia
):
    browser = client.as_(kasia)
    for key in ("tags", "groups"):
        records = many(kind, 3, **{key: ["stary"]})
        field = kind.all_fields()[key]
        for _round in ("adds", "finds them there"):
            run = order(browser, kind, f"add-{key}", records, value=["Targi 2026", "stary"])
        assert counts(run) == ("done", 3, 0, 3, 0)
        assert {str(value_of(field, kind, r, kasia)) for r in records} == {
            "['Targi 2026', 'stary']"
        }
        run = order(browser, kind, f"remove-{key}", records[:2], value=["targi 2026"])
        assert counts(run) == ("done", 2, 2, 0, 0)
        assert value_of(field, kind, records[0], kasia) == ["stary"]
        assert value_of(field, kind, records[2], kasia) == ["Targi 2026", "stary"]


def test_participants_come_and_go_but_somebody_keeps_access(kind, client, many, anna, kasia, ewa):
    browser = client.as_(anna)
    open_one = many(kind, 1, visibility=Visibility.PUBLIC)[0]
    closed = many(kind, 1, visibility=Visibility.HIDDEN)[0]
    key = f"user:{ewa.pk}"
    assert counts(order(browser, kind, "add-people", [open_one, closed], value=[key]))[2] == 2
    Record.objects.filter(pk=closed.pk).update(owner=None)
    run = order(browser, kind, "remove-people", [open_one, closed], value=[key])
    assert counts(run) == ("done", 2, 1, 0, 1)
    assert [row.reason for row in run.rows.all()] == ["access"]
    assert list(closed.grants.values_list("user", flat=True)) == [ewa.pk]
    page = browser.get(run.get_absolute_url()).content.decode()
    assert "somebody must keep access" in page
    assert closed.title in page


def test_a_level_is_refused_where_nobody_would_keep_access(kind, client, many, anna):
    orphan, owned = many(kind, 2)
    Record.objects.filter(pk=orphan.pk).update(owner=None)
    run = order(client.as_(anna), kind, "set-visibility", [orphan, owned], value="3")
    assert counts(run) == ("done", 2, 1, 0, 1)
    assert Record.objects.get(pk=orphan.pk).visibility == Visibility.PUBLIC
    assert Record.objects.get(pk=owned.pk).visibility == Visibility.HIDDEN


def test_rows_that_may_only_be_read_are_reported_and_stay(kind, client, many, kasia, piotr):
    """AC-7."""
    mine, theirs = many(kind, 4), many(kind, 2, owner=piotr)
    before = list(Record.objects.filter(pk__in=[r.pk for r in theirs]).order_by("pk").values())
    browser = client.as_(kasia)
    ids = {"ids": [str(r.pk) for r in [*mine, *theirs]]}
    text = browser.post(
        address(kind, "add-tags"), {**ids, "value": ["Targi 2026"], "step": "preview"}
    ).content.decode()
    assert "no right to edit" in text
    assert not RecordTag.objects.exists()
    run = order(browser, kind, "add-tags", [*mine, *theirs], value=["Targi 2026"])
    assert counts(run) == ("done", 6, 4, 0, 2)
    assert set(RecordTag.objects.values_list("record", flat=True)) == {r.pk for r in mine}
    page = browser.get(run.get_absolute_url()).content.decode()
    assert "no right to edit" in page
    assert all(str(record.pk) in page for record in theirs)
    after = list(Record.objects.filter(pk__in=[r.pk for r in theirs]).order_by("pk").values())
    assert after == before


def test_hidden_ids_are_not_changed_not_counted_and_not_named(kind, client, many, kasia, anna):
    """AC-130, VIS-26."""
    mine = many(kind, 9)
    hidden = many(kind, 3, owner=anna, visibility=Visibility.HIDDEN)
    before = list(Record.objects.filter(pk__in=[r.pk for r in hidden]).order_by("pk").values())
    browser = client.as_(kasia)
    ids = [*(str(r.pk) for r in mine), *(str(r.pk) for r in hidden), str(uuid7()), "nonsense"]
    shown = browser.post(address(kind, "add-tags"), {"ids": ids, "value": "a", "step": "preview"})
    assert shown.context["preview"].matched == 9
    assert shown.context["preview"].refused == []
    run = order(browser, kind, "add-tags", {"ids": ids}, value=["a"])
    assert counts(run) == ("done", 9, 9, 0, 0)
    assert not run.rows.exists()
    answer = browser.post(
        address(kind, "add-tags"), {"ids": str(hidden[0].pk), "value": "a", "step": "preview"}
    )
    assert answer.status_code == 422
    assert "Select at least one item" in answer.content.decode()
    page = browser.get(run.get_absolute_url()).content.decode()
    assert not [r for r in hidden if str(r.pk) in page]
    after = list(Record.objects.filter(pk__in=[r.pk for r in hidden]).order_by("pk").values())
    assert after == before


def test_all_that_match_are_those_that_the_caller_sees_at_the_moment_of_the_work(
    kind, client, many, kasia, ewa
):
    """VIS-27."""
    many(kind, 3, owner=kasia, tags=["cel"])
    hidden = many(kind, 2, owner=ewa, tags=["cel"], visibility=Visibility.HIDDEN)
    tag = RecordTag.objects.first().tag_id
    chosen = {"all": "1", "query": f"tags.is={tag}", "ids": [str(r.pk) for r in hidden]}
    browser = client.as_(kasia)
    shown = browser.post(address(kind, "add-groups"), {**chosen, "value": "a", "step": "preview"})
    assert shown.context["preview"].matched == 3
    many(kind, 1, owner=kasia, tags=["cel"])
    run = order(browser, kind, "add-groups", chosen, value=["a"])
    assert counts(run) == ("done", 4, 4, 0, 0)
    assert not Record.objects.filter(pk__in=[r.pk for r in hidden], record_groups__isnull=False)


def test_a_filter_that_is_not_known_selects_nothing(kind, client, many, kasia):
    records = many(kind, 2)
    chosen = {"all": "1", "query": "nosuch.is=1"}
    answer = client.as_(kasia).post(
        address(kind, "delete", "runs/"), {**chosen, "token": str(uuid7())}
    )
    assert answer.status_code == 422
    assert "nosuch.is" in answer.content.decode()
    assert not OperationRun.objects.exists()
    assert Record.objects.filter(pk__in=[r.pk for r in records], deleted_at=None).count() == 2


def test_a_form_sent_twice_counts_once(kind, client, many, kasia):
    """AC-9."""
    records, token = many(kind, 2), uuid7()
    browser = client.as_(kasia)
    for _click in range(2):
        run = order(browser, kind, "add-tags", records, value=["raz"], token=token)
    assert OperationRun.objects.count() == 1
    assert counts(run) == ("done", 2, 2, 0, 0)
    assert {r.version for r in Record.objects.filter(pk__in=[r.pk for r in records])} == {2}


def test_without_a_selection_nothing_can_be_done(kind, client, kasia, features):
    """AC-10."""
    browser = client.as_(kasia)
    menu = browser.get(f"/{kind.slug}/operations/", headers={"HX-Request": "true"})
    text = menu.content.decode()
    assert "Select at least one item" in text
    assert text.count("<button") == text.count(" disabled>") > 5
    for tail, step in (("", ""), ("", "preview"), ("runs/", "")):
        answer = browser.post(address(kind, "delete", tail), {"step": step})
        assert answer.status_code == 422
        assert "Select at least one item" in answer.content.decode()
    assert not OperationRun.objects.exists()


def test_rows_go_to_the_bin_and_come_back(kind, client, many, kasia, anna):
    records = many(kind, 3)
    browser = client.as_(kasia)
    run = order(browser, kind, "delete", records)
    assert counts(run) == ("done", 3, 3, 0, 0)
    assert not kind.model.objects.listed_for(anna).exists()
    assert {r.deleted_by for r in Record.objects.all()} == {kasia}
    token = str(uuid7())
    ids = [str(record.pk) for record in records[:2]]
    browser.post("/bin/operations/restore/runs/", {"ids": ids, "token": token})
    assert counts(OperationRun.objects.get(pk=token)) == ("done", 2, 2, 0, 0)
    assert kind.model.objects.listed_for(anna).count() == 2
    assert history(kind.model.objects.get(pk=records[0].pk), kasia)[0].restored


def test_many_rows_are_done_by_the_worker_in_parts_of_one_deed(
    kind, client, many, kasia, anna, monkeypatch
):
    """AC-8, in small."""
    from orbita.records.operations import running

    monkeypatch.setattr(running, "AT_ONCE", 3)
    monkeypatch.setattr(operations._operations["add-groups"], "per_write", 2, raising=False)
    records = many(kind, 7)
    browser = client.as_(anna)
    run = order(browser, kind, "add-groups", {"all": "1", "query": ""}, value=["Kraków"])
    assert counts(run)[:2] == ("waiting", 0)
    page = browser.get(run.get_absolute_url()).content.decode()
    assert f"/operations/{run.pk}/cancellation/" in page
    run_jobs()
    assert counts(run) == ("done", 7, 7, 0, 0)
    assert Record.objects.filter(record_groups__group__name="Kraków").count() == 7
    for record in records:
        fresh = kind.model.objects.get(pk=record.pk)
        assert history(fresh, anna)[0].change_set.pk == run.changeset_id
    told = Notification.objects.filter(changeset=run.changeset_id)
    assert [(n.user, n.record) for n in told] == [(kasia, None)]
    assert "7" in browser.get(run.get_absolute_url()).content.decode()


def test_an_operation_costs_the_same_queries_for_few_and_for_many(kind, client, many, kasia):
    browser, seen = client.as_(kasia), []
    for count in (2, 30):
        records = many(kind, count)
        order(browser, kind, "add-tags", many(kind, 1), value=["ile"])
        with CaptureQueriesContext(connection) as captured:
            order(browser, kind, "add-tags", records, value=["ile"])
        seen.append(len(captured))
    assert seen[0] == seen[1]


def test_selected_rows_are_exported_as_the_list_shows_them(kind, client, many, kasia, anna):
    mine = many(kind, 3)
    hidden = many(kind, 1, owner=anna, visibility=Visibility.HIDDEN)
    browser = client.as_(kasia)
    ids = {"ids": [str(record.pk) for record in [*mine[:2], *hidden]]}
    page = browser.post(address(kind, "export"), ids).content.decode()
    assert f"/{kind.slug}/export/csv/" in page
    answer = browser.post(f"/{kind.slug}/export/csv/", {**ids, "query": "sort=-title"})
    text = b"".join(answer.streaming_content).decode()
    assert [name for name in ("Zbiór 000", "Zbiór 001", "Zbiór 002") if name in text] == [
        "Zbiór 000",
        "Zbiór 001",
    ]
    assert text.count("Zbiór 000") == 1
    assert len(text.splitlines()) == 3
    assert text.index("Zbiór 001") < text.index("Zbiór 000")
    everything = browser.post(f"/{kind.slug}/export/csv/", {"all": "1", "query": ""})
    assert len(b"".join(everything.streaming_content).decode().splitlines()) == 4
