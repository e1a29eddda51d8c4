"""What holds for every address: forgery, reading that changes nothing, headers, odd paths."""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve

import conftest
from orbita.accounts.models import Role, User
from orbita.preferences.models import StoredSetting
from tests.addresses import Route, routes

PAGES = [route for route in routes() if not route.is_api]
LINKS = re.compile(r'(?:href|hx-get|data-[a-z-]*(?:url|href))="(/[^"#]*)')
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style\b", re.I)
HANDLER = re.compile(r"<[a-z][^>]*\s(?:on[a-z]+|style)\s*=", re.I)
OF_EACH_KIND = {"<kind:kind>/", "<kind:kind>/<uuid:pk>/", "<kind:kind>/new/"}
MARKS_OF_USE = {
    "accounts_session": "when the session was used",
    "accounts_counter": "how often one asked",
    "accounts_auditentry": "that a list was exported",
    "records_visit": "what was opened last",
}


def no_token(route: Route) -> str:
    return f"{route.pattern} ({route.name})"


@pytest.mark.django_db
@pytest.mark.parametrize("foreign", [False, True], ids=["no token", "foreign origin"])
def test_no_page_takes_a_forged_request(anna, settings, foreign):
    settings.CSRF_FAILURE_VIEW = "tests.addresses.forged"
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)
    client.get("/")
    token = client.cookies[settings.CSRF_COOKIE_NAME].value if foreign else ""
    headers = {"X-CSRFToken": token, "Origin": "https://evil.example"} if foreign else {}
    taken = [
        no_token(route)
        for route in PAGES
        for method in ("post", "delete")
        if getattr(client, method)(route.example, headers=headers).content != b"forged"
    ]
    assert taken == []


def test_nothing_but_the_api_does_without_the_token():
    exempt = [no_token(route) for route in PAGES if getattr(route.view, "csrf_exempt", False)]
    assert exempt == []


@pytest.mark.django_db
def test_the_api_takes_no_cookie_and_tells_no_other_site(client, anna):
    client.as_(anna)
    for method in ("get", "post", "options"):
        answer = getattr(client, method)(
            "/api/v1/companies", headers={"Origin": "https://evil.example"}
        )
        assert answer.status_code in (401, 405)
        assert not [name for name in answer.headers if name.startswith("Access-Control")]


@dataclass
class Crawl:
    """The answers to one address for each route and kind, and what the crawl changed."""

    answers: dict[str, object] = field(default_factory=dict)
    routes: set[str] = field(default_factory=set)
    changed: list[str] = field(default_factory=list)

    def pages(self):
        """The answers that are HTML."""
        for address, answer in self.answers.items():
            if answer.get("Content-Type", "").startswith("text/html"):
                yield address, answer


def digests():
    with connection.cursor() as cursor:
        found = {}
        for name in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{name}" t'
            )
            found[name] = cursor.fetchone()
    return found


def crawl(client):
    """Follow every link once for each route and kind, as administrator."""
    found = Crawl()
    waiting = ["/", *(route.example for route in PAGES if "<" not in route.pattern)]
    seen = set()
    while waiting:
        address = waiting.pop(0)
        try:
            match = resolve(urlsplit(address).path)
        except Resolver404:
            continue
        key = (match.route, match.route in OF_EACH_KIND and str(match.kwargs["kind"]))
        if key in seen or match.route.startswith("api/"):
            continue
        seen.add(key)
        answer = client.get(address)
        if answer.status_code in (302, 405):
            waiting += [answer["Location"]] if answer.status_code == 302 else []
            continue
        found.answers[address] = answer
        found.routes.add(match.route)
        if answer.get("Content-Type", "").startswith("text/html"):
            text = answer.content.decode().replace("&amp;", "&")
            waiting += [urljoin(address, link) for link in LINKS.findall(text)]
    return found


@pytest.fixture(scope="module")
def crawled(django_db_setup, django_db_blocker):
    """A small world, crawled by its administrator."""
    with django_db_blocker.unblock(), transaction.atomic():
        conftest.switch_on()
        anna = User.objects.create_user(
            "anna@x.example", None, role=Role.ADMINISTRATOR, language="en", first_name="Anna"
        )
        company = conftest.make_record("company", owner=anna, title="Acme", tags=["vip"])
        for kind in ("person", "deal", "product", "space"):
            conftest.make_record(kind, owner=anna, title=f"A {kind}")
        client = Client()
        client.force_login(anna)
        client.post(f"/companies/{company.pk}/notes/", {"body": "<p>A note</p>"})
        client.get("/")
        before = digests()
        found = crawl(client)
        after = digests()
        found.changed = [name for name in after if after[name] != before.get(name)]
        yield found
        transaction.set_rollback(True)


def test_reading_changes_nothing_but_marks_of_use(crawled):
    assert [name for name in crawled.changed if name not in MARKS_OF_USE] == []
    assert len(crawled.routes) > 50
    bad = {a: r.status_code for a, r in crawled.answers.items() if r.status_code >= 500}
    assert bad == {}


def test_every_page_has_a_strict_policy_and_no_inline_script(crawled):
    wanted = (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
    pages = list(crawled.pages())
    for address, answer in pages:
        policy = answer["Content-Security-Policy"]
        assert all(part in policy for part in wanted), address
        assert "unsafe" not in policy, address
        text = answer.content.decode()
        assert not INLINE.search(text), address
        assert not HANDLER.search(text), address
    nonces = [nonce for _a, page in pages for nonce in re.findall(r"nonce-\w+", str(page.headers))]
    assert len(nonces) == len(set(nonces))


def test_every_answer_carries_the_headers(crawled):
    for address, answer in crawled.answers.items():
        assert answer["X-Content-Type-Options"] == "nosniff", address
        assert answer["Referrer-Policy"] == "same-origin", address
        assert "camera=()" in answer["Permissions-Policy"], address
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", address
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin", address
        assert answer["X-Frame-Options"] == "DENY", address
        assert answer["Cache-Control"] == "private, no-store", address
        assert {"Cookie", "HX-Request"} <= set(answer["Vary"].split(", ")), address
    assert not [name for name in settings.MIDDLEWARE if "Cache" in name]


def test_htmx_is_configured_to_run_nothing_and_to_keep_nothing(crawled):
    page = crawled.answers["/"].content.decode()
    config = json.loads(re.search(r"htmx-config\" content='([^']+)'", page).group(1))
    wanted = {
        "allowEval": False,
        "allowScriptTags": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "includeIndicatorStyles": False,
    }
    assert wanted.items() <= config.items()


@pytest.mark.django_db
def test_with_https_every_answer_asks_for_https_from_then_on(client, settings):
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/login/").headers["Location"].startswith("https://")
    answer = client.get("/login/", secure=True)
    assert "max-age=31536000" in answer["Strict-Transport-Security"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/media/",
        "/files/../secret_key",
        "/static/../orbita/config/settings.py",
        "/static/%2e%2e/secret_key",
        "/static/ui/app.js.map",
        "/backup.zip",
        "/dump.sql",
        "/admin/",
        "/server-status",
        "/package.json",
    ],
)
def test_what_nobody_serves_is_not_found(client, anna, path):
    answer = client.as_(anna).get(path)
    assert answer.status_code == 404
    assert StoredSetting.objects.count() == 0
