"""Mergers and duplicates as the acceptance criteria tell them."""

import threading
from itertools import pairwise

import pytest
from django.db import connections, transaction
from django.urls import reverse

from orbita.accounts.tokens import issue_token
from orbita.contacts.models import Company, Person
from orbita.deals.models import Deal, DealPerson
from orbita.notes.models import Note
from orbita.records.changes import change_set
from orbita.records.duplicates.reading import page_for
from orbita.records.duplicates.searching import search, search_one
from orbita.records.history import history
from orbita.records.kinds import kinds
from orbita.records.merging.merge import lock, merge
from orbita.records.merging.plan import Plan
from orbita.records.models import ContactPoint, DuplicatePair, Merger, Record

pytestmark = pytest.mark.django_db
COMPANIES, PERSONS = kinds.get("companies"), kinds.get("persons")


def phone(number):
    return [{"value": number, "label": ""}]


def merged(kind, by, records, **given):
    with transaction.atomic():
        locked = lock(kind, [one.pk for one in records], by=by)
        plan = Plan.of(kind, by, locked, survivor=records[0].pk, given=given)
        return merge(plan.records, plan.survivor, plan.values(), by=by)


def test_acme_twice_becomes_one_with_everything(make, anna, kasia, client):
    landline = phone("12 345 67 89")
    known = make("company", title="ACME", nip="5260250274", owner=kasia, phones=landline)
    other = make("company", title="ACME", owner=kasia, phones=phone("600 100 200"), tags=["VIP"])
    make("deal", title="Wdrożenie", company=other, owner=kasia)
    make("person", first_name="Jan", last_name="Kowal", company=other, owner=kasia)
    url = reverse("merging", kwargs={"kind": COMPANIES})
    ids = [str(known.pk), str(other.pk)]
    client.as_(anna).post(url, {"ids": ids, "survivor": str(known.pk)})

    assert [one.pk for one in Company.objects.listed_for(anna)] == [known.pk]
    one = Company.objects.get(pk=known.pk)
    assert one.nip == "5260250274"
    points = ContactPoint.objects.filter(record=one.pk).values_list("value", flat=True)
    assert list(points) == ["12 345 67 89", "600 100 200"]
    assert Deal.objects.get().company_id == Person.objects.get().company_id == one.pk
    assert [row.tag.name for row in one.record_tags.all()] == ["VIP"]
    assert "600100200" in one.search_text
    assert client.get(other.get_absolute_url())["Location"] == one.get_absolute_url()


def test_no_record_is_related_to_itself_afterwards(make, anna):
    acme, twin = make("company", title="ACME"), make("company", title="ACME")
    with change_set(by=anna) as changes:
        Merger.objects.create(record_id=acme.pk, other_id=twin.pk, changeset_id=changes.pk)
    merged(COMPANIES, anna, [acme, twin])
    rows = Merger.objects.values_list("record_id", "other_id", "gone")
    assert sorted(rows) == sorted([(twin.pk, acme.pk, True), (acme.pk, twin.pk, False)])


def test_two_people_of_one_deal_become_one(make, anna):
    jan = make("person", first_name="Jan", last_name="Kowal")
    twin = make("person", first_name="Jan", last_name="Kowal")
    ends = [Record.objects.get(pk=one.pk) for one in (jan, twin)]
    deal = make("deal", title="Wdrożenie", persons=ends)
    merged(PERSONS, anna, [jan, twin])
    assert list(DealPerson.objects.values_list("record_id", "target_id")) == [(deal.pk, jan.pk)]


def test_what_the_user_may_not_know_of_survives_and_stays_unknown(make, anna, ewa, kasia, client):
    one = make("company", title="ACME", owner=kasia)
    two = make("company", title="ACME", owner=kasia)
    fuzja = make("deal", title="Fuzja X", visibility=3, owner=ewa, company=two)
    url = reverse("merging", kwargs={"kind": COMPANIES})
    values = {"ids": [str(one.pk), str(two.pk)], "survivor": str(one.pk)}
    page = client.as_(kasia).get(url, values).content.decode()
    assert "Fuzja" not in page
    client.post(url, values)
    fuzja.refresh_from_db()
    assert fuzja.company_id == one.pk
    assert "Fuzja" not in client.get(one.get_absolute_url()).content.decode()


