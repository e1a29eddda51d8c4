"""The wall of a company says which people and deals were added to it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orbita.records.changes import change_set
from orbita.records.models import Channel, Record, Visibility

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(make, kasia):
    return make("company", title="ACME", owner=kasia)


@pytest.fixture
def wall(client):
    def get(user, record, query=""):
        answer = client.as_(user).get(f"{record.get_absolute_url()}wall/{query}")
        assert answer.status_code == 200
        return answer.content.decode().replace("\xa0", " ")

    return get


def articles(page):
    """The entries that tell of something added, each as plain words and addresses."""
    found = re.findall(r"<article.*?</article>", page, re.S)
    return [one for one in found if "added: " in one]


def older(page):
    found = re.search(r'class="wall-more"><a[^>]* href="[^"?]*(\?[^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_a_company_says_who_added_which_people_and_deals(wall, make, acme, kasia, piotr, marek):
    ada = make("person", last_name="Ada", company=acme, owner=kasia, by=piotr)
    deal = make("deal", title="Wdrożenie", company=acme, persons=[ada], owner=kasia)
    newest, oldest = articles(wall(marek, acme))
    assert "Kasia Nowak" in newest
    assert "added: Deal" in newest
    assert f'href="{deal.get_absolute_url()}"' in newest
    assert "Piotr Lis" in oldest
    assert "added: Person" in oldest
    assert f'href="{ada.get_absolute_url()}"' in oldest
    assert len(articles(wall(marek, acme, "?show=changes"))) == 2
    assert articles(wall(marek, acme, "?show=notes")) == []
    assert articles(wall(marek, acme, "?q=ada")) == []
    assert len(articles(wall(marek, ada))) == 1


def test_what_one_deed_has_added_is_one_entry(wall, make, acme, kasia):
    with change_set(by=kasia, channel=Channel.IMPORT, label="targi.xlsx"):
        people = [make("person", last_name=f"Osoba{n}", company=acme, owner=kasia) for n in "abc"]
    (entry,) = articles(wall(kasia, acme))
    assert "import" in entry
    assert "targi.xlsx" in entry
    assert "and 2 more records" in entry
    assert all(entry.count(f'href="{one.get_absolute_url()}"') == 1 for one in people)


@pytest.mark.parametrize("level", [Visibility.RESTRICTED, Visibility.HIDDEN])
def test_that_something_closed_was_added_nobody_else_reads(wall, make, acme, kasia, ewa, level):
    with change_set(by=kasia):
        make("person", last_name="Jawna", company=acme, owner=kasia)
        secret = make("deal", title="Fuzja", company=acme, owner=kasia, visibility=level)
    (entry,) = articles(wall(ewa, acme))
    assert "Jawna" in entry
    assert "more record" not in entry
    assert str(secret.pk) not in entry
    assert "Fuzja" in "".join(articles(wall(kasia, acme)))


def test_the_wall_of_the_record_alone_has_none_of_them(client, wall, make, acme, kasia):
    make("person", last_name="Ada", company=acme, owner=kasia)
    client.as_(kasia).post(f"{acme.get_absolute_url()}wall/scope/", {"alone": "1"})
    assert articles(wall(kasia, acme)) == []


def test_a_record_that_no_deed_of_ours_has_made_stands_for_itself(wall, make, acme, kasia):
    for name in ("Ada", "Bea"):
        make("person", last_name=name, company=acme, owner=kasia)
    Record.objects.filter(kind="person").update(changeset=None)
    assert len(articles(wall(kasia, acme))) == 2


def test_pages_show_each_of_them_once_and_in_order(wall, make, acme, kasia):
    """Sixty deeds, of which every twenty happened in one moment."""
    start = timezone.now() - timedelta(days=1)
    for number in range(60):
        person = make("person", last_name=f"Osoba{number}x", company=acme, owner=kasia)
        at = start + timedelta(minutes=number // 20)
        Record.objects.filter(pk=person.pk).update(created_at=at)
    seen, query = [], ""
    for _page in range(6):
        page = wall(kasia, acme, query)
        seen += [re.search(r"Osoba(\d+)x", one)[1] for one in articles(page)]
        query = older(page)
        if not query:
            break
    assert seen == [str(number) for number in reversed(range(60))]


def test_the_profile_asks_no_more_for_many_deeds(client, make, acme, kasia, piotr):
    browser, asked = client.as_(kasia), []
    for number in range(12):
        make("person", last_name=f"Osoba {number}", company=acme, owner=kasia, by=piotr)
        browser.get(acme.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            browser.get(acme.get_absolute_url())
        asked.append(len(captured))
    assert len(set(asked)) == 1
    assert asked[0] <= 22  # twenty, the session and the settings
