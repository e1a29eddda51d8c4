"""Account settings > Segmentation: what administrators set up, and that it is computed."""

from typing import Any

import pytest

from orbita.accounts.audit import AuditAction
from orbita.accounts.models import AuditEntry
from orbita.deals.models import DealStatus
from orbita.jobs.testing import run_jobs
from orbita.records.changes import change_set
from orbita.records.models import (
    CustomField,
    Group,
    Segment,
    Segmentation,
    SegmentParameter,
    SegmentRange,
)
from orbita.records.segments import changing
from orbita.records.tests.segments.conftest import parameter, segment_of, set_up

BASE = "/settings/segments/companies/"
CONFIGURED = (Segment, SegmentParameter, SegmentRange)


def rows() -> list[list[Any]]:
    """All that is set up."""
    return [list(model.objects.order_by("pk").values_list()) for model in CONFIGURED]


def page(client: Any, url: str = BASE) -> str:
    """The text of a page."""
    answer = client.get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def admin(client: Any, anna: Any, features: None) -> Any:
    """Anna's browser."""
    return client.as_(anna)


def test_the_menu_leads_to_the_first_kind_and_tabs_to_the_other(admin):
    assert "Segmentation" in page(admin, "/settings/sources/")
    assert admin.get("/settings/segments/")["Location"] == BASE
    text = page(admin)
    assert "/settings/segments/persons/" in text
    assert "/settings/segments/deals/" not in text
    assert admin.get("/settings/segments/deals/").status_code == 404


def test_a_segmentation_is_set_up_and_computed_at_once(admin, make, kasia):
    acme = make("company", title="ACME", owner=kasia)
    make("deal", title="x", company=acme, value=30_000, status=DealStatus.WON.value, owner=kasia)
    admin.post(f"{BASE}new/", {"name": "Złoty", "from_points": "20"})
    admin.post(f"{BASE}parameters/new/", {"field": "won_value", "weight": "4"})
    url = f"{BASE}parameters/{parameter('won_value').pk}/ranges/new/"
    admin.post(url, {"operator": "from", "value": "25 000", "points": "5"})
    assert segment_of(acme) == ("Złoty", 20)
    text = page(admin)
    assert "from 20 points" in text
    assert "1 record" in text
    assert "Value of won deals" in text
    assert "from 25,000" in text
    assert Segmentation.objects.get(kind="company").outdated_at is None


