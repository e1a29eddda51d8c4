"""Every kind's list: each filter, each order, pages that miss and repeat nothing."""

import re

import pytest
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from orbita.records.listing.listing import Listing
from orbita.records.listing.query import ListQuery
from orbita.records.tests.contract.conftest import filter_value

pytestmark = pytest.mark.django_db


def listing(kind, viewer, address=""):
    query = ListQuery.read(kind, viewer, QueryDict(address))
    assert query.errors == []
    return Listing(query)


def test_every_filter_with_every_operator_answers(kind, full, kasia):
    record, rows = full(kind), {}
    for field in kind.fields(kasia).values():
        used = field.filter()
        for operator in used.operators if used else ():
            needs_choice = used.widget == "picker" or not used.options(kasia)
            if used.widget in ("picker", "choice") and needs_choice and operator in ("is", "not"):
                continue
            value = filter_value(used, operator, kasia)
            found = listing(kind, kasia, f"{field.key}.{operator}={value}")
            rows[field.key, operator] = found.page().records
            assert rows[field.key, operator] in ([], [record]), (field.key, operator)
            assert all(found.query.conditions[0].words(kasia)), (field.key, operator)
        if (field.key, "filled") in rows:
            assert rows[field.key, "filled"] + rows[field.key, "empty"] == [record], field.key


@pytest.mark.parametrize("direction", ["", "-"])
def test_pages_in_every_order_show_each_record_once_and_lead_back(
    kind, make, full, kasia, direction
):
    for number in range(5):
        full(kind) if number % 2 else make(kind.key, owner=kasia, **named(kind, f"Ż{number}"))
    for field in kind.fields(kasia).values():
        if field.order_by() is None:
            continue
        forward, back = walk(kind, kasia, f"sort={direction}{field.key}")
        assert len(set(forward)) == 5, field.key
        assert forward == back, field.key


def named(kind, name):
    return {"last_name": name} if kind.title_from != ("title",) else {"title": name}


def walk(kind, viewer, address):
    """The ids on the way to the last page, and on the way back; pages of two."""
    forward, pages = [], []
    after = ""
    while True:
        found = listing(kind, viewer, address)
        found.query.size, found.query.after = 2, after
        page = found.page()
        forward += [record.pk for record in page.records]
        pages.append(page)
        after = page.next
        if not after:
            break
    back = [record.pk for record in pages[-1].records]
    before = pages[-1].previous
    while before:
        found = listing(kind, viewer, address)
        found.query.size, found.query.before = 2, before
        page = found.page()
        back = [record.pk for record in page.records] + back
        before = page.previous
    return forward, back


def test_a_list_page_costs_the_same_for_one_row_and_for_many(kind, full, client, kasia, features):
    browser = client.as_(kasia)
    full(kind)
    browser.get(f"/{kind.slug}/")
    few = count_queries(browser, f"/{kind.slug}/")
    for _ in range(12):
        full(kind)
    many = count_queries(browser, f"/{kind.slug}/")
    assert many == few
    assert many <= 12


def count_queries(browser, address):
    from django.db import connection

    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    statements = [q["sql"] for q in captured.captured_queries if not is_frame(q["sql"])]
    return len(statements)


def is_frame(sql):
    """Transaction control, which is no question to a table."""
    return bool(re.match(r"(SAVEPOINT|RELEASE|ROLLBACK)", sql))


def test_an_unknown_filter_is_refused_in_words_like_a_forbidden_one(kind, client, kasia, features):
    page = client.as_(kasia).get(f"/{kind.slug}/?owner__password.is=x&nosuch.is=1")
    text = page.content.decode()
    assert "The filter “owner__password.is” is not known" in text
    assert "The filter “nosuch.is” is not known" in text


def test_a_list_sorts_by_the_polish_alphabet(kind, make, kasia):
    from django.utils import translation

    for name in ("Żaba", "Łan", "Lew", "Cep", "Ćma", "Zez"):
        make(kind.key, owner=kasia, **named(kind, name))
    with translation.override("pl"):
        found = listing(kind, kasia).page().records
    assert [record.title for record in found] == ["Cep", "Ćma", "Lew", "Łan", "Zez", "Żaba"]
