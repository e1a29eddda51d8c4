"""Lists narrowed by relations, with relations as columns, and exported."""

import csv
import io
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from orbita.records.kinds import kinds
from orbita.records.listing.listing import Listing
from orbita.records.listing.query import ListQuery
from orbita.records.models import Visibility
from orbita.records.tests.contract.test_lists import is_frame
from orbita.relations import ends, fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch(relation_type: Any) -> Any:
    """Centrala — Oddział."""
    return relation_type("company", "Centrala", "company", "Oddział")


@pytest.fixture
def firms(make: Any, kasia: Any, piotr: Any, branch: Any, tie: Any) -> dict[str, Any]:
    """ACME with two branches and a hidden third, Budex with a hidden one alone, Solo without."""
    names = ("ACME", "Budex", "Solo", "Łódź", "Zgierz")
    found = {name: make("company", title=name, owner=kasia) for name in names}
    secret = {"owner": piotr, "visibility": Visibility.HIDDEN}
    for name in ("Fuzja X", "Fuzja Y"):
        found[name] = make("company", title=name, **secret)
    pairs = (("ACME", "Łódź"), ("ACME", "Zgierz"), ("ACME", "Fuzja X"), ("Budex", "Fuzja Y"))
    for head, filia in pairs:
        tie(branch, found[head], found[filia])
    return found


def key_of(type_: Any, side: str = "a") -> str:
    return f"relation{type_.pk}{side}"


def found_by(viewer: Any, address: str, kind: str = "companies") -> list[str]:
    query = ListQuery.read(kinds.get(kind), viewer, QueryDict(address))
    assert query.errors == []
    listing = Listing(query)
    titles = sorted(record.title for record in listing.page().records)
    assert listing.count().number == len(titles)
    return titles


def test_each_condition_counts_what_the_viewer_may_know(firms, kasia, anna, branch):
    up, down = key_of(branch, "b"), key_of(branch, "a")
    acme, lodz = firms["ACME"].pk, firms["Łódź"].pk
    assert found_by(kasia, f"{up}.is={acme}") == ["Zgierz", "Łódź"]
    assert found_by(kasia, f"{down}.is={lodz}&{down}.is={firms['Zgierz'].pk}") == ["ACME"]
    assert found_by(kasia, f"{up}.not={acme}") == ["ACME", "Budex", "Solo"]
    assert found_by(kasia, f"{down}.filled=1") == ["ACME"]
    assert found_by(anna, f"{down}.filled=1") == ["ACME", "Budex"]
    assert found_by(kasia, f"{down}.empty=1") == ["Budex", "Solo", "Zgierz", "Łódź"]
    assert found_by(kasia, f"{down}.atleast=2") == ["ACME"]
    assert found_by(kasia, f"{down}.atleast=3") == []
    assert found_by(anna, f"{down}.atleast=3") == ["ACME"]
    assert found_by(kasia, f"{down}.filled=1&{down}.atleast=1&title.is=ACME") == ["ACME"]


def test_a_symmetric_type_is_found_from_both_ends(make, kasia, relation_type, tie):
    rivals = relation_type("company", "Konkurenci", "company", "Konkurenci")
    acme, budex, solo = (make("company", title=t, owner=kasia) for t in ("ACME", "Budex", "Solo"))
    tie(rivals, acme, budex)
    key = key_of(rivals)
    assert found_by(kasia, f"{key}.is={acme.pk}") == ["Budex"]
    assert found_by(kasia, f"{key}.is={budex.pk}&{key}.is={acme.pk}") == ["ACME", "Budex"]
    assert found_by(kasia, f"{key}.empty=1") == [solo.title]


def test_relations_to_what_is_in_the_bin_do_not_count(firms, anna, branch):
    from orbita.records.trash import move_to_bin

    move_to_bin(firms["Łódź"], by=anna)
    move_to_bin(firms["Fuzja X"], by=anna)
    assert found_by(anna, f"{key_of(branch)}.atleast=1") == ["ACME", "Budex"]
    assert found_by(anna, f"{key_of(branch)}.atleast=2") == []


