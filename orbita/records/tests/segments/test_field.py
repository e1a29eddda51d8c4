"""The segment where people meet it: profile, list, card, export, API. Nobody sets it."""

import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orbita.api.tests.conftest import Caller
from orbita.deals.models import DealStatus
from orbita.imports import importing
from orbita.imports.tests.conftest import csv_file
from orbita.preferences.cached import touch
from orbita.preferences.models import StoredSetting
from orbita.records.models import (
    ChangeSet,
    OperationRun,
    Record,
    Segment,
    Segmentation,
    Visibility,
)
from orbita.records.segments import changing
from orbita.records.tests.segments.conftest import save, segment_of, set_up
from orbita.records.undo import take_back
from orbita.ui.ids import uuid7

WON = DealStatus.WON.value
ADDRESS = {"label": "", "street": "Długa 7", "postcode": "31-146", "city": "Kraków", "country": ""}


def titles(page: Any) -> list[str]:
    """The names in a list, in their order."""
    return re.findall(r'class="row-link name"[^>]*>([^<]+)<', page.content.decode())


def section(page: Any, label: str) -> str:
    """The part of the left column under this heading."""
    text = page.content.decode()
    return text.split(f"<h2>{label}</h2>")[1].split("</details>")[0]


@pytest.fixture
def five(make: Any, kasia: Any, example: Any) -> dict[str, Any]:
    """Companies of Kasia's in A, B and C, and a restricted one in A."""
    example("company")
    found = {
        name: make("company", title=name, owner=kasia) for name in ("Alfa", "Beta", "Gamma", "Tau")
    }
    for name, value in (("Alfa", 100_000), ("Beta", 20_000), ("Tau", 300_000)):
        make("deal", title="x", company=found[name], value=value, status=WON, owner=kasia)
    save(found["Tau"], kasia, visibility=Visibility.RESTRICTED)
    return found


def test_address_and_segment_stand_under_other_data_and_the_segment_is_read_only(
    client, make, anna, kasia, features
):
    set_up("company", {"A": 5}, by=anna, nip=(("filled", [], 7),))
    acme = make("company", title="ACME", nip="5260250274", addresses=[ADDRESS], owner=kasia)
    client.as_(kasia)
    part = section(client.get(f"/companies/{acme.pk}/"), "Other data")
    assert "Długa 7" in part
    assert re.search(r'id="value-segment".*?>A</span>.*?7 points', part, re.S)
    assert f"/companies/{acme.pk}/fields/segment/" not in part
    assert client.get(f"/companies/{acme.pk}/fields/segment/").status_code == 404
    assert 'name="segment"' not in client.get(f"/companies/{acme.pk}/edit/").content.decode()
    data = {"title": "ACME", "nip": "5260250274", "visibility": "1", "owner": str(kasia.pk)}
    client.post(f"/companies/{acme.pk}/edit/", {**data, "segment": "99", "segment_points": "99"})
    assert segment_of(acme) == ("A", 7)


def test_without_segments_there_is_no_such_field(client, make, kasia):
    acme = make("company", title="ACME", owner=kasia)
    client.as_(kasia)
    assert "value-segment" not in client.get(f"/companies/{acme.pk}/").content.decode()
    page = client.get("/companies/?segment.filled=1").content.decode()
    assert "The filter “segment.filled” is not known" in page
    assert client.get(f"/companies/{acme.pk}/segment/").status_code == 404


def test_kinds_without_segmentation_have_none(client, kasia, five):
    page = client.as_(kasia).get("/deals/columns/").content.decode()
    assert 'value="owner"' in page
    assert 'value="segment"' not in page


def test_a_list_shows_filters_and_sorts_by_segments(client, kasia, five):
    client.as_(kasia)
    a = Segment.objects.get(name="A").pk
    page = client.get("/companies/?columns=title,segment&sort=-segment")
    assert titles(page) == ["Tau", "Alfa", "Beta", "Gamma"]
    assert len(
        re.findall(r"<td[^>]*><span class=\"tag tone-\d\">[ABC]</span>", page.content.decode())
    )
    assert titles(client.get(f"/companies/?segment.is={a}")) == ["Alfa", "Tau"]
    assert titles(client.get(f"/companies/?segment.not={a}")) == ["Beta", "Gamma"]
    assert titles(client.get("/companies/?segment.empty=1")) == []
    assert titles(client.get("/companies/?sort=segment")) == ["Gamma", "Beta", "Alfa", "Tau"]
    page = client.get("/companies/?segment.is=999").content.decode()
    assert "The filter “segment.is” is not known" in page


