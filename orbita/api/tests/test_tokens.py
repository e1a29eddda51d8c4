"""Tokens: what they may do, from where, how often; and their page (AUTH-12, AUTH-13, RATE-01)."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.models import ApiToken, Role, Scope
from orbita.accounts.tokens import find_token, issue_token
from orbita.api.openapi.document import document
from orbita.api.preferences import LONGEST
from orbita.api.tests.conftest import Caller
from orbita.contacts.models import Company
from orbita.preferences.models import StoredSetting


def with_scopes(user, *scopes):
    """A caller whose token may do only this."""
    api = Caller(None)
    api.headers["Authorization"] = f"Bearer {issue_token(user, 'test', scopes=scopes)}"
    return api


def test_a_token_that_only_reads_changes_nothing_anywhere(make, anna, stored):
    """Every operation of the description, by an administrator's token (AUTH-12)."""
    company = make("company", title="Nowa Era", owner=anna)
    api, before = with_scopes(anna, "records:read"), stored()
    for path, methods in document()["paths"].items():
        address = path.replace("{id}", str(company.pk)).replace("{slug}", "companies")
        for method in set(methods) - {"parameters"}:
            needs = methods[method]["security"][0]["token"]
            answer = api(method.upper(), address, {"title": "X"} if method != "get" else None)
            if needs == [Scope.READ]:
                assert method == "get"
                assert answer.status_code != 403, path
            else:
                assert answer.status_code == 403, (method, path)
                assert needs[0] in answer.json()["detail"]
    assert stored() == before


def test_scopes_cut_and_never_add(make, anna, kasia, stored):
    company = make("company", title="Nowa Era", owner=anna)
    writes = with_scopes(anna, Scope.WRITE)
    assert writes.patch(f"/companies/{company.pk}", {"description": "x"}).status_code == 200
    assert writes.post("/relation-types", {}).status_code == 403
    assert writes.get("/imports").status_code == 403
    assert with_scopes(anna, Scope.IMPORTS).get("/imports").status_code == 200
    assert with_scopes(anna, Scope.SETTINGS).post("/relation-types", {}).status_code == 422
    before = stored()
    hers = with_scopes(kasia, *Scope.values)
    assert hers.patch(f"/companies/{company.pk}", {"title": "Inna"}).status_code == 403
    assert hers.post("/relation-types", {}).status_code == 403
    assert stored() == before


def test_the_rights_are_those_of_the_owner_at_use(make, anna, kasia):
    company = make("company", title="Nowa Era", owner=anna)
    api = with_scopes(kasia, *Scope.values)
    path = f"/companies/{company.pk}"
    assert api.patch(path, {"title": "Inna"}).status_code == 403
    kasia.role = Role.ADMINISTRATOR
    kasia.save()
    assert api.patch(path, {"title": "Inna"}).status_code == 200
    kasia.role = Role.USER
    kasia.save()
    assert api.patch(path, {"title": "Trzecia"}).status_code == 403


def test_bad_tokens_are_alike(call, make, kasia):
    """Unknown, expired, revoked, from a foreign address: 401 and no word more (AUTH-12)."""
    yesterday = timezone.now() - timedelta(days=1)
    tokens = [
        "orb_" + "x" * 43,
        issue_token(kasia, "stary", expires_at=yesterday),
        issue_token(kasia, "biurowy", addresses=["203.0.113.0/24"]),
    ]
    api, told = Caller(None), set()
    for token in tokens:
        answer = api.get("/companies", Authorization=f"Bearer {token}")
        told.add((answer.status_code, answer.content, tuple(sorted(answer.headers.items()))))
    assert len(told) == 1
    assert answer.status_code == 401
    ApiToken.objects.filter(name="biurowy").update(addresses=["127.0.0.0/8", "2001:db8::/32"])
    assert api.get("/me", Authorization=f"Bearer {tokens[2]}").status_code == 200
    used = ApiToken.objects.get(name="biurowy")
    assert (used.last_used_from, used.last_used_at is not None) == ("127.0.0.1", True)


