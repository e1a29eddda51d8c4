"""Lists of the API are the lists of the pages, in few queries."""

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from orbita.api.openapi.document import is_built_in
from orbita.records.kinds import kinds
from orbita.records.listing.listing import Listing
from orbita.records.listing.query import ListQuery
from orbita.records.models import Visibility

MAX_QUERIES = 14  # twelve, the token and the settings
SLUGS = ["companies", "persons", "deals", "products", "spaces"]


@pytest.fixture
def world(make, kasia, marek, ewa):
    """Companies that differ in every way that lists can tell."""
    cities = ["Kraków", "Łódź", "", "Kraków", "Ćmielów"]
    for number in range(12):
        make(
            "company",
            title=f"Firma {number:02}",
            owner=[kasia, marek, ewa, None][number % 4],
            visibility=[Visibility.PUBLIC, Visibility.RESTRICTED, Visibility.HIDDEN][number % 3],
            tags=["VIP"] if number % 2 else [],
            city=cities[number % 5],
            phones=[{"value": f"+48 600 100 2{number:02}", "label": ""}],
        )


QUERIES = [
    "",
    "sort=-created_at",
    "sort=city",
    "sort=-city",
    "sort=owner",
    "city.is=Krak%C3%B3w",
    "city.empty=1",
    "tags.filled=1&sort=-title",
    "owner.is=me",
    "q=firma",
    "q=600100203",
    "created_at.in=today",
    "title.contains=1&visibility.is=1",
]


@pytest.mark.parametrize("person", ["kasia", "marek", "anna"])
def test_rows_and_pages_are_those_of_the_page(request, call, world, anna, person):
    viewer = request.getfixturevalue(person)
    api = call(viewer)
    for query in QUERIES:
        listing = Listing(ListQuery.read(kinds.get("companies"), viewer, QueryDict(query)))
        listing.query.size = 100
        wanted = [str(record.pk) for record in listing.page().records]
        pages = pages_of(api, query)
        assert {page["total"] for page in pages} == {len(wanted)}, query
        assert [item["id"] for page in pages for item in page["items"]] == wanted, query
        if len(pages) > 1:
            address = f"/companies?{query}&limit=3&cursor={pages[-1]['previous']}"
            assert api.get(address).json()["items"] == pages[-2]["items"], query


def pages_of(api, query):
    """All pages of the list, three rows each."""
    pages, cursor = [], ""
    while not pages or cursor:
        pages.append(api.get(f"/companies?{query}&limit=3&cursor={cursor}").json())
        cursor = pages[-1]["next"]
    return pages


@pytest.fixture
def many(make, kasia, ewa):
    """`many("deal", 50)`: as many records, each with every sort of satellite."""

    def make_many(key: str, count: int) -> None:
        values: dict[str, Any] = {}
        if key in ("person", "deal"):
            values["company"] = make("company", title="Na końcu")
        if key == "person":
            values["last_name"] = "Kowal"
        if key == "deal":
            values |= {"persons": [make("person", last_name="Nowak")]}
        if key in ("company", "person"):
            values |= {"city": "Kraków", "emails": [{"value": "a@b.example", "label": ""}]}
        if key != "person":
            values["title"] = "Rekord"
        for _number in range(count):
            make(
                key, owner=ewa, by=kasia, participants=[kasia], tags=["VIP"], groups=["G"], **values
            )

    return make_many


@pytest.mark.parametrize("key", ["company", "person", "deal", "product", "space"])
def test_a_list_costs_the_same_for_one_row_and_for_fifty(call, many, kasia, key):
    slug = kinds.by_key(key).slug
    api = call(kasia)
    counts = []
    for rows in (1, 49, 5):
        many(key, rows)
        api.get(f"/{slug}")
        with CaptureQueriesContext(connection) as queries:
            page = api.get(f"/{slug}?limit=50").json()
        counts.append(len(queries))
        assert page["items"][0]["tags"] == ["VIP"]
    assert max(counts) <= MAX_QUERIES, [query["sql"][:150] for query in queries]
    assert len(page["items"]) == 50


def test_the_catalogue_tells_what_a_program_needs(call, features, kasia):
    items = {kind["slug"]: kind for kind in call(kasia).get("/kinds").json()["items"]}
    assert [slug for slug in items if is_built_in(kinds.get(slug))] == SLUGS
    fields = {field["key"]: field for field in items["companies"]["fields"]}
    assert fields["nip"]["operators"] == ["is", "starts", "filled", "empty"]
    assert fields["number"]["editable"] is False
    assert fields["title"]["required"] is True
    rights = ("add", "edit", "delete", "import", "export", "bulk")
    assert items["companies"]["rights"] == dict.fromkeys(rights, True)


def test_search_finds_by_words_in_any_order_and_by_phone(call, make, kasia):
    make("company", title="Żółta Łódź", phones=[{"value": "+48 600 100 200", "label": ""}])
    make("person", first_name="Jan", last_name="Łódzki")
    api = call(kasia)
    for query in ("lodz zolta", "600-100-200", "ŻÓŁ"):
        items = api.get(f"/search?q={query}").json()["items"]
        assert [item["title"] for item in items] == ["Żółta Łódź"]
    assert len(api.get("/search?q=lod").json()["items"]) == 2
    assert [i["kind"] for i in api.get("/search?q=lod&kind=persons").json()["items"]] == ["persons"]
    assert api.get("/search?q=").json()["items"] == []
    assert api.get("/search?q=lod&kind=gadgets").status_code == 400
    assert api.get("/search?query=lod").status_code == 400


def test_head_answers_like_get_without_a_body(call, kasia, make):
    record, hers = make("company", title="Żółw", owner=kasia), call(kasia)
    for path in ("/companies", f"/companies/{record.pk}"):
        whole, head = hers.get(path), hers("HEAD", path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.get("ETag") == whole.get("ETag")
        assert head["Content-Type"] == whole["Content-Type"]
    assert hers("HEAD", "/companies/none").status_code == 404
    assert call(None)("HEAD", "/companies").status_code == 401
