"""Following and what followers are told."""

import pytest

from orbita.activity import reading, views
from orbita.activity.models import Follow, Notification, NotificationKind, Reason
from orbita.activity.reading import items, waiting
from orbita.jobs.testing import clear_queue, run_jobs
from orbita.records.changes import change_set
from orbita.records.models import Channel, Grant
from orbita.records.saving import save_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(make, kasia):
    return make("company", title="ACME", owner=kasia, nip="1234563218")


def follow(client, user, record):
    return client.as_(user).post(f"{record.get_absolute_url()}follows/")


def test_one_follows_what_one_adds_or_owns(client, anna, kasia, marek, make):
    company = make("company", title="Młyn Zdrój", owner=kasia, by=marek)
    reasons = dict(Follow.objects.filter(record=company.pk).values_list("user", "reason"))
    assert reasons == {kasia.pk: Reason.OWNER, marek.pk: Reason.AUTHOR}
    save_record(company, {"owner": anna}, by=kasia)
    assert Follow.objects.filter(user=anna, record=company.pk, reason=Reason.OWNER).exists()


def test_who_wants_to_choose_for_themselves_follows_nothing_unasked(
    client, anna, kasia, marek, make
):
    before = make("company", title="Dawna", owner=kasia)
    page = client.as_(kasia).get("/me/").text
    assert 'name="follows_own"' in page
    mine = {"first_name": "Kasia", "last_name": "Nowak", "language": "en", "theme": "auto"}
    client.post("/me/", mine)
    kasia.refresh_from_db()
    company = make("company", title="Młyn Zdrój", owner=kasia, by=marek)
    make("company", title="Własna", owner=anna, by=kasia)
    save_record(make("company", title="Cudza", owner=anna, by=anna), {"owner": kasia}, by=anna)
    assert list(Follow.objects.filter(user=kasia).values_list("record", flat=True)) == [before.pk]
    assert follow(client, kasia, company).status_code == 302
    assert Follow.objects.filter(user=kasia, record=company.pk).exists()

    client.post("/me/", mine | {"follows_own": "on"})
    again = make("company", title="Nowa", owner=kasia, by=marek)
    assert Follow.objects.filter(user=kasia, record=again.pk).exists()


def test_followers_are_told_the_old_and_the_new_value(client, kasia, marek, acme):
    assert follow(client, marek, acme).status_code == 302
    save_record(acme, {"nip": "1111111111"}, by=kasia)
    run_jobs()
    assert not Notification.objects.filter(user=kasia).exists()
    assert waiting(marek) == 1
    assert client.as_(marek).get("/notifications/count/").content == b"1"
    page = client.get("/notifications/").content.decode()
    assert "ACME" in page
    assert "123-456-32-18" in page or "1234563218" in page
    assert "111-111-11-11" in page or "1111111111" in page
    assert "Kasia Nowak" in page
    client.post("/notifications/reading/")
    assert waiting(marek) == 0
    assert client.get("/notifications/count/").content == b""


def test_the_bell_counts_to_99(client, kasia, marek, acme, monkeypatch):
    monkeypatch.setattr(reading, "COUNTED", 2)
    monkeypatch.setattr(views, "COUNTED", 2)
    follow(client, marek, acme)
    for nip, shown in (("1111111111", b"1"), ("5252344078", b"1+"), ("1234563218", b"1+")):
        save_record(acme, {"nip": nip}, by=kasia)
        run_jobs()
        assert client.as_(marek).get("/notifications/count/").content == shown


def test_who_loses_access_hears_nothing_more_and_no_longer_sees_the_old(
    client, kasia, ewa, anna, acme
):
    follow(client, ewa, acme)
    save_record(acme, {"nip": "1111111111"}, by=kasia)
    run_jobs()
    assert waiting(ewa) == 1
    save_record(acme, {"visibility": 3}, by=kasia)
    save_record(acme, {"title": "ACME Tajne"}, by=kasia)
    run_jobs()
    assert Notification.objects.filter(user=ewa).count() == 1
    assert waiting(ewa) == 0
    assert items(ewa) == []
    page = client.as_(ewa).get("/notifications/").content.decode()
    assert "ACME" not in page
    known = Notification.objects.get(user=ewa)
    assert client.get(f"/notifications/{known.pk}/").status_code == 404


def test_both_owners_hear_of_the_change(kasia, marek, piotr, acme):
    save_record(acme, {"owner": piotr}, by=marek)
    run_jobs()
    told = dict(Notification.objects.values_list("user", "kind"))
    assert told == {
        kasia.pk: NotificationKind.UNASSIGNED,
        piotr.pk: NotificationKind.ASSIGNED,
    }


def test_who_is_given_access_hears_of_it(kasia, ewa, make):
    space = make("space", title="Projekt", owner=kasia, visibility=3)
    with change_set(by=kasia):
        Grant.objects.create(record_id=space.pk, user=ewa)
    run_jobs()
    assert Notification.objects.get(user=ewa).kind == NotificationKind.ACCESS


