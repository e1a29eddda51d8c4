"""The undo of large deeds, its pages, and what speaks against it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.urls import reverse

from orbita.contacts.models import Company
from orbita.jobs import Cancelled
from orbita.jobs.testing import run_jobs
from orbita.records.changes import change_set
from orbita.records.models import (
    Change,
    ChangeSet,
    Channel,
    ContactPoint,
    Record,
    RecordTag,
    Source,
    Tag,
    Undo,
    UndoState,
)
from orbita.records.saving import save_record
from orbita.records.tests.contract.test_undo import operate, state_of_everything
from orbita.records.undo import preview, running, take_back, verbs
from orbita.records.undo.plan import Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def thousand(make: Callable[..., Any], kasia: Any) -> list[UUID]:
    """1,000 companies of Kasia's."""
    first = make("company", title="Firma 0", owner=kasia, tags=["stary"])
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO records_record (id, kind, title, sort_name, title_key, search_text,
                   owner_id, author_id, visibility, custom, version)
               SELECT gen_random_uuid(), kind, 'Firma ' || n, 'Firma ' || n, 'firma ' || n,
                   'firma ' || n, owner_id, author_id, visibility, custom, version
               FROM records_record, generate_series(1, 999) n WHERE id = %s""",
            [first.pk],
        )
        cursor.execute(
            "INSERT INTO contacts_company (record_ptr_id, description)"
            " SELECT id, '' FROM records_record WHERE id <> %s",
            [first.pk],
        )
    rows = Record.objects.filter(kind="company").order_by("pk")
    return list(rows.values_list("pk", flat=True))


def change_all(ids: list[UUID], by: Any, owner: Any) -> ChangeSet:
    """Another owner and a tag for many, as a list operation writes it."""
    tag = Tag.named("contacts", "nowy")
    with change_set(by=by, channel=Channel.LIST_OPERATION, label="Opiekun") as changes:
        Record.objects.filter(pk__in=ids).update(owner=owner)
        RecordTag.objects.bulk_create(RecordTag(record_id=pk, tag=tag) for pk in ids)
    return changes


def test_a_thousand_records_get_exactly_their_previous_state(
    thousand: list[UUID], anna: Any, piotr: Any
) -> None:
    before = state_of_everything()
    changes = change_all(thousand, anna, piotr)
    undo = take_back(changes, by=anna)
    assert undo.is_busy
    run_jobs()
    undo.refresh_from_db()
    assert undo.is_done
    assert undo.counts["reversed"] == 1000
    assert state_of_everything() == before


def test_of_a_thousand_records_those_edited_since_are_listed_and_untouched(
    client: Any, thousand: list[UUID], anna: Any, piotr: Any, marek: Any
) -> None:
    changes = change_all(thousand, anna, piotr)
    edited = thousand[10:13]
    fields = Company.objects.get(pk=edited[0]).kind_object.all_fields()
    for pk in edited:
        save_record(Company.objects.get(pk=pk), {"owner": marek}, by=marek, fields=fields)
    sums = preview(changes, by=anna, limit=3)
    take_back(changes, by=anna)
    run_jobs()
    undo = Undo.objects.get()
    assert vars(sums) == undo.counts
    assert undo.counts | {"records": 0} == {
        "records": 0,
        "reversed": 997,
        "kept": 3,
        "failed": 0,
        "refused": 0,
    }
    assert Company.objects.filter(owner=marek).count() == 3
    assert not RecordTag.objects.filter(tag__name="nowy").exists()
    page = client.as_(anna).get(undo.get_absolute_url()).text
    for pk in edited:
        assert str(pk) in page
    assert "Piotr Lis" in page
    assert "Marek Wójcik" in page
    address = reverse("undo-leftovers", args=[changes.pk])
    assert address in page
    file = b"".join(client.get(f"{address}?format=csv").streaming_content).decode().splitlines()
    assert len(file) == 1 + len(edited)
    assert "Piotr Lis → Marek Wójcik, Marek Wójcik" in file[1]
    assert client.get(f"{address}?format=doc").status_code == 404
    assert client.as_(piotr).get(address).status_code == 404
    assert str(thousand[0]) not in page


def test_the_preview_of_any_size_judges_those_in_doubt_alone(
    make: Callable[..., Any], anna: Any, kasia: Any, piotr: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source.objects.create(name="Targi", key="targi")
    made = [
        make("company", title=f"F {i}", owner=kasia, source=source if i < 4 else None)
        for i in range(30)
    ]
    fields = made[0].kind_object.all_fields()
    with change_set(by=kasia, channel=Channel.IMPORT, label="a.csv") as changes:
        ids = [one.pk for one in made[:20]]
        Record.objects.filter(pk__in=ids).update(title="X")
        Record.objects.filter(pk__in=ids[:4]).update(source=None)
        Record.objects.filter(pk__in=[one.pk for one in made[20:]]).update(changeset=changes)
    for one, values in ((made[5], {"title": "Y"}), (made[25], {"nip": "5260250274"})):
        save_record(Company.objects.get(pk=one.pk), values, by=kasia, fields=fields)
    for one in (made[6], made[26]):
        save_record(Company.objects.get(pk=one.pk), {"owner": piotr}, by=anna, fields=fields)
    source.delete()

    judged: list[UUID] = []
    judge = Plan.judge
    monkeypatch.setattr(Plan, "judge", lambda self: judged.extend(self.ids) or judge(self))
    sums = preview(changes, by=kasia)
    assert set(judged) == {made[i].pk for i in (0, 1, 2, 3, 5, 6, 25, 26)}
    assert preview(changes, by=kasia, limit=5).records == 5
    assert vars(sums) == take_back(changes, by=kasia).counts
    assert (sums.failed, sums.refused) == (4, 2)


def test_an_interrupted_undo_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch, thousand: list[UUID], anna: Any, piotr: Any
) -> None:
    before = state_of_everything()
    changes = change_all(thousand, anna, piotr)
    monkeypatch.setattr(running, "CHUNK", 300)
    monkeypatch.setattr(verbs, "AT_ONCE", 100)
    settled: list[int] = []
    real = running.settle

    def fall(undo: Any, deed: Any, ids: list[UUID], **more: Any) -> None:
        if len(settled) == 2:
            settled.clear()
            raise RuntimeError("the power is gone")
        settled.append(len(ids))
        real(undo, deed, ids, **more)

    monkeypatch.setattr(running, "settle", fall)
    take_back(changes, by=anna)
    with pytest.raises(RuntimeError):
        run_jobs()
    undo = Undo.objects.get()
    assert (undo.state, undo.counts["records"]) == (UndoState.FAILED, 600)
    monkeypatch.setattr(running, "settle", real)

    take_back(changes, by=anna)
    run_jobs()

    undo.refresh_from_db()
    assert undo.is_done
    assert undo.counts["reversed"] == 1000
    assert ChangeSet.objects.filter(undoes=changes.pk).count() == 1
    assert state_of_everything() == before


def test_a_cancelled_undo_keeps_what_is_done_and_says_so(
    monkeypatch: pytest.MonkeyPatch, client: Any, thousand: list[UUID], anna: Any, piotr: Any
) -> None:
    changes = change_all(thousand, anna, piotr)
    monkeypatch.setattr(running, "CHUNK", 300)
    undo = take_back(changes, by=anna)

    class Impatient:
        asked = 0

        def update(self, **values: Any) -> None:
            pass

        def check_cancelled(self) -> None:
            self.asked += 1
            if self.asked == 3:
                raise Cancelled

    with pytest.raises(Cancelled):
        running.execute(undo, Impatient())
    assert Record.objects.filter(owner=piotr).count() == 400
    undo.job.cancel()
    page = client.as_(anna).get(undo.get_absolute_url()).text
    assert "Go on" in page


def test_a_value_keeps_its_later_edit_while_the_others_go_back(
    make: Callable[..., Any], anna: Any, kasia: Any, piotr: Any
) -> None:
    company = make("company", title="ACME", owner=kasia, phones=[{"value": "600 100 200"}])
    kind = company.kind_object
    changes = operate(kind, [company], anna, {"owner": piotr})
    operate(kind, [company], anna, {"phones": [{"value": "600 999 999", "label": ""}]})
    take_back(changes, by=anna)
    company = Company.objects.get(pk=company.pk)
    assert company.owner == kasia
    assert ContactPoint.objects.get(record=company).value == "600 999 999"
    assert Undo.objects.get().counts["kept"] == 0


def test_names_and_searchable_texts_follow(make: Callable[..., Any], anna: Any, kasia: Any) -> None:
    person = make("person", first_name="Jan", last_name="Żak", owner=kasia)
    values = {
        "last_name": "Adamski",
        "emails": [{"value": "jan@inny.example", "label": ""}],
    }
    changes = operate(person.kind_object, [person], anna, values)
    take_back(changes, by=anna)
    now = type(person).objects.get(pk=person.pk)
    assert (now.title, now.sort_name, now.title_key) == ("Jan Żak", "Żak Jan", person.title_key)
    assert now.search_text == person.search_text


def test_custom_values_go_back_one_by_one(make: Callable[..., Any], anna: Any, kasia: Any) -> None:
    company = make("company", title="ACME", owner=kasia)
    Record.objects.filter(pk=company.pk).update(custom={"a": "1", "c": "9"})
    with change_set(by=anna, channel=Channel.LIST_OPERATION) as changes:
        Record.objects.filter(pk=company.pk).update(custom={"a": "2", "b": "5", "c": "9"})
    with change_set(by=kasia):
        Record.objects.filter(pk=company.pk).update(custom={"a": "2", "b": "6", "c": "9", "d": "7"})
    undo = take_back(changes, by=anna)
    assert Record.objects.get(pk=company.pk).custom == {"a": "1", "b": "6", "c": "9", "d": "7"}
    assert undo.leftovers.get().parts[0]["columns"] == ["custom.b"]


def test_a_satellite_that_moved_to_another_record_moves_back(
    make: Callable[..., Any], anna: Any, kasia: Any
) -> None:
    survivor = make("company", title="ACME", owner=kasia, tags=["wspólny"])
    loser = make(
        "company",
        title="ACME 2",
        owner=kasia,
        tags=["wspólny", "drugi"],
        phones=[{"value": "600100200"}],
    )
    before = state_of_everything()
    with change_set(by=anna, channel=Channel.MERGE, label="ACME") as changes:
        common = RecordTag.objects.filter(record=loser, tag__name="wspólny")
        common.delete()
        RecordTag.objects.filter(record=loser).update(record=survivor)
        ContactPoint.objects.filter(record=loser).update(record=survivor)
        Record.objects.filter(pk=loser.pk).update(deleted_at="2026-01-01T00:00Z", deleted_by=anna)
    take_back(changes, by=anna)
    assert state_of_everything() == before


def test_a_removed_row_that_is_there_again_is_left_alone(
    make: Callable[..., Any], anna: Any, kasia: Any
) -> None:
    company = make("company", title="ACME", owner=kasia, tags=["hurt"])
    changes = operate(company.kind_object, [company], anna, {"tags": []})
    operate(company.kind_object, [company], anna, {"tags": ["hurt"]})
    undo = take_back(changes, by=anna)
    assert undo.counts["reversed"] == 1
    assert RecordTag.objects.filter(record=company).count() == 1


def test_the_last_one_with_access_is_not_taken_away(
    make: Callable[..., Any], anna: Any, kasia: Any
) -> None:
    company = make("company", title="ACME", owner=None, by=kasia)
    changes = operate(company.kind_object, [company], anna, {"owner": kasia})
    operate(company.kind_object, [company], kasia, {"visibility": 3})
    undo = take_back(changes, by=anna)
    assert undo.counts["failed"] == 1
    assert undo.leftovers.get().parts[0]["why"] == "access"
    assert Company.objects.get(pk=company.pk).owner == kasia


def test_what_nobody_had_access_to_before_is_as_it_was(
    make: Callable[..., Any], anna: Any, kasia: Any
) -> None:
    company = make("company", title="ACME", owner=None, by=kasia)
    Record.objects.filter(pk=company.pk).update(visibility=3)
    changes = operate(company.kind_object, [company], anna, {"owner": kasia})
    undo = take_back(changes, by=anna)
    assert undo.counts["reversed"] == 1
    found = Company.objects.get(pk=company.pk)
    assert (found.owner, found.visibility) == (None, 3)


def test_the_page_previews_takes_back_and_reports(
    client: Any, make: Callable[..., Any], anna: Any, kasia: Any, piotr: Any
) -> None:
    company = make("company", title="ACME", owner=kasia)
    changes = operate(company.kind_object, [company], anna, {"owner": piotr})
    address = reverse("undo", args=[changes.pk])
    listed = client.as_(anna).get(reverse("operations")).text
    assert address in listed
    page = client.get(address).text
    assert "ACME" in page
    assert "Kasia Nowak" in page
    assert Company.objects.get(pk=company.pk).owner == piotr
    client.post(address)
    assert Company.objects.get(pk=company.pk).owner == kasia
    report = client.get(address).text
    assert "Restore changes" in report
    undo = Undo.objects.get()
    client.post(reverse("undo", args=[undo.result_id]))
    assert Company.objects.get(pk=company.pk).owner == piotr


def test_other_peoples_deeds_do_not_exist(
    client: Any, make: Callable[..., Any], anna: Any, kasia: Any, piotr: Any
) -> None:
    company = make("company", title="ACME", owner=kasia)
    changes = operate(company.kind_object, [company], anna, {"owner": piotr})
    address = reverse("undo", args=[changes.pk])
    assert str(changes.pk) not in client.as_(kasia).get(reverse("operations")).text
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
    assert Company.objects.get(pk=company.pk).owner == piotr
    assert not Undo.objects.exists()


def test_a_deed_by_form_cannot_be_taken_back_here(
    client: Any, make: Callable[..., Any], kasia: Any
) -> None:
    company = make("company", title="ACME", owner=kasia)
    save_record(company, {"title": "ACME 2"}, by=kasia)
    deed = Change.objects.filter(record_id=company.pk).latest("pk").changeset
    assert client.as_(kasia).post(reverse("undo", args=[deed.pk])).status_code == 404
    assert Company.objects.get(pk=company.pk).title == "ACME 2"


def test_the_report_says_nothing_of_what_its_reader_may_not_see(
    client: Any, make: Callable[..., Any], anna: Any, kasia: Any, piotr: Any
) -> None:
    hidden = make("company", title="Fuzja X", owner=kasia)
    changes = operate(hidden.kind_object, [hidden], kasia, {"tags": ["hurt"]})
    operate(hidden.kind_object, [hidden], anna, {"owner": piotr, "visibility": 3})
    address = reverse("undo", args=[changes.pk])
    assert "Fuzja X" not in client.as_(kasia).get(address).text
    client.post(address)
    report = client.get(address).text
    assert "Fuzja X" not in report
    assert str(hidden.pk) not in report


def test_the_list_of_operations_takes_a_fixed_number_of_queries(
    client: Any, make: Callable[..., Any], anna: Any, django_assert_max_num_queries: Any
) -> None:
    company = make("company", title="ACME", owner=anna)
    for number in range(8):
        operate(company.kind_object, [company], anna, {"description": str(number)})
    client.as_(anna).get(reverse("operations"))
    with django_assert_max_num_queries(20):
        client.get(reverse("operations"))