@pytest.mark.parametrize("is_complete", [True, False])
def test_who_is_in_no_segment_is_found_also_while_points_are_computed(
    client, make, anna, kasia, features, is_complete
):
    for title in ("Beta", "Alfa", "Gamma"):
        make("company", title=title, owner=kasia)
    ranges = (("is", ["Alfa"], 20), ("is", ["Beta"], 10))
    set_up("company", {"B": 10, "A": 20}, by=anna, title=ranges)
    if not is_complete:
        Segmentation.objects.update(outdated_at=timezone.now())
        touch("segments")
    assert titles(client.as_(kasia).get("/companies/?segment.empty=1")) == ["Gamma"]
    assert titles(client.get("/companies/?segment.filled=1")) == ["Alfa", "Beta"]


def test_the_order_by_points_goes_from_page_to_page_and_has_all(
    client, make_many, anna, kasia, features
):
    make_many("company", 60, title="Firma {}", owner=kasia)
    set_up("company", {"A": 0}, by=anna, title=(("contains", ["3"], 5), ("contains", ["4"], -5)))
    client.as_(kasia)
    for sort in ("segment", "-segment"):
        first = client.get(f"/companies/?sort={sort}&size=25")
        found = titles(first)
        for _page in range(2):
            url = re.search(r'href="([^"]*after=[^"]+)"', first.content.decode())[1]
            first = client.get(url.replace("&amp;", "&"))
            found += titles(first)
        assert sorted(found) == sorted(f"Firma {number}" for number in range(60))
        assert titles(client.get(f"/companies/?sort={sort}&size=25&last=1"))[-1] == found[-1]


def test_records_that_wait_to_be_computed_stand_last_by_points(
    client, make, anna, kasia, monkeypatch, features
):
    for name in ("Alfa", "Beta"):
        make("company", title=name, owner=kasia)
    monkeypatch.setattr(changing, "AT_ONCE", 0)
    set_up("company", {"A": 0}, by=anna, title=(("is", ["Gamma"], -1),))
    make("company", title="Gamma", owner=kasia)
    client.as_(kasia)
    assert titles(client.get("/companies/?sort=segment")) == ["Gamma", "Alfa", "Beta"]
    assert titles(client.get("/companies/?sort=-segment")) == ["Gamma", "Beta", "Alfa"]


def test_a_closed_record_betrays_its_segment_neither_by_value_nor_by_place(client, ewa, five):
    client.as_(ewa)
    a = Segment.objects.get(name="A").pk
    page = client.get("/companies/?columns=title,segment")
    assert titles(page) == ["Alfa", "Beta", "Gamma", "Tau"]
    row = page.content.decode().split(">Tau<")[1].split("</tr>")[0]
    assert "tag tone" not in row
    assert titles(client.get(f"/companies/?segment.is={a}")) == ["Alfa"]
    assert titles(client.get("/companies/?sort=-segment")) == ["Alfa", "Beta", "Gamma"]
    assert client.get(f"/companies/{five['Tau'].pk}/segment/").status_code == 404
    left = client.get("/companies/left/").content.decode()
    assert re.search(r">\s*A\s*<.*?1<", left.split("segment.is=")[1], re.S)


def test_filters_beside_the_list_count_what_the_viewer_may_open(client, kasia, ewa, five):
    def numbers(user: Any) -> list[str]:
        client.as_(user)
        left = client.get("/companies/left/").content.decode()
        parts = re.findall(r"segment\.is=\d+(.*?)</li>", left, re.S)
        return [re.findall(r'class="count[^"]*"[^>]*>([^<]*)', part)[0].strip() for part in parts]

    assert numbers(kasia) == ["2", "1", "1"]
    assert numbers(ewa) == ["1", "1", "1"]


def test_where_the_points_come_from_is_told_parameter_by_parameter(client, kasia, five):
    page = client.as_(kasia).get(f"/companies/{five['Beta'].pk}/segment/").content.decode()
    lines = re.findall(r"<strong>([^<]+)</strong><span class=\"quiet\">([^<]+)</span>", page)
    assert lines == [
        ("Value of won deals", "6 × 5 = 30 points"),
        ("Won deals", "3 × 3 = 9 points"),
        ("NIP", "0 × 1 = 0 points"),
        ("E-mail", "0 × 1 = 0 points"),
        ("Phone", "0 × 1 = 0 points"),
    ]


def test_the_explanation_leaves_out_what_the_role_does_not_see(client, kasia, five):
    StoredSetting.objects.update_or_create(key="rights.user.deal", defaults={"value": []})
    page = client.as_(kasia).get(f"/companies/{five['Beta'].pk}/segment/").content.decode()
    assert "NIP" in page
    assert "Won deals" not in page
    assert "Value of won deals" not in page