def test_a_token_in_the_address_is_refused_and_logged_nowhere(make, kasia, caplog):
    token = issue_token(kasia, "test")
    api = Caller(None)
    good = f"Bearer {token}"
    with caplog.at_level(logging.DEBUG):
        for name in ("access_token", "token", "q"):
            for headers in ({}, {"Authorization": good}):
                answer = api.get(f"/companies?{name}={token}", **headers)
                assert answer.status_code == 400
                assert token not in answer.content.decode()
    assert token not in caplog.text
    assert not ApiToken.objects.exclude(last_used_at=None).exists()


def test_calls_over_the_limit_wait(call, make, kasia, ewa, settings):
    settings.API_CALLS_PER_MINUTE = 3
    api = call(kasia)
    found = [api.get("/me") for _ in range(4)]
    assert [one.status_code for one in found] == [200, 200, 200, 429]
    assert [one["RateLimit-Remaining"] for one in found] == ["2", "1", "0", "0"]
    assert {one["RateLimit-Limit"] for one in found} == {"3"}
    assert 0 < int(found[3]["Retry-After"]) <= 60
    assert found[3]["Content-Type"] == "application/problem+json"
    assert call(ewa).get("/me").status_code == 200
    settings.API_FAILURES_PER_MINUTE = 2
    nobody = call(None)
    statuses = [nobody.get("/me").status_code for _ in range(3)]
    assert statuses == [401, 401, 429]
    assert call(ewa).get("/me").status_code == 200, "good tokens pass from the same address"


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_for_calls_at_once(call, make, kasia, settings):
    settings.API_CALLS_PER_MINUTE = 5
    api = call(kasia)

    def ask(_number):
        try:
            return api.get("/me").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(ask, range(18)))
    assert sorted(statuses) == [200] * 5 + [429] * 13


@pytest.fixture
def made(client, kasia):
    """Kasia makes a token on her page."""

    def make_token(**values):
        body = {"name": "Skrypt", "days": "365", "addresses": ""} | values
        return client.as_(kasia).post(reverse("me-tokens"), body)

    return make_token


def test_a_token_is_shown_once_with_what_it_may_do(client, kasia, made):
    page = made(scopes=["records:write"], addresses="203.0.113.7, 10.1.2.3/8").content.decode()
    token = "orb_" + page.split('value="orb_')[1].split('"')[0]
    row = ApiToken.objects.get()
    assert row.scopes == ["records:read", "records:write"]
    assert row.addresses == ["203.0.113.7/32", "10.0.0.0/8"]
    assert timedelta(days=364) < row.expires_at - timezone.now() <= timedelta(days=365)
    assert find_token(f"Bearer {token}", "10.9.9.9").user == kasia
    assert find_token(f"Bearer {token}", "8.8.8.8") is None
    entry = AuditEntry.objects.get(action=AuditAction.TOKEN_ISSUED)
    assert entry.details["scopes"] == row.scopes
    assert token not in str(AuditEntry.objects.values_list())
    again = client.get(reverse("me-tokens")).content.decode()
    assert token not in again
    assert all(
        text in again for text in ("Skrypt", row.prefix, "10.0.0.0/8", str(Scope.WRITE.label))
    )


@pytest.mark.parametrize(
    "values",
    [{"name": " "}, {"days": "7"}, {"scopes": ["all"]}, {"addresses": "x"}, {"days": "-1"}],
)
def test_a_senseless_token_is_not_made(made, values):
    assert made(**values).status_code == 422
    assert not ApiToken.objects.exists()


def test_the_account_limits_how_long_tokens_live(client, made):
    assert made(days="0").status_code == 200
    StoredSetting.objects.create(key=LONGEST, value=90)
    assert made(days="365").status_code == made(days="0").status_code == 422
    assert made(days="90").status_code == 200
    assert ApiToken.objects.filter(expires_at=None).count() == 1


def test_a_token_is_revoked_by_its_owner_alone(client, make, kasia, ewa, call):
    api = call(kasia)
    url = reverse("me-token-revocation", args=[ApiToken.objects.get().pk])
    assert client.as_(ewa).post(url).status_code == 404
    assert api.post("/companies", {"title": "X"}).status_code == 201
    assert client.as_(kasia).post(url).status_code == 302
    assert api.post("/companies", {"title": "Y"}).status_code == 401
    assert Company.objects.count() == 1