def test_the_example_is_taken_over_once(admin, make, kasia):
    acme = make("company", title="ACME", nip="5260250274", owner=kasia)
    assert "Begin with an example" in page(admin)
    admin.post(f"{BASE}example/")
    before = rows()
    assert segment_of(acme) == ("C", 5)
    assert [name for _pk, _kind, name, *_rest in before[0]] == ["A", "B", "C"]
    admin.post(f"{BASE}example/")
    assert rows() == before
    assert "Begin with an example" not in page(admin)
    assert "Begin with an example" in page(admin, "/settings/segments/persons/")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": "", "from_points": "5"}, "Enter a name"),
        ({"name": " \u200b ", "from_points": "5"}, "Enter a name"),
        ({"name": " a ", "from_points": "5"}, "There is such a segment already"),
        ({"name": "B", "from_points": "10"}, "Another segment begins at so many points"),
        ({"name": "B", "from_points": "x"}, "Enter a whole number."),
        ({"name": "B", "from_points": "100001"}, "less than or equal to 100000"),
    ],
)
def test_a_bad_segment_is_refused_at_its_field_and_nothing_is_stored(admin, anna, data, sentence):
    set_up("company", {"A": 10}, by=anna)
    before = rows()
    answer = admin.post(f"{BASE}new/", data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert rows() == before


def test_a_form_sent_twice_adds_one(admin):
    for _time in range(2):
        answer = admin.post(f"{BASE}new/", {"name": "A", "from_points": "0"})
    assert answer.status_code == 422
    for _time in range(2):
        answer = admin.post(f"{BASE}parameters/new/", {"field": "nip", "weight": "1"})
    assert answer.status_code == 422
    url = f"{BASE}parameters/{parameter('nip').pk}/ranges/new/"
    for _time in range(2):
        answer = admin.post(url, {"operator": "filled", "points": "1"})
    assert answer.status_code == 422
    assert [len(one) for one in rows()] == [1, 1, 1]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"operator": "from", "value": "x", "points": "1"}, "Enter a valid value."),
        ({"operator": "from", "value": "", "points": "1"}, "Enter a valid value."),
        ({"operator": "from", "value": "1", "points": "1001"}, "less than or equal to 1000"),
        ({"operator": "from", "value": "1", "points": ""}, "This field is required."),
        ({"operator": "atleast", "value": "1", "points": "1"}, "Select a valid choice."),
    ],
)
def test_a_bad_range_is_refused_at_its_field_and_nothing_is_stored(admin, anna, data, sentence):
    set_up("company", {"A": 10}, by=anna, won_deals=())
    before = rows()
    url = f"{BASE}parameters/{parameter('won_deals').pk}/ranges/new/"
    answer = admin.post(url, data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert rows() == before


def test_a_changed_range_weight_and_step_move_records_at_once(admin, make, anna, kasia):
    acme = make("company", title="ACME", nip="5260250274", owner=kasia)
    set_up("company", {"A": 5, "B": 0}, by=anna, nip=(("filled", [], 1),))
    nip, a = parameter("nip"), Segment.objects.get(name="A")
    one = SegmentRange.objects.get()
    assert segment_of(acme) == ("B", 1)
    admin.post(f"{BASE}parameters/{nip.pk}/", {"weight": "10"})
    assert segment_of(acme) == ("A", 10)
    admin.post(f"{BASE}{a.pk}/", {"name": "Złoty", "from_points": "11"})
    assert segment_of(acme) == ("B", 10)
    url = f"{BASE}parameters/{nip.pk}/ranges/{one.pk}/"
    assert 'value="1"' in page(admin, url)
    admin.post(url, {"operator": "filled", "points": "2"})
    assert segment_of(acme) == ("Złoty", 20)
    admin.post(f"{BASE}{a.pk}/deletion/")
    assert segment_of(acme) == ("B", 20)
    admin.post(f"{url}deletion/")
    assert segment_of(acme) == ("B", 0)
    admin.post(f"{BASE}parameters/{nip.pk}/deletion/")
    assert [len(some) for some in rows()] == [1, 0, 0]
    assert admin.post(f"{BASE}parameters/{nip.pk}/deletion/").status_code == 404


def test_the_order_of_ranges_decides_and_that_of_parameters_is_kept(admin, make, anna, kasia):
    acme = make("company", title="ACME", nip="5260250274", owner=kasia)
    set_up(
        *("company", {"A": 0}),
        by=anna,
        nip=(("filled", [], 1), ("starts", ["526"], 7)),
        city=(),
    )
    assert segment_of(acme) == ("A", 1)
    first, second = SegmentRange.objects.values_list("pk", flat=True)
    url = f"{BASE}parameters/{parameter('nip').pk}/ranges/order/"
    admin.post(url, {"id": [second, first]}, headers={"HX-Request": "true"})
    assert segment_of(acme) == ("A", 7)
    ids = [parameter("city").pk, parameter("nip").pk]
    admin.post(f"{BASE}parameters/order/", {"id": ids})
    assert [one.pk for one in SegmentParameter.objects.all()] == ids


def test_a_range_of_a_choice_takes_several_values(admin, make, anna, kasia):
    shelves = [Group.named("contacts", name).pk for name in ("Klienci", "Partnerzy")]
    acme = make("company", title="ACME", groups=["Partnerzy"], owner=kasia)
    set_up("company", {"A": 0}, by=anna, groups=())
    url = f"{BASE}parameters/{parameter('groups').pk}/ranges/"
    admin.post(f"{url}new/", {"operator": "is", "value": shelves, "points": "3"})
    assert segment_of(acme) == ("A", 3)
    text = page(admin)
    assert "is Klienci, Partnerzy" in text
    form = page(admin, f"{url}{SegmentRange.objects.get().pk}/")
    assert form.count(" selected") >= 2


def test_fields_that_not_everybody_sees_are_not_offered_and_give_no_points(
    admin, make, anna, kasia
):
    custom = CustomField.objects.create(kind="company", label="Marża", type="number")
    secret = CustomField.objects.create(
        kind="company", label="Tajne", type="number", roles=["manager"]
    )
    form = page(admin, f"{BASE}parameters/new/")
    assert "Marża" in form
    assert "Tajne" not in form
    assert 'value="company"' not in form
    assert 'value="segment"' not in form
    answer = admin.post(f"{BASE}parameters/new/", {"field": secret.key, "weight": "1"})
    assert answer.status_code == 422
    set_up("company", {"A": 0}, by=anna, **{custom.key: (("from", ["10"], 4),)})
    acme = make("company", title="ACME", owner=kasia)
    acme.custom = {str(custom.pk): 12}
    with change_set(by=anna):
        acme.save()
    assert segment_of(acme) == ("A", 4)
    data = {"label": "Marża", "section": "other", "roles": ["manager"]}
    answer = admin.post(f"/settings/forms/fields/companies/{custom.pk}/", data)
    custom.refresh_from_db()
    assert "manager" in custom.roles
    run_jobs()
    assert segment_of(acme) == ("A", 0)
    assert "Not everybody may see this field" in page(admin)


def test_the_page_says_that_points_are_being_computed(admin, make, kasia, monkeypatch):
    monkeypatch.setattr(changing, "AT_ONCE", 0)
    make("company", title="ACME", owner=kasia)
    admin.post(f"{BASE}new/", {"name": "A", "from_points": "0"})
    assert "are being computed" in page(admin)
    run_jobs()
    assert "are being computed" not in page(admin)


def test_who_is_no_administrator_is_refused_and_nothing_changes(client, anna, marek, features):
    set_up("company", {"A": 0}, by=anna, nip=(("filled", [], 1),))
    before = rows()
    client.as_(marek)
    pk, number = parameter("nip").pk, SegmentRange.objects.get().pk
    segment = Segment.objects.get().pk
    assert client.get(BASE).status_code == 403
    for url, data in (
        ("new/", {"name": "B", "from_points": "5"}),
        (f"{segment}/", {"name": "B", "from_points": "5"}),
        (f"{segment}/deletion/", {}),
        ("parameters/new/", {"field": "city", "weight": "1"}),
        (f"parameters/{pk}/", {"weight": "5"}),
        (f"parameters/{pk}/deletion/", {}),
        (f"parameters/{pk}/ranges/new/", {"operator": "empty", "points": "1"}),
        (f"parameters/{pk}/ranges/{number}/", {"operator": "empty", "points": "1"}),
        (f"parameters/{pk}/ranges/{number}/deletion/", {}),
        ("example/", {}),
    ):
        assert client.post(f"{BASE}{url}", data).status_code == 403, url
    assert rows() == before


def test_ids_of_another_kind_do_not_exist_here(admin, anna):
    set_up("person", {"A": 0}, by=anna, city=(("filled", [], 1),))
    before = rows()
    pk, number = parameter("city").pk, SegmentRange.objects.get().pk
    for url in (
        f"{Segment.objects.get().pk}/deletion/",
        f"parameters/{pk}/deletion/",
        f"parameters/{pk}/ranges/{number}/deletion/",
    ):
        assert admin.post(f"{BASE}{url}").status_code == 404
    assert rows() == before


def test_changes_stand_in_the_audit_log(admin, anna):
    admin.post(f"{BASE}new/", {"name": "A", "from_points": "5"})
    entry = AuditEntry.objects.get(action=AuditAction.SETTING_CHANGED)
    assert (entry.actor, entry.subject) == (anna, "segments: company")
    assert entry.details["before"]["segments"] == {}
    assert entry.details["after"]["segments"] == {"A": 5}
    assert "Segmentation › Companies" in page(admin, "/settings/audit/")
