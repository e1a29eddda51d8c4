"""Bad input: 10,000 relations on one record. Every page answers, in words where it is cut."""

from typing import Any

import pytest
from django.db import connection

from orbita.accounts.tokens import issue_token
from orbita.jobs.testing import run_jobs
from orbita.records.changes import change_set
from orbita.records.models import ChangeSet, Channel
from orbita.records.tests.contract.test_forms import posted
from orbita.records.tests.contract.test_merging import merge_now
from orbita.records.undo import take_back
from orbita.relations.models import Relation
from orbita.relations.tests.wholeness import edges_are_derived

pytestmark = pytest.mark.django_db
COUNT = 10_000
LARGEST = 1_500_000
_RECORDS = """
INSERT INTO records_record (id, kind, title, sort_name, title_key, search_text, owner_id, author_id,
    visibility, custom, version)
SELECT gen_random_uuid(), kind, 'Oddział ' || n, 'Oddział ' || n, 'oddzial ' || n, 'oddzial ' || n,
    owner_id, author_id, visibility, custom, version
FROM records_record, generate_series(1, %s) n WHERE id = %s
"""
_COMPANIES = """
INSERT INTO contacts_company (record_ptr_id, description)
SELECT id, '' FROM records_record WHERE title LIKE 'Oddział %%'
"""
_TIES = """
INSERT INTO relations_relation (id, type_id, a_id, b_id, note, author_id)
SELECT gen_random_uuid(), %s, %s, id, '', author_id
FROM records_record WHERE title LIKE 'Oddział %%'
"""


@pytest.fixture
def hub(make: Any, relation_type: Any, anna: Any) -> tuple[Any, Any]:
    """A company with 10,000 branches, which one deed has brought, and their type."""
    type_ = relation_type(
        "company", "Centrala", "company", "Oddział", section_a="basic", section_b="basic"
    )
    acme = make("company", title="ACME", owner=anna)
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, [COUNT, acme.pk])
        cursor.execute(_COMPANIES)
    named = {"channel": Channel.IMPORT, "label": "oddzialy.csv", "quiet": True}
    with change_set(by=anna, **named), connection.cursor() as cursor:
        cursor.execute(_TIES, [type_.pk, acme.pk])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE records_record, relations_edge, relations_relation")
    return acme, type_


def text_of(answer: Any) -> str:
    """The page, which is no larger than a browser takes gladly."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, body[:500]
    return str(body.decode())


def test_every_page_of_it_answers_and_says_where_it_is_cut(client, hub, anna):
    acme, type_ = hub
    browser, key = client.as_(anna), f"relation{type_.pk}a"
    base = f"/companies/{acme.pk}/"
    parts = {
        base: "ACME",
        f"{base}panels/relations/": "1,000+",
        f"{base}relations/": "1–50",
        f"{base}relations/?page=200": "9951–10000",
        f"{base}relations/?q=9999": "Oddział 9999",
        f"{base}relations/new/suggestions/?type={key}&q=oddzial": "results",
        f"{base}wall/": "oddzialy.csv",
        f"{base}wall/?show=changes": "Oddział",
        f"{base}card/": "ACME",
        f"{base}map/": "",
        f"{base}map/?hops=2": "",
        f"/companies/?columns=title,{key}&q=acme": "+",
        f"/companies/?{key}.atleast=1000": "ACME",
        f"/companies/export/csv/?columns=title,{key}&q=acme": " more",
    }
    for address, word in parts.items():
        page = text_of(browser.get(address, follow=True))
        assert word in page, address
        assert len(page) < LARGEST, address


def test_its_form_says_how_many_there_are_and_leaves_them_alone(client, hub, anna):
    acme, _type = hub
    browser = client.as_(anna)
    answer = browser.get(f"/companies/{acme.pk}/edit/")
    page = text_of(answer)
    assert "10,000" in page
    assert page.count("Oddział ") < 250
    before = Relation.objects.count()
    data = posted(answer.context["form"]) | {"title": "ACME SA"}
    assert browser.post(f"/companies/{acme.pk}/edit/", data).status_code == 302
    assert Relation.objects.count() == before == COUNT


def test_the_api_tells_a_hundred_and_pages_the_rest(client, hub, kasia):
    acme, _type = hub
    headers = {"Authorization": f"Bearer {issue_token(kasia, 'test')}"}
    one = client.get(f"/api/v1/companies/{acme.pk}", headers=headers).json()
    assert len(one["relations"]) == 100
    assert one["relations_more"] is True
    page = client.get(f"/api/v1/relations?record={acme.pk}&limit=100", headers=headers).json()
    assert len(page["items"]) == 100
    assert page["total"] == COUNT or page["total_exceeded"]
    assert page["next"]


def test_pages_of_it_ask_no_more_than_those_of_a_small_one(
    client, hub, make, tie, kasia, anna, django_assert_max_num_queries
):
    acme, type_ = hub
    small = make("company", title="Mała", owner=anna)
    for number in range(2):
        tie(type_, small, make("company", title=f"Filia {number}", owner=anna))
    browser = client.as_(kasia)
    for part in ("panels/relations/", "relations/", "card/"):
        counts = []
        for record in (small, acme):
            browser.get(f"/companies/{record.pk}/{part}")
            with django_assert_max_num_queries(40) as asked:
                browser.get(f"/companies/{record.pk}/{part}")
            counts.append(len(asked))
        assert counts[1] <= counts[0] + 2, part


def test_it_is_merged_and_undone_whole(hub, make, anna):
    acme, _type = hub
    other = make("company", title="Acme SA", owner=anna)
    changes = merge_now(acme.kind_object, anna, [other, acme])
    assert Relation.objects.filter(a=other.pk).count() == COUNT
    taken_back(changes, anna)
    assert Relation.objects.filter(a=acme.pk).count() == COUNT
    assert edges_are_derived()


def test_the_deed_that_brought_them_is_undone_whole(hub, anna):
    undo = taken_back(ChangeSet.objects.get(label="oddzialy.csv"), anna)
    assert undo.counts["reversed"] == COUNT + 1
    assert not Relation.objects.exists()
    assert edges_are_derived()


def taken_back(changes: ChangeSet, by: Any) -> Any:
    """The undo, done in the worker if it is long."""
    undo = take_back(changes, by=by)
    run_jobs()
    undo.refresh_from_db()
    assert undo.is_done
    return undo
