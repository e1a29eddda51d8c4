"""The first visit makes the first administrator, once."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.models import Role, User
from orbita.preferences import get
from orbita.preferences.setup import set_up

FORM = {
    "account_name": "Kwiaty sp. z o.o.",
    "first_name": "Anna",
    "last_name": "Nowak",
    "email": "Anna@Example.pl",
    "password": "dluga-zielona-lampa",
}


@pytest.mark.django_db
def test_every_page_leads_to_the_set_up_while_there_is_nobody():
    client = Client()
    assert client.get(reverse("account_login"))["Location"] == reverse("setup")
    assert client.get(reverse("me"))["Location"] == reverse("setup")
    assert client.get(reverse("setup")).status_code == 200


@pytest.mark.django_db
def test_the_first_visitor_becomes_the_administrator(client):
    assert client.post(reverse("setup"), FORM)["Location"] == "/"
    anna = User.objects.get()
    assert (anna.name, anna.email, anna.role) == (
        "Anna Nowak",
        "anna@example.pl",
        Role.ADMINISTRATOR,
    )
    assert anna.check_password(FORM["password"])
    assert get("account.name") == "Kwiaty sp. z o.o."
    assert client.get(reverse("settings-section", args=["account"])).status_code == 200
    assert AuditEntry.objects.filter(action=AuditAction.ACCOUNT_SET_UP, actor=anna).exists()


@pytest.mark.django_db
def test_the_second_call_is_not_found(client):
    client.post(reverse("setup"), FORM)
    other = Client()
    assert other.get(reverse("setup")).status_code == 404
    assert other.post(reverse("setup"), FORM | {"email": "b@example.pl"}).status_code == 404
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "mistake",
    [{"password": "krotkie"}, {"password": "password1234"}, {"email": "x"}, {"account_name": ""}],
)
def test_a_mistake_makes_nobody(client, mistake):
    answer = client.post(reverse("setup"), FORM | mistake)
    assert answer.status_code == 422
    assert "Nowak" in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_calls_at_the_same_moment_make_one_administrator():
    start = threading.Barrier(2)
    made = []

    def visit(number: int) -> None:
        try:
            start.wait()
            made.append(set_up(FORM | {"email": f"a{number}@example.pl"}))
        finally:
            connection.close()

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(user is None for user in made) == [False, True]
    assert User.objects.count() == 1
