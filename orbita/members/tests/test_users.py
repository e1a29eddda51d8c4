"""Users: administrators change them; nobody else, and never the last administrator."""

import threading
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.models import ApiToken, Invitation, Role, Status, User
from orbita.accounts.tokens import issue_token
from orbita.jobs.models import Job
from orbita.members import administering
from orbita.preferences.changing import change

pytestmark = pytest.mark.django_db


def values_of(user, **changes):
    """What the form of a user posts."""
    names = ("first_name", "last_name", "email", "role", "language")
    team = str(user.team_id or "")
    return {name: getattr(user, name) for name in names} | {"team": team} | changes


def test_an_administrator_changes_a_user_and_the_audit_log_says_what(client, anna, kasia, teams):
    page = client.as_(anna).get(reverse("user", args=[kasia.pk]))
    assert (page.status_code, "Kasia Nowak" in page.text) == (200, True)
    data = values_of(kasia, role="manager", team=str(teams["polnoc"].pk), email="KN@example.pl")
    assert client.post(reverse("user", args=[kasia.pk]), data).status_code == 302
    kasia.refresh_from_db()
    assert (kasia.role, kasia.team, kasia.email) == ("manager", teams["polnoc"], "kn@example.pl")
    entry = AuditEntry.objects.get(action=AuditAction.USER_CHANGED)
    assert (entry.actor, entry.details["before"]["team"]) == (anna, "Handel Południe")
    assert entry.details["after"] == {
        "role": "manager",
        "team": "Handel Północ",
        "email": "kn@example.pl",
    }
    taken = client.post(reverse("user", args=[kasia.pk]), values_of(kasia, email=anna.email))
    assert (taken.status_code, "has this e-mail" in taken.text) == (422, True)


def test_the_list_finds_and_counts_with_a_fixed_number_of_questions(
    client, anna, kasia, marek, ewa, teams, django_assert_max_num_queries
):
    administering.remove(ewa, by=anna)
    for number in range(60):
        User.objects.create_user(f"u{number}@example.pl", team=teams["polnoc"])
    client.as_(anna)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("users")).text
    assert "63 users" in page
    assert "Ewa Maj" not in page
    found = client.get(reverse("users"), {"q": "wojcik mar"}).text
    assert ("Marek Wójcik" in found, "1 user<" in found.replace(" ·", "<")) == (True, True)
    assert "Ewa Maj" in client.get(reverse("users"), {"status": "removed"}).text
    handel = {"team": str(teams["handel"].pk), "role": "manager"}
    assert "Marek" in client.get(reverse("users"), handel).text
    hostile = {"q": "%\x00", "team": "x", "role": "x", "page": "99999999999", "status": "'"}
    assert client.get(reverse("users"), hostile).status_code == 200


def done_in_account():
    return AuditEntry.objects.exclude(action=AuditAction.REFUSED).count()


