"""What is drawn once serves everybody, and nobody gets what is another's."""

import re

import pytest
from django.utils import translation

pytestmark = pytest.mark.django_db


def menu_of(answer):
    """The menu of the viewer."""
    page = answer.content.decode()
    return page[page.index("user-menu") : page.index("data-logout")]


def test_each_viewer_has_their_own_menu_and_each_page_its_own_address(client, kasia, marek):
    for viewer, other in ((kasia, marek), (marek, kasia)):
        client.as_(viewer)
        for path in ("/companies/?q=a%26b", "/persons/"):
            menu = menu_of(client.get(path))
            assert viewer.email in menu
            assert other.email not in menu
            assert f'name="next" value="{path}"' in menu


def test_the_forms_of_each_page_carry_the_token_of_their_session(client, kasia, marek):
    client.handler.enforce_csrf_checks = True
    tokens = set()
    for viewer in (kasia, marek):
        menu = menu_of(client.as_(viewer).get("/companies/"))
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', menu)[1]
        tokens.add(token)
        sent = {"theme": "dark", "csrfmiddlewaretoken": token}
        assert client.post("/me/theme/", sent).status_code == 302
        assert (
            client.post("/me/theme/", {**sent, "csrfmiddlewaretoken": "x" * 64}).status_code == 403
        )
        viewer.refresh_from_db()
        assert viewer.theme == "dark"
    assert len(tokens) == 2


def test_a_choice_shows_in_the_menu_at_once(client, kasia):
    client.as_(kasia)
    for theme in ("light", "dark"):
        client.post("/me/theme/", {"theme": theme})
        menu = menu_of(client.get("/companies/"))
        pressed = re.findall(r'value="(\w+)" aria-pressed="true"', menu)
        assert theme in pressed


def test_the_exports_of_a_list_are_those_of_its_address(client, kasia):
    with translation.override("en"):
        page = client.as_(kasia).get("/companies/?q=%22%3E%3Cb%3E&sort=-title").content.decode()
    buttons = re.findall(r'formaction="(/companies/export/[^"]*)"', page)
    assert len(buttons) == 6
    assert all("q=%22%3E%3Cb%3E&amp;sort=-title" in one for one in buttons)
    assert sum(one.endswith("&amp;whole=1") for one in buttons) == 3
