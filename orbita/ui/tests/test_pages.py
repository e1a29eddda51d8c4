"""Pages of the style guide are whole, safe and work as parts and in a modal."""

import json
import re
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.template.loader import render_to_string
from django.test import RequestFactory

from orbita.ui import navigation, responses, styleguide

PAGES = {
    "guide": styleguide.guide,
    "list": styleguide.companies,
    "profile": styleguide.profile,
    "form": styleguide.form,
    "columns": styleguide.columns,
}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|javascript:", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _site(settings, plain_static, monkeypatch):
    settings.ROOT_URLCONF = "orbita.ui.tests.urls"
    for menu in ("main", "quick_add", "bell", "user_menu"):
        monkeypatch.setattr(navigation, menu, navigation.Menu())


class Viewer(SimpleNamespace):
    """A user as the shell sees it."""

    is_authenticated = True


@pytest.fixture
def viewer():
    return Viewer(pk=1, name="Kasia", email="kasia@a.pl", initials="K", theme="dark", language="pl")


def ask(path="/", user=None, method="get", **options):
    """A request as the middleware leaves it."""
    request = getattr(RequestFactory(), method)(path, **options)
    request.user = user or AnonymousUser()
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


@pytest.mark.parametrize("name", PAGES)
def test_pages_hold_no_inline_script_or_style(name, viewer):
    page = PAGES[name](ask(user=viewer)).content.decode()
    assert not INLINE.search(page.replace("&lt;", ""))
    assert page.count("<h1") == 1
    assert "{#" not in page
    assert "{%" not in page


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique(name, viewer):
    page = PAGES[name](ask(user=viewer)).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))


def test_hostile_names_stay_text(viewer):
    page = styleguide.companies(ask(user=viewer)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_htmx_gets_the_part_and_a_modal_its_dialog(viewer):
    whole = styleguide.form(ask(user=viewer)).content.decode()
    part = styleguide.form(ask(user=viewer, headers={"HX-Request": "true"})).content.decode()
    modal = styleguide.form(
        ask(user=viewer, headers={"HX-Request": "true", "X-Modal": "drawer"})
    ).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    assert "<title>Add company" in part
    assert 'id="modal-title"' in modal
    assert "<html" not in modal


def test_going_back_gets_the_whole_page(viewer):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in styleguide.form(ask(user=viewer, headers=headers)).content.decode()


def test_htmx_is_configured_to_run_nothing_and_keep_nothing(viewer):
    page = styleguide.guide(ask(user=viewer)).content.decode()
    config = json.loads(re.search(r"name=\"htmx-config\" content='([^']+)'", page)[1])
    wanted = {
        "allowEval": False,
        "allowScriptTags": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "includeIndicatorStyles": False,
    }
    assert wanted.items() <= config.items()


@pytest.mark.parametrize("code", [400, 403, 404, 429, 500, 503])
def test_error_pages_need_no_request(code):
    page = render_to_string(f"errors/{code}.html", {"request_id": "abc-123"})
    assert f"Error {code}" in page
    assert "abc-123" in page


def test_the_menu_holds_what_is_registered_and_allowed(viewer):
    allowed = navigation.Item(label="Companies", url=lambda: "/c/", icon="building", on_phone=True)
    refused = navigation.Item(
        label="Secrets", url=lambda: "/s/", icon="lock", visible=lambda viewer: False
    )
    missing = navigation.Item(label="Missing", url="no-such-url", icon="x")
    for item in (allowed, refused, missing):
        navigation.main.register(item)
    page = styleguide.guide(ask("/c/12", user=viewer)).content.decode()
    assert '<a class="side-link" href="/c/" aria-current="page"' in page
    assert "Secrets" not in page
    assert "Missing" not in page


def test_after_a_form_the_modal_closes_and_the_page_hears_of_it(viewer):
    request = ask(user=viewer, headers={"HX-Request": "true", "X-Modal": "drawer"})
    answer = responses.done(request, "/c/1", text="Dodano", undo_url="/u", event="record-changed")
    assert answer.status_code == 204
    assert json.loads(answer["HX-Trigger"]) == {
        "modal-done": {"url": "/c/1"},
        "record-changed": {},
        "toast": {"text": "Dodano", "undo_url": "/u"},
    }


def test_after_a_form_on_a_page_the_browser_goes_on(viewer):
    assert responses.done(ask(user=viewer), "/c/1")["Location"] == "/c/1"
    htmx = ask(user=viewer, headers={"HX-Request": "true"})
    assert responses.done(htmx, "/c/1")["HX-Redirect"] == "/c/1"
