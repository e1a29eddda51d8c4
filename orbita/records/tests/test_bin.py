"""The bin: pages, narrowing, restoring several at once."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.records import binned
from orbita.records.changes import change_set
from orbita.records.models import OperationRun, Record, Visibility
from orbita.records.trash import move_to_bin
from orbita.ui.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(make):
    """`gone("company", "ACME", by=kasia)`: a record in the bin."""

    def make_gone(kind, name, *, by, **values):
        key = "last_name" if kind == "person" else "title"
        record = make(kind, **{key: name, "owner": by, **values})
        move_to_bin(record, by=by)
        return record

    return make_gone


def titles(page):
    return re.findall(r"<strong><bdi>([^<]+)</bdi>", page.content.decode())


def link(page, which):
    found = re.search(rf'id="pager-{which}"[^>]* href="([^"]+)"', page.content.decode())
    return found[1].replace("&amp;", "&") if found else ""


def test_the_bin_has_pages_also_where_many_went_at_once(client, make_many, kasia, monkeypatch):
    monkeypatch.setattr(binned, "PAGE", 3)
    records = make_many("company", 8, title="Firma {}", owner=kasia)
    with change_set(by=kasia):
        ids = [record.pk for record in records[:6]]
        now = records[0].created_at
        Record.objects.filter(pk__in=ids).update(deleted_at=now, deleted_by=kasia)
    for record in records[6:]:
        move_to_bin(record, by=kasia)
    browser, seen, url = client.as_(kasia), [], "/bin/"
    while url:
        page = browser.get(url)
        seen.append(titles(page))
        back, url = link(page, "previous"), link(page, "next")
        url = f"/bin/{url}" if url.startswith("?") else url
    assert [len(some) for some in seen] == [3, 3, 2]
    assert seen[0][:2] == ["Firma 7", "Firma 6"]
    assert sorted(name for some in seen for name in some) == sorted(r.title for r in records)
    assert titles(browser.get(back)) == seen[1]
    assert "pager-previous" not in browser.get("/bin/").content.decode()


def test_the_bin_is_narrowed_by_name_kind_and_who_deleted(client, gone, kasia, anna):
    gone("company", "Zażółć", by=kasia)
    gone("person", "Zażółcki", by=kasia)
    gone("company", "Inna", by=anna)
    browser = client.as_(anna)
    assert set(titles(browser.get("/bin/?q=zazol"))) == {"Zażółć", "Zażółcki"}
    assert titles(browser.get("/bin/?q=zazol&kind=persons")) == ["Zażółcki"]
    assert titles(browser.get(f"/bin/?by={anna.pk}")) == ["Inna"]
    for nonsense in ("kind=nosuch", "by=nobody", "q=%00&by=%00"):
        page = browser.get(f"/bin/?{nonsense}")
        assert page.status_code == 200
        assert titles(page) == []
        assert "Nothing matches" in page.content.decode()
    assert len(titles(browser.get("/bin/?after=forged&before=forged"))) == 3


def test_what_one_may_not_restore_is_not_found(client, gone, kasia, piotr):
    gone("company", "Tajna", by=piotr, visibility=Visibility.HIDDEN)
    gone("company", "Cudza", by=piotr)
    assert titles(client.as_(kasia).get("/bin/?q=tajna")) == []
    assert titles(client.get(f"/bin/?by={piotr.pk}")) == []


def test_all_that_match_restores_no_more_than_the_filter_shows(client, gone, kasia):
    gone("company", "Zażółć", by=kasia)
    other = gone("person", "Inny", by=kasia)
    browser, token = client.as_(kasia), str(uuid7())
    data = {"all": "1", "query": "kind=companies", "token": token}
    done = browser.post("/bin/operations/restore/runs/", data)
    assert done["Location"] == "/bin/?kind=companies"
    assert OperationRun.objects.get(pk=token).changed == 1
    other.refresh_from_db()
    assert not other.is_live
    data = {"all": "1", "query": "kind=nosuch", "token": str(uuid7())}
    assert browser.post("/bin/operations/restore/runs/", data).status_code == 422
    other.refresh_from_db()
    assert not other.is_live


def test_what_went_together_is_offered_together(client, make, kasia, anna):
    acme = make("company", title="ACME", owner=kasia)
    make("person", last_name="Ada", company=acme, owner=kasia)
    answer = {"decided": "1", "token": str(uuid7()), "persons-company": "bin"}
    browser = client.as_(kasia)
    browser.post(f"/companies/{acme.pk}/binning/", answer)
    run = OperationRun.objects.get()
    page = browser.get("/bin/").content.decode()
    assert page.count(f'href="/undo/{run.changeset_id}/"') == 2
    assert "Deleted with others, 2 in all" in page
    assert f"/undo/{run.changeset_id}/" not in client.as_(anna).get("/bin/").content.decode()


def test_the_bin_costs_the_same_queries_for_few_and_for_many(client, gone, make_many, kasia):
    browser, seen = client.as_(kasia), []
    browser.get("/bin/")
    for count in (2, 20):
        for record in make_many("company", count, title="F {}", owner=kasia):
            move_to_bin(record, by=kasia)
        with CaptureQueriesContext(connection) as captured:
            browser.get("/bin/")
        seen.append(len(captured))
    assert seen[0] == seen[1] <= 14