def test_the_card_shows_the_segment_to_who_may_open_the_record(client, kasia, ewa, five):
    url, part = f"/companies/{five['Tau'].pk}/card/", {"HX-Request": "true"}
    assert "Segment" in client.as_(kasia).get(url, headers=part).content.decode()
    assert "Segment" not in client.as_(ewa).get(url, headers=part).content.decode()


def test_the_api_gives_the_segment_and_takes_none(kasia, ewa, five):
    api = Caller(kasia)
    pk = five["Beta"].pk
    b = Segment.objects.get(name="B").pk
    value = api.get(f"/companies/{pk}").json()["segment"]
    assert value == {"id": b, "name": "B", "points": 39}
    answer = api.patch(f"/companies/{pk}", {"segment": {"id": b, "name": "A", "points": 99}})
    assert answer.status_code == 422
    assert segment_of(five["Beta"]) == ("B", 39)
    api.patch(f"/companies/{pk}", {"nip": "5260250274"})
    assert segment_of(five["Beta"]) == ("B", 44)
    assert [one["title"] for one in api.get(f"/companies?segment.is={b}").json()["items"]] == [
        "Beta"
    ]
    assert Caller(ewa).get(f"/companies/{five['Tau'].pk}").status_code in (403, 404)


def test_the_export_has_the_segment_and_its_import_changes_nothing(client, kasia, five):
    client.as_(kasia)
    answer = client.get("/companies/export/csv/?columns=title,segment&whole=1")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode("utf-8-sig")
    head = text.splitlines()[0].split(";")
    assert "Segment" in head
    beta = next(line for line in text.splitlines() if "Beta" in line).split(";")
    assert beta[head.index("Segment")] == "B"
    before = {pk: segment_of(one) for pk, one in five.items()}
    kind = five["Beta"].kind_object
    imp = importing.upload(io.BytesIO(body), name="plik.csv", kind=kind, by=kasia)
    importing.run_here(imp, dry_run=False)
    assert imp.counts.get("updated", 0) == imp.counts.get("created", 0) == 0
    assert {pk: segment_of(one) for pk, one in five.items()} == before


def test_an_import_gives_new_companies_their_points(kasia, five):
    rows = [["Nazwa firmy", "NIP"], ["Nowa", "5260250274"]]
    kind = five["Beta"].kind_object
    imp = importing.upload(csv_file(rows), name="plik.csv", kind=kind, by=kasia)
    importing.run_here(imp, dry_run=False)
    assert segment_of(Record.objects.get(title="Nowa")) == ("C", 5)


def test_a_list_operation_on_deals_moves_their_companies(client, make, kasia, five):
    deal = make("deal", title="y", company=five["Gamma"], value=20_000, owner=kasia)
    token = str(uuid7())
    data = {"ids": [str(deal.pk)], "token": token, "value": "won"}
    client.as_(kasia).post("/deals/operations/set-status/runs/", data)
    assert OperationRun.objects.get(pk=token).changed == 1
    assert segment_of(five["Gamma"]) == ("B", 39)


def test_the_undo_of_a_list_operation_is_not_kept_from_it_by_points(client, make, kasia, five):
    deal = make("deal", title="y", company=five["Gamma"], value=20_000, owner=kasia)
    token = str(uuid7())
    data = {"ids": [str(deal.pk)], "token": token, "value": "won"}
    client.as_(kasia).post("/deals/operations/set-status/runs/", data)
    run = OperationRun.objects.get(pk=token)
    undo = take_back(ChangeSet.objects.get(pk=run.changeset_id), by=kasia)
    assert (undo.counts["reversed"], undo.counts["kept"]) == (1, 0)
    assert segment_of(five["Gamma"]) == ("C", 0)


def test_lists_and_profiles_ask_no_more_questions_for_the_segment(client, make, kasia, five):
    client.as_(kasia)

    def asked(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    list_url, profile = "/companies/?columns=title,segment", f"/companies/{five['Alfa'].pk}/"
    with_it = asked(list_url), asked(profile)
    for number in range(5):
        make("company", title=f"Kolejna {number}", owner=kasia)
    assert (asked(list_url), asked(profile)) == with_it
    assert with_it[0] <= 12
    assert with_it[1] <= 20
    Segment.objects.all().delete()
    StoredSetting.objects.filter(key="version.segments").update(value="other")
    assert (asked("/companies/?columns=title"), asked(profile)) == with_it