def test_a_company_that_the_user_may_not_know_of_is_kept(make, ewa, kasia):
    secret = make("company", title="Fuzja X", visibility=3, owner=ewa)
    jan = make("person", first_name="Jan", last_name="Kowal", owner=kasia)
    twin = make("person", first_name="Jan", last_name="Kowal", owner=kasia, company=secret)
    merged(PERSONS, kasia, [jan, twin])
    assert Person.objects.get(pk=jan.pk).company_id == secret.pk


def test_an_amount_brings_its_currency(make, anna):
    empty = make("deal", title="Wdrożenie", currency="PLN")
    full = make("deal", title="Wdrożenie", value="100.00", currency="EUR")
    merged(kinds.get("deals"), anna, [empty, full])
    one = Deal.objects.get(pk=empty.pk)
    assert (str(one.value), one.currency) == ("100.00", "EUR")


def test_the_api_names_the_survivor(make, kasia, ewa, client):
    one, two = (make("company", title="ACME", owner=kasia) for _ in range(2))
    merged(COMPANIES, kasia, [one, two])
    headers = {"Authorization": f"Bearer {issue_token(kasia, 'test')}"}
    path = f"/api/v1/companies/{two.pk}"
    answer = client.get(path, headers=headers)
    assert answer.status_code == 308
    assert answer["Location"] == f"/api/v1/companies/{one.pk}"
    assert answer.json()["merged_into"] == str(one.pk)
    for send in (client.patch, client.delete):
        answer = send(path, '{"title": "Beta"}', content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["merged_into"]) == (409, str(one.pk))
    assert Company.objects.get(pk=two.pk).title == "ACME"


@pytest.mark.parametrize(
    ("one", "two", "reason"),
    [
        ("Acme Sp. z o.o.", "ACME SPÓŁKA Z OGRANICZONĄ ODPOWIEDZIALNOŚCIĄ", "title"),
        ("Acme Sp. z o.o.", "Acme", "title-core"),
        ("Acme-Pol P.S.A.", "ACME POL prosta spółka akcyjna", "title-core"),
        ("Müller GmbH", "Muller Ltd", "title-core"),
        ("Budexpol Kraków S.A.", "Budexpol Krakow sp.k.", "title-core"),
        ("Transkompania Wrocław", "Transkompania Wrocłav", "title-like"),
    ],
)
def test_company_names_are_compared_without_their_form(make, one, two, reason):
    first, second = make("company", title=one), make("company", title=two)
    make("company", title="Zupełnie inna firma")
    search(COMPANIES)
    pair = DuplicatePair.objects.get()
    assert {pair.first_id, pair.second_id} == {first.pk, second.pk}
    assert pair.reasons[0] == reason
    DuplicatePair.objects.all().delete()
    search_one(first)
    assert DuplicatePair.objects.get().reasons == pair.reasons


@pytest.mark.parametrize(
    ("one", "two"),
    [("Firma Alfa 1", "Firma Alfa 2"), ("Nowak Transport", "Kowal Transport"), ("Ax", "Ay")],
)
def test_other_names_are_not_suspected(make, one, two):
    for title in (one, two):
        make("company", title=title)
    search(COMPANIES)
    assert not DuplicatePair.objects.exists()


def test_two_nips_are_two_companies(make):
    make("company", title="Nowak Transport", nip="5260250274", phones=phone("600 100 200"))
    make("company", title="Nowak Transport", nip="1234563218", phones=phone("600 100 200"))
    search(COMPANIES)
    assert not DuplicatePair.objects.exists()


def test_people_need_more_than_a_name(make):
    acme = make("company", title="ACME")
    make("person", first_name="Jan", last_name="Kowal")
    make("person", first_name="Jan", last_name="Kowal")
    search(PERSONS)
    assert not DuplicatePair.objects.exists()
    turned = make("person", first_name="Kowal", last_name="Jan", company=acme)
    right = make("person", first_name="Jan", last_name="Kowal", company=acme)
    search(PERSONS)
    pair = DuplicatePair.objects.get()
    assert {pair.first_id, pair.second_id} == {turned.pk, right.pk}
    assert pair.reasons == ["title+company"]


def test_a_hidden_company_is_no_reason_that_one_may_see(make, ewa, kasia, anna):
    secret = make("company", title="Fuzja X", visibility=3, owner=ewa)
    for _ in range(2):
        make("person", first_name="Jan", last_name="Kowal", company=secret, owner=kasia)
    search(PERSONS)
    assert DuplicatePair.objects.count() == 1
    assert page_for(PERSONS, kasia)[0] == []
    assert len(page_for(PERSONS, anna)[0]) == 1


