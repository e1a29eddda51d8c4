"""Questions that are worded once give what a queryset gives, and a list believes in its size."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.models.expressions import RawSQL
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from orbita.contacts.models import Company
from orbita.records.kinds import kinds
from orbita.records.listing import listing as listings
from orbita.records.listing.listing import Listing, whole_rows
from orbita.records.listing.query import ListQuery
from orbita.records.listing.walking import Walk
from orbita.records.listing.whole import is_worded_once
from orbita.ui.questions import Question, Varies

pytestmark = pytest.mark.django_db


def test_a_question_gives_whole_rows_with_every_column_in_pythons_types(make, anna):
    made = [make("company", title=f"Firma {n}", owner=anna) for n in range(3)]
    Company.objects.update(custom={"a": [1, None]})
    asked = whole_rows(kinds.get("companies"), [one.pk for one in made[:2]], [])
    wanted = list(Company.objects.filter(pk__in=[one.pk for one in made[:2]]))
    names = [field.attname for field in Company._meta.concrete_fields]
    read = [{name: getattr(row, name) for name in names} for row in asked]
    assert sorted(read, key=lambda row: row["title"]) == sorted(
        ({name: getattr(row, name) for name in names} for row in wanted),
        key=lambda row: row["title"],
    )
    assert all(isinstance(row, Company) and not row._state.adding for row in asked)


def test_a_question_is_worded_anew_only_for_other_arguments(make, anna):
    made = make("company", title="Firma", owner=anna)
    built = []

    def build(ids, order):
        built.append(order)
        return Company.objects.filter(pk__among=ids).order_by(order).values_list("title")

    question = Question(build)
    assert question.rows([made.pk], "title") == [("Firma",)]
    assert question.rows([], "title") == []
    assert question.rows([made.pk], "number") == [("Firma",)]
    assert built == ["title", "number"]


def test_what_varies_is_a_parameter_and_no_new_wording(make, anna):
    make("company", title="Alfa", owner=anna)
    make("company", title="Beta", owner=anna)
    built = []

    def build(_ids, title):
        built.append(title)
        return Company.objects.filter(title=RawSQL("%s", (title,))).values_list("title")

    question = Question(build)
    assert question.rows((), Varies("Alfa")) == [("Alfa",)]
    assert question.rows((), Varies("Beta")) == [("Beta",)]
    assert question.rows((), Varies("x' OR 1=1 --")) == []
    assert len(built) == 1


@pytest.mark.parametrize("viewer", ["anna", "marek", "kasia", "ewa"])
def test_a_page_worded_once_is_the_page_of_whoever_asks(make, viewer, request, anna, marek, kasia):
    for number, owner in enumerate((anna, marek, kasia, None) * 3):
        make("company", title=f"F{number}", owner=owner, visibility=1 + number % 3)
    user = request.getfixturevalue(viewer)
    for address in ("", "sort=-created_at", "sort=nip", "sort=city&last=1", "sort=-number"):
        query = ListQuery.read(kinds.get("companies"), user, QueryDict(address))
        listing, ordering = Listing(query), query.fields[query.sort].order_by()
        walk = Walk(listing.matching(), ordering, descending=query.descending)
        assert is_worded_once(query)
        for size in (2, 50):
            asked = listing.ids(size, None, backwards=query.last)
            assert asked == walk.ids(size, None, backwards=query.last)
            assert asked[0]


def test_a_long_list_is_counted_once_a_minute_and_a_short_one_each_time(make, anna, monkeypatch):
    monkeypatch.setattr(listings, "FEW", 2)
    monkeypatch.setattr(listings, "_known_to_be_many", {})
    now = SimpleNamespace(monotonic=lambda: 1000.0)
    monkeypatch.setattr(listings, "time", now)

    def counted():
        listing = Listing(ListQuery.read(kinds.get("companies"), anna, {"size": "25"}))
        with CaptureQueriesContext(connection) as asked:
            count = listing.count()
        return str(count), any("COUNT(" in one["sql"] for one in asked)

    make("company", title="Pierwsza")
    make("company", title="Druga")
    assert counted() == ("2", True)
    make("company", title="Trzecia")
    assert counted() == ("2+", True)
    assert counted() == ("2+", False)
    now.monotonic = lambda: 1061.0
    assert counted() == ("2+", True)
