"""Invitations: one way in, once, as what the administrator said."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from orbita.accounts import limits
from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.models import Invitation, Role, User
from orbita.jobs.testing import run_jobs
from orbita.members.tests.conftest import link_in_mail

pytestmark = pytest.mark.django_db
FORM = {
    "first_name": "Olga",
    "last_name": "Sowa",
    "password": "cicha-woda-brzegi",
    "language": "en",
}


def accept(client, link, **values):
    """Open the link and send the form."""
    page = client.get(link)
    if page.status_code != 302:
        return page
    return client.post(reverse("invitation-acceptance"), FORM | values)


def test_whoever_accepts_gets_what_the_invitation_says_and_is_in(client, invited, teams):
    link = invited("Olga@Example.pl", role="manager", team=str(teams["polnoc"].pk))
    assert "Anna Zielińska" in mail.outbox[-1].subject
    answer = accept(client, link, role="administrator", team="", email="x@y.pl", status="x")
    assert answer["Location"] == "/"
    olga = User.objects.get(email="olga@example.pl")
    assert (olga.name, olga.role, olga.team) == ("Olga Sowa", Role.MANAGER, teams["polnoc"])
    assert client.get("/").status_code == 200
    entry = AuditEntry.objects.get(action=AuditAction.INVITATION_ACCEPTED)
    assert (entry.actor, entry.details["after"]["role"]) == (olga, "manager")
    client.logout()
    assert accept(client, link).status_code == 410
    assert User.objects.filter(first_name="Olga").count() == 1


def test_a_link_that_is_expired_withdrawn_replaced_or_invented_is_dead(client, anna, invited):
    link = invited("olga@example.pl")
    rows = Invitation.objects.all()
    client.get(link)
    rows.update(expires_at=timezone.now() - timedelta(seconds=1))
    dead = client.post(reverse("invitation-acceptance"), FORM)
    assert (dead.status_code, dead.context["state"]) == (410, "expired")

    one = rows.get()
    client.as_(anna).post(reverse("invitation-sending", args=[one.pk]))
    fresh = link_in_mail()
    client.logout()
    assert client.get(link).status_code == 410
    assert client.get(fresh).status_code == 302

    client.as_(anna).post(reverse("invitation-withdrawal", args=[one.pk]))
    client.logout()
    assert client.get(fresh).context["state"] == "withdrawn"
    for invented in ("x", fresh[:-2] + "00/", "/invitation/" + "0" * 96 + "/"):
        assert (
            client.get(f"/invitation/{invented.strip('/').rpartition('/')[2]}/").status_code == 410
        )
    assert client.get(reverse("invitation-acceptance")).status_code == 410
    assert not User.objects.filter(email="olga@example.pl").exists()


def test_a_role_changed_in_the_database_or_a_taken_address_makes_the_link_dead(client, invited):
    link = invited("olga@example.pl")
    Invitation.objects.update(role="administrator")
    assert client.get(link).status_code == 410
    Invitation.objects.update(role="user")
    User.objects.create_user("OLGA@example.pl")
    assert client.get(link).context["state"] == "sent"


def test_a_weak_password_lets_nobody_in(client, invited):
    link = invited("olga@example.pl")
    answer = accept(client, link, password="password12")
    assert (answer.status_code, "Olga" in answer.text) == (422, True)
    assert not User.objects.filter(email="olga@example.pl").exists()


def test_many_are_invited_at_once_or_none(client, anna, kasia):
    def invite(emails):
        data = {"emails": emails, "role": "user", "language": "pl"}
        return client.as_(anna).post(reverse("invite"), data)

    assert "nonsense" in invite("a@example.pl\nnonsense").text
    assert "Kasia Nowak has this e-mail" in invite(f"a@example.pl, {kasia.email.upper()}").text
    assert not Invitation.objects.exists()
    assert invite("a@example.pl\nB@example.pl; a@example.pl").status_code == 302
    assert set(Invitation.objects.values_list("email", flat=True)) == {
        "a@example.pl",
        "b@example.pl",
    }
    assert "was invited already" in invite("b@example.pl").text
    page = client.get(reverse("invitations")).text
    assert page.count("Send again:") == 2
    run_jobs()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["a@example.pl", "b@example.pl"]


def test_one_address_gets_three_letters_an_hour(client, anna, invited):
    invited("olga@example.pl")
    one = Invitation.objects.get()
    answers = [
        client.as_(anna).post(reverse("invitation-sending", args=[one.pk])) for _try in range(4)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 429, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    run_jobs()
    assert len(mail.outbox) == 3
    client.post(reverse("invitation-withdrawal", args=[one.pk]))
    data = {"emails": "new@example.pl\nolga@example.pl", "role": "user", "language": "en"}
    again = client.post(reverse("invite"), data)
    assert (again.status_code, "three times within an hour" in again.text) == (429, True)
    assert int(again["Retry-After"]) > 0
    run_jobs()
    assert len(mail.outbox) == 3
    assert Invitation.objects.count() == 1


def test_one_administrator_sends_a_hundred_an_hour(client, anna, monkeypatch):
    monkeypatch.setattr(limits, "INVITATIONS", limits.Limit("few invitations", 2, 3600))
    data = {"emails": "a@example.pl b@example.pl c@example.pl", "role": "user", "language": "en"}
    answer = client.as_(anna).post(reverse("invite"), data)
    assert (answer.status_code, "many invitations" in answer.text) == (429, True)
    assert not Invitation.objects.exists()
