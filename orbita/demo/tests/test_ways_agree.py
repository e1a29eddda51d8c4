"""Few rows are sorted, many are walked, frequent conditions are probed: always the same answer."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from orbita import preferences
from orbita.contacts.models import Company, Person
from orbita.preferences import store
from orbita.records.kinds import kinds
from orbita.records.listing import listing as listing_module
from orbita.records.listing import probing
from orbita.records.listing.listing import Listing
from orbita.records.listing.query import ListQuery
from orbita.records.models import Record, Source, Tag
from orbita.records.search import suggest

pytestmark = pytest.mark.django_db
PAGE = 8


@pytest.fixture(autouse=True)
def world(kasia, features):
    call_command("load", companies=44, persons=30, owners=8, vacuum=False, verbosity=0)
    with preferences.snapshot():  # as in a request: the settings, rights among them, are read once
        store.values()
        yield


def addresses(kind):
    city = kind.model.objects.exclude(addresses__city=None).first().addresses.get().city
    tag = Tag.objects.first().pk
    return [
        "visibility.not=3",
        "phones.filled=1",
        "phones.empty=1",
        "emails.contains=example",
        "www.contains=ww.a",
        "www.contains=w.sk",
        "emails.contains=o@",
        "street.starts=ul.",
        "city.filled=1",
        "city.empty=1",
        f"city.is={city}",
        f"city.not={city}",
        "city.contains=a",
        f"city.contains={city[1:5].upper()}",
        f"city.starts={city[:4]}",
        f"tags.is={tag}",
        f"tags.not={tag}",
        "owner.filled=1",
        "owner.empty=1",
        "created_at.in=older90",
        "q=ko",
        "q=ski",
        "title.contains=ow",
        "title.not=xyz",
        "www.filled=1",
        "street.empty=1",
        "postcode.starts=3",
        "postcode.contains=0-",
    ]


def by_name(kind):
    """What is looked for in names."""
    asked = ["q=ski", "title.contains=ow", "title.contains=ska", "title.contains=ko"]
    if kind.slug == "persons":
        last = Person.objects.order_by("-sort_name").first().last_name
        asked += [f"last_name.is={last.upper()}", f"last_name.starts={last[:2]}"]
        asked += ["last_name.is=xyz", "first_name.contains=ann", f"title.contains={last[:2]}"]
    return asked


def walk(kind, viewer, address, sort):
    """All ids, page by page."""
    found, cursor = [], ""
    while True:
        parameters = QueryDict(f"{address}&sort={sort}").copy()
        query = ListQuery.read(kind, viewer, parameters)
        assert query.errors == []
        query.size, query.after = PAGE, cursor
        listing = Listing(query)
        page = listing.page()
        found += [record.pk for record in page.records]
        cursor = page.next
        if not cursor:
            return found, listing.count().number


@pytest.mark.parametrize("slug", ["companies", "persons"])
def test_many_are_walked_in_the_order_in_which_few_are_sorted(slug, kasia, monkeypatch):
    kind = kinds.get(slug)
    sorts = [key for key, field in kind.fields(kasia).items() if field.order_by() is not None]
    asked = addresses(kind)
    cases = [(address, sorts[n % len(sorts)]) for n, address in enumerate(asked)]
    cases += [("visibility.not=3", f"{sign}{sort}") for sort in sorts for sign in ("", "-")]
    cases += [(address, f"{sign}title") for address in by_name(kind) for sign in ("", "-")]
    as_few = [walk(kind, kasia, *case) for case in cases]
    assert any(number > PAGE for _ids, number in as_few)
    monkeypatch.setattr(listing_module, "FEW", 2)
    monkeypatch.setattr(listing_module, "RARE", 2)
    monkeypatch.setattr(listing_module, "RARE_ELSEWHERE", 2)
    monkeypatch.setattr(listing_module, "RARE_PIECES", 2)
    ways = ((True, {1: 2}), (False, {1: 2}), (False, {10_000: 2}))
    for place, (small, ceilings) in enumerate(ways):
        for patience in ("TOGETHER_PATIENCE", "SPREAD_PATIENCE", "FIRST"):
            monkeypatch.setattr(listing_module, patience, (100, 100, 9)[place])
        monkeypatch.setattr(listing_module, "is_small", lambda _table, small=small: small)
        monkeypatch.setattr(probing, "FREQUENT", min(ceilings))
        monkeypatch.setattr(probing, "FEW", 2)
        monkeypatch.setattr(probing, "CEILINGS", ceilings)
        monkeypatch.setattr(probing, "SMALL_CEILINGS", ceilings)
        for case, (ids, number) in zip(cases, as_few, strict=True):
            walked, counted = walk(kind, kasia, *case)
            assert walked == ids, case
            assert counted == min(number, 2), case


def test_frequent_conditions_are_counted_by_probing(kasia, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(listing_module, "is_small", lambda _table: False)
    monkeypatch.setattr(probing, "CEILINGS", {20: 30, 5: 10})
    query = ListQuery.read(kinds.get("companies"), kasia, QueryDict("city.filled=1"))
    with django_assert_num_queries(1):
        assert str(Listing(query).count()) == "30+"


def test_few_rows_are_found_counted_and_sorted_by_one_question(
    kasia, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(listing_module, "is_small", lambda _table: False)
    monkeypatch.setattr(probing, "CEILINGS", {10_000: 1})
    query = ListQuery.read(kinds.get("companies"), kasia, QueryDict("phones.filled=1&sort=city"))
    whole = [pk for (pk, _key, _empty) in Listing(query).ids(100, None, backwards=False)[0]]
    listing = Listing(query)
    with django_assert_num_queries(2):
        steps, more = listing.ids(3, None, backwards=False)
        count = listing.count()
    assert ([pk for pk, _key, _empty in steps], more) == (whole[:3], True)
    assert (count.number, count.exceeded) == (len(whole), False)


@pytest.mark.parametrize(
    "address",
    [
        "tags.is={tag}",
        "tags.not={tag}&tags.not={other}",
        "owner.is=me",
        "owner.not=team:{team}",
        "owner.not={user}",
        "source.empty=1",
        "source.is={source}&source.is=none",
        "title.contains=ska",
    ],
)
@pytest.mark.parametrize("many", [False, True])
def test_a_filtered_page_asks_no_more_than_the_budget(
    address, many, kasia, client, marek, monkeypatch
):
    if many:
        monkeypatch.setattr(listing_module, "is_small", lambda _table: False)
        monkeypatch.setattr(listing_module, "RARE", 1)
        monkeypatch.setattr(listing_module, "RARE_ELSEWHERE", 1)
        monkeypatch.setattr(listing_module, "RARE_PIECES", 1)
        monkeypatch.setattr(probing, "CEILINGS", {10_000: 1})
    tag, other = Tag.objects.filter(family="contacts")[:2]
    source = Source.objects.create(name="Targi")
    Record.objects.filter(owner=None).update(visibility=2)
    address = address.format(
        tag=tag.pk,
        other=other.pk,
        source=source.pk,
        team=kasia.team_id or marek.team_id,
        user=marek.pk,
    )
    client.as_(marek if many else kasia)
    client.get(f"/companies/?{address}")
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"/companies/?{address}")
    assert answer.status_code == 200
    assert len(asked) <= 12, [one["sql"][:100] for one in asked]


def test_what_is_typed_is_found_whether_it_begins_or_is_within(kasia):
    company = Company.objects.listed_for(kasia).order_by("pk").last()
    first = company.title_key[:6]
    beginning = [record.title_key for record in suggest(kasia, first, limit=50)]
    assert company.title_key in beginning
    assert beginning[0].startswith(first)
    within = suggest(kasia, company.title_key[2:8], kind="company", limit=50)
    assert company.pk in [record.pk for record in within]
    listed = Record.objects.listed_for(kasia)
    assert all(listed.filter(pk=record.pk).exists() for record in within)