def test_what_is_hidden_shared_binned_or_merged_counts_at_once(
    make, anna, kasia, piotr, branch, tie
):
    from orbita.records.changes import change_set
    from orbita.records.merging.merge import merge
    from orbita.records.models import Grant
    from orbita.records.trash import move_to_bin, restore

    acme, lodz = make("company", title="ACME", owner=kasia), make("company", title="Łódź")
    make("person", last_name="Nowak", owner=kasia, company=lodz)
    tie(branch, acme, lodz)
    key = key_of(branch)

    def counted(viewer: Any) -> str:
        """How often each condition says that there is one."""
        firms = found_by(viewer, f"{key}.filled=1"), found_by(viewer, f"{key}.atleast=1")
        assert ("ACME" in found_by(viewer, f"{key}.empty=1")) == (firms[0] == [])
        people = found_by(viewer, "company.filled=1", "persons")
        assert len(people) + len(found_by(viewer, "company.empty=1", "persons")) == 1
        return f"{len(firms[0])}{len(firms[1])}{len(people)}"

    def both() -> tuple[str, str]:
        return counted(kasia), counted(anna)

    def change(**values: Any) -> None:
        with change_set(by=anna):
            for name, value in values.items():
                setattr(lodz, name, value)
            lodz.save()

    assert both() == ("111", "111")
    change(visibility=Visibility.HIDDEN)
    assert both() == ("000", "111")
    change(owner=piotr)
    assert both() == ("000", "111")
    with change_set(by=anna):
        grant = Grant.objects.create(record_id=lodz.pk, user=kasia)
    assert both() == ("111", "111")
    move_to_bin(lodz, by=anna)
    assert both() == ("000", "000")
    restore(lodz, by=anna)
    assert both() == ("111", "111")
    with change_set(by=anna):
        grant.delete()
    assert both() == ("000", "111")
    lodz.refresh_from_db()
    change(visibility=Visibility.RESTRICTED)
    assert both() == ("111", "111")
    twin = make("company", title="Łódź 2", owner=piotr, visibility=Visibility.HIDDEN)
    merge([twin, lodz], twin, {}, by=anna)
    assert both() == ("000", "111")


def test_an_id_that_the_viewer_may_not_know_answers_like_an_invented_one(
    client, firms, kasia, branch
):
    up, browser = key_of(branch, "b"), client.as_(kasia)
    for pk in (firms["Fuzja X"].pk, "01934d2e-6c2a-7b3e-9d1f-2b8c4a6e0f13", "nic"):
        page = browser.get(f"/companies/?{up}.is={pk}").content.decode()
        assert f"The filter “{up}.is” is not known" in page
        assert "Fuzja" not in page


def test_a_filter_by_several_ends_asks_no_more_than_by_one(client, firms, kasia, branch):
    browser, seen, up = client.as_(kasia), [], key_of(branch, "b")
    for names in (("ACME",), ("ACME", "Budex", "Solo")):
        address = urlencode({f"{up}.is": [firms[name].pk for name in names]}, doseq=True)
        browser.get(f"/companies/?{address}")
        with CaptureQueriesContext(connection) as captured:
            page = browser.get(f"/companies/?{address}")
        assert [chip["value"] for chip in page.context["chips"]] == [", ".join(names)]
        seen.append(len(captured))
    assert seen[0] == seen[1] <= 12


def test_a_filter_outlives_a_merger(client, firms, make, anna, branch):
    from orbita.records.merging.merge import merge

    twin = make("company", title="ACME Polska", owner=anna)
    merge([twin, firms["ACME"]], twin, {}, by=anna)
    assert found_by(anna, f"{key_of(branch, 'b')}.is={firms['ACME'].pk}") == [
        "Fuzja X",
        "Zgierz",
        "Łódź",
    ]


@pytest.mark.parametrize(
    ("tail", "label", "value"),
    [
        ("is={acme}", "Centrala", "ACME"),
        ("not={acme}", "Centrala is none of", "ACME"),
        ("filled=1", "Centrala", "there is any"),
        ("empty=1", "Centrala", "there is none"),
        ("atleast=2", "Centrala at least", "2"),
    ],
)
def test_the_chip_reads_as_a_sentence(client, firms, kasia, branch, tail, label, value):
    address = f"{key_of(branch, 'b')}.{tail.format(acme=firms['ACME'].pk)}"
    chips = client.as_(kasia).get(f"/companies/?{address}").context["chips"]
    assert [(chip["label"], chip["value"]) for chip in chips] == [(label, value)]


def test_the_window_of_the_filter_takes_several_ends_or_a_number(client, firms, kasia, branch):
    browser, up = client.as_(kasia), key_of(branch, "b")
    url = f"/companies/filters/{up}/"
    both = [str(firms["ACME"].pk), str(firms["Budex"].pk)]
    answer = browser.post(url, {"operator": "is", "value": both})
    assert answer["Location"] == f"/companies/?{up}.is={both[0]}&{up}.is={both[1]}"
    answer = browser.post(url, {"operator": "atleast", "number": "2", "value": ""})
    assert answer["Location"] == f"/companies/?{up}.atleast=2"
    for bad in ("", "0", "-1", "dwa", "1001", "99999999999"):
        refused = browser.post(url, {"operator": "atleast", "number": bad[:6]})
        assert refused.status_code == 422, bad
        assert refused.context["form"].errors["number"]
    refused = browser.post(url, {"operator": "is", "value": [str(firms["Fuzja X"].pk)]})
    assert refused.status_code == 422
    assert "Fuzja" not in refused.content.decode()


