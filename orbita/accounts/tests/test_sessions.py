"""Where one is logged in, and for how long."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from orbita.accounts import sessions
from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.backends import Backend
from orbita.accounts.devices import device_name
from orbita.accounts.models import Session, Status, User
from orbita.accounts.tests.conftest import PASSWORD
from orbita.accounts.tests.test_login import is_logged_in, log_in
from orbita.preferences.declared import find_setting

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def ola(person):
    return person()


def browser(agent: str, address: str = "127.0.0.1") -> Client:
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    log_in(client)
    return client


def test_the_page_names_devices_and_one_of_them_or_all_others_can_be_logged_out(ola, person):
    here, phone, third = browser(WINDOWS), browser(PHONE, "10.1.2.3"), browser("curl/8")
    page = here.get("/me/security/").content.decode()
    for words in ("Firefox, Windows", "Safari, iPhone", "10.1.2.3", "Unknown device"):
        assert words in page
    assert page.count("This device") == 1
    assert here.cookies["sessionid"].value not in page
    phones = Session.objects.get(agent=PHONE)
    stranger = Client()
    stranger.force_login(person("inna@example.pl"))
    assert stranger.post(f"/me/sessions/{phones.id}/ending/").status_code == 404
    assert is_logged_in(phone)
    assert here.post(f"/me/sessions/{phones.id}/ending/").status_code == 302
    assert (is_logged_in(phone), is_logged_in(third)) == (False, True)
    here.post("/me/sessions/others/ending/")
    assert [is_logged_in(one) for one in (here, third, stranger)] == [True, False, True]
    ended = AuditEntry.objects.filter(actor=ola, action=AuditAction.SESSIONS_ENDED)
    assert [entry.details["count"] for entry in ended] == [1, 1]


def test_the_page_of_security_costs_a_fixed_number_of_queries(ola, django_assert_num_queries):
    here = browser(WINDOWS)
    for _number in range(3):
        browser(PHONE)
    session_and_user, settings, factors, own_sessions = 1, 1, 1, 1
    with django_assert_num_queries(session_and_user + settings + factors + own_sessions):
        here.get("/me/security/")


def test_a_visit_is_noted_every_five_minutes_and_not_more_often(ola, client, monkeypatch):
    log_in(client)
    began = Session.objects.get().seen_at
    client.get("/me/")
    assert Session.objects.get().seen_at == began
    monkeypatch.setattr(sessions, "SEEN_EVERY", timedelta(0))
    client.get("/me/", REMOTE_ADDR="10.1.2.3", headers={"User-Agent": PHONE})
    seen = Session.objects.get()
    assert seen.seen_at > began
    assert (seen.address, seen.agent) == ("10.1.2.3", PHONE)


@pytest.mark.parametrize(("column", "setting"), [("seen_at", "idle"), ("started_at", "session")])
def test_a_session_ends_when_it_idles_or_grows_too_old(client, ola, column, setting):
    find_setting(f"security.{setting}_hours").set(12, by=ola)
    log_in(client)
    now = timezone.now()
    Session.objects.update(**{column: now - timedelta(hours=11, minutes=59)})
    assert is_logged_in(client)
    Session.objects.update(**{column: now - timedelta(hours=12, seconds=1)})
    assert not is_logged_in(client)
    assert sessions.sessions_of(ola) == []
    assert sessions.forget_ended_sessions() >= 1


def test_a_new_password_ends_the_other_sessions_and_their_rows(ola, client):
    log_in(client)
    other = browser(PHONE)
    new = "jeszcze-dluzsza-lampa"
    old_key = client.cookies["sessionid"].value
    typed = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/me/password/", typed).status_code == 302
    assert (is_logged_in(client), is_logged_in(other)) == (True, False)
    assert Session.objects.filter(user=ola).count() == 1
    assert client.cookies["sessionid"].value != old_key


def test_the_database_holds_no_key_that_opens_a_session(ola, client):
    log_in(client)
    key = client.cookies["sessionid"].value
    row = Session.objects.get()
    assert key not in (row.session_key, row.session_data)
    thief = Client()
    thief.cookies["sessionid"] = row.session_key
    assert (is_logged_in(thief), is_logged_in(client)) == (False, True)


def test_devices_are_named_in_words():
    chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML) Chrome/140 Safari/537.36"
    assert device_name(chrome) == "Chrome, Linux"
    assert device_name(f"{chrome} Edg/140") == "Edge, Linux"
    assert device_name("") == "Unknown device"


def test_the_user_who_was_read_with_a_session_is_given_once_and_to_nobody_else(person):
    ola, jan = person(), person("jan@example.pl")
    here = browser(WINDOWS)
    store = sessions.SessionStore(here.cookies["sessionid"].value)

    assert str(store.load()["_auth_user_id"]) == str(ola.pk)
    assert sessions.user_beside(jan.pk) is None
    assert sessions.user_beside(ola.pk) is None
    store.load()
    assert Backend().get_user(jan.pk) == jan
    store.load()
    assert Backend().get_user(ola.pk) == ola
    store.load()
    beside, asked = sessions.user_beside(ola.pk), User.objects.get(pk=ola.pk)
    kept = {name: value for name, value in vars(asked).items() if name != "_state"}
    assert kept == {name: value for name, value in vars(beside).items() if name in kept}
    User.objects.filter(pk=ola.pk).update(status=Status.SUSPENDED)
    assert Backend().get_user(ola.pk) is None
    store.load()
    assert Backend().get_user(ola.pk) is None