def test_a_switchboard_is_no_identity(make):
    for number in range(60):
        make("company", title=f"Firma {number}x", phones=phone("12 345 67 89"))
    search(COMPANIES)
    assert not DuplicatePair.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_mergers_at_once_make_no_circle_and_lose_no_child(make, anna):
    """A into B beside B into A, and A into B beside B into C."""
    for _attempt in range(4):
        records = [make("company", title=f"Firma {letter}") for letter in "ABC"]
        people = [make("person", last_name="Kowal", company=one) for one in records]
        a, b, c = records
        for pairs in ([[b, a], [a, b]], [[b, a], [c, b]]):
            threads = [threading.Thread(target=try_merging, args=(anna, pair)) for pair in pairs]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        away = dict(Merger.objects.filter(gone=True).values_list("record_id", "other_id"))
        live = {one.pk for one in records} - away.keys()
        assert live
        assert set(away.values()) & {one.pk for one in records} <= live
        companies = Person.objects.filter(pk__in=[one.pk for one in people]).values_list("company")
        assert {pk for (pk,) in companies} <= live


def try_merging(by, pair):
    """Merge if both are still there."""
    try:
        with transaction.atomic():
            locked = lock(COMPANIES, [one.pk for one in pair], by=by)
            if len(locked) == len(pair):
                plan = Plan.of(COMPANIES, by, locked, survivor=pair[0].pk)
                merge(plan.records, plan.survivor, plan.values(), by=by)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_a_note_written_at_that_moment_follows(make, anna, kasia):
    """Who has opened the record before the merger may hang a note on it afterwards."""
    one, two = (make("company", title="ACME", owner=kasia) for _ in range(2))
    merged(COMPANIES, anna, [one, two])
    with change_set(by=kasia):
        note = Note(record_id=two.pk, author=kasia)
        note.put("<p>Rozmowa</p>")
        note.save()
    assert Note.objects.get().record_id == one.pk


def test_the_surest_pairs_come_first(make, anna):
    make("company", title="Alfa", nip="5260250274")
    make("company", title="Alfa", nip="5260250274")
    make("company", title="Beta Plus")
    make("company", title="Beta Plus sp. j.")
    search(COMPANIES)
    scores = [one.pair.score for one in page_for(COMPANIES, anna)[0]]
    assert len(scores) == 2
    assert all(first > second for first, second in pairwise(scores))


def test_who_merges_a_record_is_offered_similar_ones(make, ewa, kasia, client):
    one, two = (make("company", title="Nowak Transport", owner=kasia) for _ in range(2))
    hidden = make("company", title="Nowak Transport", owner=ewa, visibility=3)
    search(COMPANIES)
    url = reverse("merging-with", kwargs={"kind": COMPANIES, "pk": one.pk})
    page = client.as_(kasia).get(url).content.decode()
    assert str(two.pk) in page
    assert "Same name" in page
    assert str(hidden.pk) not in page


def test_the_history_of_a_person_names_both_companies(make, anna):
    one, two = make("company", title="ACME"), make("company", title="Acme Oddział")
    jan = make("person", first_name="Jan", last_name="Kowal", company=two)
    merged(COMPANIES, anna, [one, two])
    lines = [line for entry in history(jan, anna) for line in entry.lines]
    assert [(line.before, line.after) for line in lines] == [("Acme Oddział", "ACME")]


def test_a_saved_filter_by_the_merged_company_finds_the_survivors(make, anna, client):
    one, two = make("company", title="ACME"), make("company", title="Acme Oddział")
    make("person", first_name="Jan", last_name="Kowal", company=two)
    merged(COMPANIES, anna, [one, two])
    page = client.as_(anna).get(f"/persons/?company.is={two.pk}").content.decode()
    assert "Jan Kowal" in page


def test_ticked_rows_of_a_list_go_to_the_page_of_the_merger(make, kasia, client):
    ids = [str(make("company", title="ACME", owner=kasia).pk) for _ in range(2)]
    url = reverse("operation", kwargs={"kind": COMPANIES, "key": "merge"})
    answer = client.as_(kasia).post(url, {"ids": ids})
    assert answer["Location"].startswith(reverse("merging", kwargs={"kind": COMPANIES}))
    page = client.get(answer["Location"]).content.decode()
    assert all(pk in page for pk in ids)
    assert client.post(url, {"ids": ids[:1]}).status_code == 422
    assert not Merger.objects.exists()