def test_a_column_names_six_and_counts_the_rest(client, make, kasia, branch, tie, monkeypatch):
    acme = make("company", title="ACME", owner=kasia)
    for n in range(9):
        tie(branch, acme, make("company", title=f"Filia {n}", owner=kasia))
    url = f"/companies/?q=acme&columns=title,{key_of(branch)}"
    page = client.as_(kasia).get(url).content.decode()
    assert "Filia 5" in page
    assert "Filia 6" not in page
    assert "+3</span>" in page
    monkeypatch.setitem(ends._LIMITS, ends.Depth.CELL, (6, 8))
    monkeypatch.setattr(fields, "COUNTED", 7)
    assert "+1…</span>" in client.as_(kasia).get(url).content.decode()


def test_a_page_with_three_relation_columns_asks_no_more_for_many_rows(
    client, make, kasia, branch, relation_type, tie
):
    rivals = relation_type("company", "Konkurenci", "company", "Konkurenci")
    staff = relation_type("person", "Były pracownik", "company", "Poprzednia firma")
    keys = [key_of(branch, "b"), key_of(rivals), key_of(staff, "b")]
    url = f"/companies/?columns=title,owner,{','.join(keys)}"
    browser, seen = client.as_(kasia), []
    for count in (1, 12):
        for n in range(count):
            firms = [make("company", title=f"Firma {count} {n} {m}", owner=kasia) for m in (1, 2)]
            tie(branch, *firms)
            tie(rivals, *firms)
            tie(staff, make("person", last_name=f"Nowak {n}", owner=kasia), firms[0])
        browser.get(url)
        with CaptureQueriesContext(connection) as captured:
            page = browser.get(url)
        assert "Nowak 0" in page.content.decode()
        seen.append(len([q for q in captured.captured_queries if not is_frame(q["sql"])]))
    assert seen[0] == seen[1] <= 12


def exported(browser: Any, address: str) -> list[dict[str, str]]:
    answer = browser.get(f"/companies/export/csv/?{address}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_an_export_names_every_end_that_its_reader_may_know(
    client, firms, kasia, make, tie, branch
):
    for n in range(8):
        tie(branch, firms["ACME"], make("company", title=f"Filia {n}", owner=kasia))
    rows = exported(client.as_(kasia), f"q=acme&columns=title,{key_of(branch)}")
    cell = rows[0]["Oddział"]
    assert [item.partition(" (")[0] for item in cell.split("; ")] == [
        *(f"Filia {n}" for n in range(8)),
        "Łódź",
        "Zgierz",
    ]
    assert f"Łódź ({firms['Łódź'].number})" in cell


def test_a_cell_that_would_be_too_long_says_how_many_are_missing(
    client, firms, kasia, make, tie, branch, monkeypatch
):
    for n in range(8):
        tie(branch, firms["ACME"], make("company", title=f"Filia {n}", owner=kasia))
    monkeypatch.setattr(fields, "CELL_LENGTH", 160)
    cell = exported(client.as_(kasia), f"q=acme&columns=title,{key_of(branch)}")[0]["Oddział"]
    named, _sign, rest = cell.rpartition("; ")
    assert len(cell) < 160
    assert named.startswith("Filia 0 (")
    assert rest == f"and {10 - len(named.split('; '))} more"
    assert named.count(";") < 7


def test_the_column_is_chosen_and_remembered_like_any_other(client, firms, kasia, branch):
    browser, key = client.as_(kasia), key_of(branch, "b")
    assert "Centrala" in browser.get("/companies/columns/").content.decode()
    browser.post("/companies/columns/", {"columns": ["title", key]})
    assert "ACME" in browser.get("/companies/?q=lodz").content.decode().partition("<tbody>")[2]


def test_a_saved_view_keeps_filter_and_column(client, firms, kasia, branch):
    from orbita.records.models import SavedView

    browser, key = client.as_(kasia), key_of(branch)
    back = f"{key}.atleast=2&columns=title%2C{key}"
    browser.post(f"/companies/views/?{urlencode({'back': back})}", {"name": "Sieci"})
    assert SavedView.objects.get().query == back
