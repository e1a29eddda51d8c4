"""The start page, empty and full."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orbita.jobs.testing import run_jobs
from orbita.records.models import Record
from orbita.records.saving import save_record

pytestmark = pytest.mark.django_db


def page_of(client, user, url="/"):
    answer = client.as_(user).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_account_says_honestly_what_would_be_here(client, kasia):
    page = page_of(client, kasia)
    assert "The records that you open will wait here." in page
    assert "You follow what you add and what you own" in page
    assert "Every record has somebody who looks after it." in page
    assert "Nothing of yours has waited longer than 90 days." in page


def test_a_full_start_page_shows_what_waits_and_asks_few_questions(
    client, anna, kasia, make, django_assert_max_num_queries
):
    mine = [make("company", title=f"Młyn {n}", owner=kasia) for n in range(12)]
    for n in range(12):
        make("person", first_name="Jan", last_name=f"Niczyj {n}", by=anna)
    old = timezone.now() - timedelta(days=120)
    Record.objects.filter(pk=mine[0].pk).update(updated_at=old)
    client.as_(kasia).get(mine[3].get_absolute_url())
    for company in mine[4:10]:
        save_record(company, {"owner": anna}, by=anna)
        save_record(company, {"owner": kasia}, by=anna)
    run_jobs(limit=200)
    with django_assert_max_num_queries(15):
        page = client.get("/").content.decode()
    assert "Młyn 0" in page
    assert "Młyn 3" in page
    assert "Niczyj 11" in page
    assert "Take over" in page
    assert "You are the owner now" in page


def test_records_closed_to_the_viewer_are_not_offered(client, anna, kasia, piotr, make):
    hidden = make("company", title="Fuzja X", visibility=3, by=piotr)
    make("company", title="Niczyja zamknięta", visibility=2, by=piotr)
    assert hidden.owner is None
    page = page_of(client, kasia)
    assert "Fuzja X" not in page
    assert "Niczyja" not in page


def test_taking_over_empties_the_list_of_the_ownerless(client, kasia, anna, make):
    company = make("company", title="Bezpańska", by=anna)
    assert "Bezpańska" in page_of(client, kasia)
    client.post(f"/companies/{company.pk}/ownership/")
    company.refresh_from_db()
    assert company.owner == kasia
    assert "Every record has somebody" in page_of(client, kasia)