def test_a_deed_is_told_once_a_record_and_a_quiet_one_not_at_all(client, kasia, marek, acme):
    follow(client, marek, acme)
    with change_set(by=kasia):
        save_record(acme, {"nip": "1111111111"}, by=kasia)
        save_record(acme, {"title": "ACME SA"}, by=kasia)
    with change_set(by=kasia, quiet=True):
        save_record(acme, {"title": "ACME"}, by=kasia)
    run_jobs()
    assert Notification.objects.filter(user=marek).count() == 1
    from orbita.activity.telling import tell

    tell(Notification.objects.get().changeset)
    assert Notification.objects.filter(user=marek).count() == 1


def test_a_deed_on_many_records_is_told_in_one_sentence(
    client, kasia, marek, make_many, django_assert_max_num_queries
):
    companies = make_many("company", 25, title="Firma {}", owner=marek)
    run_jobs()
    Notification.objects.all().delete()
    with change_set(by=marek, channel=Channel.LIST_OPERATION):
        for company in companies:
            save_record(company, {"owner": kasia}, by=marek)
    run_jobs()
    assert Notification.objects.filter(user=kasia).count() == 1
    page = client.as_(kasia).get("/notifications/").content.decode()
    assert "You are the owner of 25 records now" in page
    save_record(companies[0], {"visibility": 3, "owner": marek}, by=marek)
    page = client.get("/notifications/").content.decode()
    assert "You are the owner of 24 records now" in page


def test_following_takes_the_right_to_open_the_record(client, kasia, piotr, ewa, make):
    hidden = make("company", title="Fuzja X", owner=piotr, visibility=3)
    closed = make("company", title="Projekt", owner=ewa, visibility=2)
    before = Follow.objects.count()
    for record in (hidden, closed):
        assert follow(client, kasia, record).status_code == 404
        assert client.delete(f"{record.get_absolute_url()}follows/").status_code == 404
        assert client.get(f"{record.get_absolute_url()}wall/").status_code == 404
        assert client.get(f"{record.get_absolute_url()}email/").status_code == 404
    assert Follow.objects.count() == before


def test_the_button_follows_and_unfollows(client, marek, acme):
    url = f"{acme.get_absolute_url()}follows/"
    headers = {"HX-Request": "true"}
    answer = client.as_(marek).post(url, headers=headers).content.decode()
    assert "Followed" in answer
    assert "hx-delete" in answer
    assert "Followed" in client.get(acme.get_absolute_url()).content.decode()
    panel = client.get(f"{acme.get_absolute_url()}panels/followers/").content.decode()
    assert "Marek Wójcik" in panel
    answer = client.delete(url, headers=headers).content.decode()
    assert "hx-post" in answer
    assert not Follow.objects.filter(user=marek).exists()


def test_asking_for_access_tells_the_owner_once(client, kasia, ewa, make):
    closed = make("space", title="Projekt ABC", owner=ewa, visibility=2)
    for _time in range(2):
        client.as_(kasia).post(f"{closed.get_absolute_url()}access-request/")
    told = Notification.objects.get(user=ewa)
    assert told.kind == NotificationKind.REQUEST
    page = client.as_(ewa).get("/notifications/").content.decode()
    assert "Asks you for access" in page
    assert "Kasia Nowak" in page


def test_a_mail_is_written_in_ones_own_program(client, kasia, make):
    company = make("company", title="ACME", owner=kasia)
    page = client.as_(kasia).get(f"{company.get_absolute_url()}email/").content.decode()
    assert "There is no e-mail address here yet." in page
    fields = company.kind_object.fields(kasia)
    value = fields["emails"].parse("biuro+a@acme.pl", None)
    save_record(company, {"emails": value}, by=kasia)
    page = client.get(f"{company.get_absolute_url()}email/").content.decode()
    assert 'href="mailto:biuro+a@acme.pl"' in page
    assert "No mailbox is connected" in page
    product = make("product", title="Śruba", owner=kasia)
    assert client.get(f"{product.get_absolute_url()}email/").status_code == 404


def test_the_wall_says_who_added_the_record_and_through_what(client, kasia, anna, acme):
    save_record(acme, {"nip": "1111111111"}, by=anna, channel=Channel.API)
    page = client.as_(kasia).get(f"{acme.get_absolute_url()}wall/").content.decode()
    assert "record added" in page
    assert "Kasia Nowak" in page
    assert "Anna Zielińska" in page
    assert "API" in page
    assert (
        "record added"
        not in client.get(f"{acme.get_absolute_url()}wall/?show=notes").content.decode()
    )


def test_notifications_page_asks_few_questions(
    client, kasia, marek, make_many, django_assert_max_num_queries
):
    companies = make_many("company", 32, title="Firma {}", owner=marek)
    clear_queue()  # what Kasia is not told of
    for company in companies:
        save_record(company, {"owner": kasia}, by=marek)
        save_record(company, {"nip": "1111111111"}, by=marek)
    run_jobs(limit=500)
    client.as_(kasia)
    with django_assert_max_num_queries(12):
        page = client.get("/notifications/").content.decode()
    assert "Show older" in page
