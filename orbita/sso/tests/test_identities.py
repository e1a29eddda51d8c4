"""Identities on “My settings”."""

from django.test import Client

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.sso.models import Identity
from orbita.sso.tests.conftest import OURS


def connect(client, sso, person):
    answer = client.post("/me/identities/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    return client.get(sso.log_in(answer["HX-Redirect"], person).removeprefix(OURS))


def test_a_user_connects_an_identity_and_disconnects_it(client, sso, kasia):
    client.as_(kasia)
    assert connect(client, sso, "7|private@home.example|no").status_code == 302
    identity = Identity.objects.get()
    assert (identity.user, identity.subject) == (kasia, "7")
    assert "private@home.example" in client.get("/me/security/").content.decode()
    client.post(f"/me/identities/{identity.pk}/removal/")
    assert not Identity.objects.exists()
    assert AuditEntry.objects.filter(action=AuditAction.IDENTITY_DISCONNECTED).count() == 1


def test_an_identity_of_somebody_else_stays_theirs(client, sso, kasia, piotr):
    connect(client.as_(kasia), sso, "7|kasia@orbita.example|yes")
    other = Client()
    other.force_login(piotr)
    connect(other, sso, "7|kasia@orbita.example|yes")
    identity = Identity.objects.get()
    assert identity.user == kasia
    assert other.post(f"/me/identities/{identity.pk}/removal/").status_code == 404
    assert Identity.objects.get() == identity


def test_who_leaves_to_connect_and_comes_back_as_another_connects_nothing(client, sso, kasia, ewa):
    client.as_(kasia)
    there = client.post("/me/identities/", headers={"HX-Request": "true"})["HX-Redirect"]
    back = sso.log_in(there, "7|x@y.example|yes").removeprefix(OURS)
    state = {k: v for k, v in client.session.items() if k.startswith("_state_oidc_")}
    client.as_(ewa)
    session = client.session
    session.update(state)
    session.save()
    assert client.get(back).status_code == 400
    assert not Identity.objects.exists()


def test_the_last_way_in_is_not_taken_away(client, sso, kasia):
    connect(client.as_(kasia), sso, "7|x@y.example|yes")
    kasia.set_unusable_password()
    kasia.save()
    client.as_(kasia)
    client.post(f"/me/identities/{Identity.objects.get().pk}/removal/")
    assert Identity.objects.count() == 1