@pytest.mark.parametrize("viewer", ["kasia", "marek"])
def test_others_are_refused_and_nothing_changes(client, request, anna, kasia, ewa, viewer):
    client.as_(request.getfixturevalue(viewer))
    before = list(User.objects.order_by("pk").values())
    invitation = Invitation.objects.create(
        email="o@example.pl",
        role="user",
        invited_by=anna,
        sent_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    some, team, audited = ewa.pk, ewa.team_id, done_in_account()
    addresses = [
        *(reverse(name) for name in ("users", "user-add", "invitations", "invite", "teams")),
        *(reverse(name, args=[some]) for name in ("user", "user-suspension", "user-removal")),
        *(reverse(name, args=[some]) for name in ("user-restoration", "user-hand-over")),
        *(reverse(f"user-{name}", args=[some]) for name in ("temporary-password", "sessions-end")),
        *(reverse(f"team-{name}", args=[team]) for name in ("change", "members", "moving")),
        reverse("team-deletion", args=[team]),
        reverse("team-add"),
        reverse("invitation-sending", args=[invitation.pk]),
        reverse("invitation-withdrawal", args=[invitation.pk]),
        reverse("users-removed-in-filters"),
    ]
    for address in addresses:
        assert client.get(address).status_code == 403, address
        assert client.post(address, values_of(ewa, role="administrator")).status_code == 403
    assert list(User.objects.order_by("pk").values()) == before
    assert done_in_account() == audited
    assert Invitation.objects.get().sends == 1


def test_nobody_makes_themselves_more_on_their_own_page(client, kasia, anna):
    data = values_of(kasia, role="administrator", team="", status="active", is_staff="1")
    data |= {"theme": "dark", "is_superuser": "1", "access_epoch": "9", "email": "new@example.pl"}
    client.as_(kasia).post(reverse("me"), data)
    kept = User.objects.get(pk=kasia.pk)
    assert (kept.role, kept.team, kept.email) == (Role.USER, kasia.team, kasia.email)
    assert kept.access_epoch == 0


def test_a_suspended_user_loses_everything_that_was_open(client, anna, kasia):
    browser, kept = Client(), Client()
    browser.force_login(kasia)
    kept.force_login(kasia)
    token = issue_token(kasia, "script")
    kasia_was = User.objects.get(pk=kasia.pk)
    job = Job.objects.create(owner=kasia, task="x", label="x")
    Invitation.objects.create(
        email="o@example.pl",
        role="user",
        invited_by=kasia,
        sent_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    api = {"headers": {"Authorization": f"Bearer {token}"}}
    assert browser.get("/companies/").status_code == 200
    assert client.get("/api/v1/companies", **api).status_code == 200
    answer = client.as_(anna).post(reverse("user-suspension", args=[kasia.pk]))
    assert answer["Location"] == reverse("user", args=[kasia.pk])
    assert reverse("account_login") in browser.get("/companies/")["Location"]
    assert Client().get("/api/v1/companies", **api).status_code == 401
    job.refresh_from_db()
    assert (job.state, Invitation.objects.open().count()) == ("cancelled", 0)
    login = {"login": kasia.email, "password": "correct horse"}
    assert Client().post(reverse("account_login"), login).status_code == 200

    client.post(reverse("user-restoration", args=[kasia.pk]))
    assert reverse("account_login") in kept.get("/companies/")["Location"]
    assert Client().get("/api/v1/companies", **api).status_code == 401
    assert Client().post(reverse("account_login"), login).status_code == 302
    assert (
        kasia_was.get_session_auth_hash() != User.objects.get(pk=kasia.pk).get_session_auth_hash()
    )
    actions = AuditEntry.objects.filter(subject=kasia.email).values_list("action", flat=True)
    assert {AuditAction.USER_SUSPENDED, AuditAction.USER_RESTORED} <= set(actions)


def test_nobody_suspends_themselves_and_the_last_administrator_stays(client, anna, ewa):
    client.as_(anna)
    own = client.post(reverse("user-suspension", args=[anna.pk]))
    assert (own.status_code, "yourself" in own.text) == (422, True)
    demoted = client.post(reverse("user", args=[anna.pk]), values_of(anna, role="user"))
    assert (demoted.status_code, "last administrator" in demoted.text) == (422, True)
    assert User.objects.get(pk=anna.pk).is_administrator
    User.objects.filter(pk=ewa.pk).update(role=Role.ADMINISTRATOR)
    client.post(reverse("user", args=[anna.pk]), values_of(anna, role="user"))
    assert client.get(reverse("users")).status_code == 403
    ewa.refresh_from_db()
    with pytest.raises(PermissionDenied):
        administering.change_user(ewa, {"role": "user"}, by=anna)


def test_a_temporary_password_is_shown_once_and_opens_nothing_else(client, anna):
    data = {"first_name": "Olga", "last_name": "Sowa", "email": "O@example.pl", "role": "user"}
    page = client.as_(anna).post(reverse("user-add"), data | {"language": "en"})
    assert page.status_code == 200
    password = page.context["password"]
    assert "no-store" in page["Cache-Control"]
    assert password not in client.get(reverse("users")).text
    olga = User.objects.get(email="o@example.pl")
    browser = Client()
    login = {"login": olga.email, "password": password}
    browser.post(reverse("account_login"), login)
    own = reverse("own-password")
    for address in ("/", "/companies/", reverse("me"), reverse("me-tokens"), "/api/v1/companies"):
        assert browser.get(address).headers.get("Location", own) == own
    assert browser.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == own
    token = issue_token(olga, "early")
    api = {"headers": {"Authorization": f"Bearer {token}"}}
    assert Client().get("/api/v1/companies", **api).status_code == 401
    same = browser.post(own, {"new_password1": password, "new_password2": password})
    assert (same.status_code, "temporary" in same.text) == (422, True)
    new = {"new_password1": "cicha-woda-brzegi", "new_password2": "cicha-woda-brzegi"}
    assert browser.post(own, new)["Location"] == "/"
    assert browser.get("/companies/").status_code == 200
    assert Client().post(reverse("account_login"), login).status_code == 200


def test_a_temporary_password_runs_out_and_can_be_set_anew(client, anna, kasia):
    address = reverse("user-temporary-password", args=[kasia.pk])
    password = client.as_(anna).post(address).context["password"]
    User.objects.filter(pk=kasia.pk).update(temporary_until=timezone.now())
    login = {"login": kasia.email, "password": password}
    assert Client().post(reverse("account_login"), login).status_code == 200
    again = client.post(address).context["password"]
    answer = Client().post(reverse("account_login"), login | {"password": again})
    assert answer.status_code == 302
    assert AuditEntry.objects.filter(action=AuditAction.TEMPORARY_PASSWORD_SET).count() == 2


def test_an_administrator_revokes_tokens_and_ends_sessions(client, anna, kasia, ewa):
    browser = Client()
    browser.force_login(kasia)
    issue_token(kasia, "script")
    token = ApiToken.objects.get(user=kasia)
    client.as_(anna)
    assert "script" in client.get(reverse("user", args=[kasia.pk])).text
    foreign = reverse("user-token-revocation", args=[ewa.pk, token.pk])
    assert client.post(foreign).status_code == 404
    client.post(reverse("user-token-revocation", args=[kasia.pk, token.pk]))
    token.refresh_from_db()
    assert token.revoked_at
    client.post(reverse("user-sessions-end", args=[kasia.pk]))
    assert reverse("account_login") in browser.get("/companies/")["Location"]
    assert AuditEntry.objects.filter(action=AuditAction.SESSIONS_ENDED, actor=anna).exists()


def test_an_administrator_takes_a_lost_second_factor_away(client, anna, kasia):
    Authenticator.objects.create(user=kasia, type=Authenticator.Type.TOTP, data={"secret": "x"})
    User.objects.filter(pk=kasia.pk).update(second_factor_at=timezone.now())
    address = reverse("user-second-factor-removal", args=[kasia.pk])
    assert address in client.as_(anna).get(reverse("user", args=[kasia.pk])).text
    assert client.as_(kasia).post(address).status_code == 403
    assert Authenticator.objects.count() == 1
    assert client.as_(anna).post(address).status_code == 302
    assert User.objects.get(pk=kasia.pk).second_factor_at is None
    assert not Authenticator.objects.exists()
    entry = AuditEntry.objects.get(action=AuditAction.SECOND_FACTOR_REMOVED)
    assert (entry.actor, entry.subject) == (anna, kasia.email)


@pytest.mark.parametrize("deed", ["suspension", "removal", "temporary-password"])
def test_whoever_logged_in_long_ago_is_asked_again_before_it(client, anna, kasia, deed):
    client.as_(anna)
    session = client.session
    session["authenticated_at"] = 0
    session.save()
    address = reverse(f"user-{deed}", args=[kasia.pk])
    before = User.objects.filter(pk=kasia.pk).values().get()
    asked = client.post(address, {"records": "leave"})
    assert (asked.status_code, 'type="password"' in asked.text) == (403, True)
    assert User.objects.filter(pk=kasia.pk).values().get() == before
    told = {"confirm-method": "POST", "confirm-password": "correct horse", "records": "leave"}
    assert client.post(address, told).status_code in (200, 302)
    assert User.objects.filter(pk=kasia.pk).values().get() != before


def test_filters_of_lists_can_leave_out_people_who_left(client, anna, kasia, marek, make):
    make("company", title="Alfa", owner=kasia)
    make("company", title="Beta", owner=marek)
    administering.suspend(kasia, by=anna)
    query = {"owner.is": f"team:{kasia.team_id}"}
    page = client.as_(anna).get("/companies/", query).text
    assert ("Alfa" in page, "Beta" in page) == (True, True)
    client.post(reverse("users-removed-in-filters"), {"on": "0"})
    page = client.get("/companies/", query).text
    assert ("Alfa" in page, "Beta" in page) == (False, True)
    own = client.get("/companies/", {"owner.is": str(kasia.pk)}).text
    assert "Alfa" in own
    change({"users.removed_in_filters": True}, by=anna)
    assert "Alfa" in client.get("/companies/", query).text


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_demote_each_other_leave_one(anna, ewa):
    User.objects.filter(pk=ewa.pk).update(role=Role.ADMINISTRATOR)
    start, refused = threading.Barrier(2), []

    def demote(user, by):
        try:
            start.wait()
            administering.change_user(user, {"role": Role.USER}, by=by)
        except (PermissionDenied, ValidationError) as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=demote, args=pair) for pair in ((anna, ewa), (ewa, anna))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert User.objects.filter(role=Role.ADMINISTRATOR, status=Status.ACTIVE).count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_request_that_starts_after_the_suspension_succeeds(anna, kasia, features):
    browser = Client()
    browser.force_login(kasia)
    stop, wrong, seen = threading.Event(), [], []

    def ask():
        mine = Client()
        mine.cookies = browser.cookies.copy()
        try:
            for _try in range(12):
                is_late = stop.is_set()
                status = mine.get("/companies/").status_code
                seen.append(status)
                if is_late and status == 200:
                    wrong.append(status)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    administering.suspend(kasia, by=anna)
    stop.set()
    for thread in threads:
        thread.join()
    assert (wrong, len(seen)) == ([], 48)
    assert browser.get("/companies/").status_code == 302
