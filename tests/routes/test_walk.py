"""All addresses with each role: what is not declared, what is refused, and that nothing changes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import URLResolver, include, path
from django.urls.resolvers import RegexPattern

from orbita.accounts.models import Role, User
from orbita.accounts.rights import ACTIONS
from orbita.accounts.tokens import issue_token
from tests.routes.finding import calls, pages, undeclared
from tests.routes.table import CALLS, PAGES, gate_of, methods_of
from tests.routes.world import World, give, give_all_but, send, written_rows

GATES = {**{action: (action,) for action in ACTIONS}, "merge": ("edit", "delete")}
UNCONTROLLED = {"duplicate-suspicion", "export-file", "flow"}
"""Addresses whose things the world does not have: allowed or not, the answer is 404."""
OWN = ("import", "export", "operation-run", "note", "comment", "file", "saved-view")
"""What is somebody's own is not there for others, whatever their rights."""


@pytest.fixture(autouse=True)
def quiet(caplog: Any) -> None:
    """Refusals are what these tests are after; nobody has to read of each."""
    caplog.set_level("CRITICAL", logger="django.request")


def test_every_address_is_declared() -> None:
    assert undeclared(PAGES, pages()) == []
    declared = {(where, method) for where, methods in CALLS.items() for method in methods}
    assert undeclared(declared, calls()) == []


def test_an_address_that_nobody_declared_is_named() -> None:
    def view(request: Any) -> HttpResponse:
        return HttpResponse()

    more = [path("", include("orbita.config.urls")), path("secrets/", view, name="secrets")]
    assert undeclared(PAGES, pages(URLResolver(RegexPattern(r"^/"), more))) == ["secrets"]


def test_strangers_are_led_to_the_log_in(client: Any, world: World) -> None:
    before = written_rows()
    for name, pattern in pages().items():
        for method in methods_of(name):
            if gate_of(name) != "open":
                url = world.url(name, pattern)
                answer = client.generic(method, url)
                assert answer.status_code == 302, (name, method)
                assert answer["Location"].startswith("/login/"), (name, method)
    assert written_rows() == before


@pytest.mark.parametrize("person", ["kasia", "marek"])
def test_what_is_the_administrators_is_refused_to_others(
    client: Any, world: World, person: str, request: Any
) -> None:
    client.as_(request.getfixturevalue(person))
    before = written_rows()
    for name, pattern in pages().items():
        if gate_of(name) == "admin":
            for method in methods_of(name):
                found = client.generic(method, world.url(name, pattern)).status_code
                assert found == 403, (name, method, found)
    assert written_rows() == before


@pytest.mark.parametrize(("person", "role"), [("kasia", Role.USER), ("marek", Role.MANAGER)])
def test_without_a_right_its_addresses_are_refused_and_nothing_changes(
    client: Any, world: World, person: str, role: Role, request: Any
) -> None:
    client.as_(request.getfixturevalue(person))
    theirs = [name for name in pages() if person == "kasia" or not name.startswith(OWN)]
    open_without, closed_with = [], []
    for gate, rights in GATES.items():
        names = [name for name in theirs if gate_of(name) == gate]
        for right in rights:
            give_all_but(role, right)
            before = written_rows()
            answers = answers_of(client, world, names, with_head=True)
            refused = {404} if right == "view" else {403, 404}
            open_without += [(right, *one) for one in answers if one[-1] not in refused]
            if written_rows() != before:
                open_without.append((right, "wrote"))
        give(role, *ACTIONS)
        answers = answers_of(client, world, sorted(set(names) - UNCONTROLLED))
        closed_with += [(gate, *one) for one in answers if one[-1] in (403, 404)]
    assert not open_without, open_without
    assert not closed_with, (
        closed_with
    )  # else the addresses are wrong, and their refusal says nothing


def answers_of(
    client: Any, world: World, names: list[str], *, with_head: bool = False
) -> list[tuple[str, str, int]]:
    """Name, method and status of each address, with each of its methods."""
    patterns, found = pages(), []
    for name in names:
        url, data, methods = world.url(name, patterns[name]), world.data(name), methods_of(name)
        if with_head and "GET" in methods:
            methods = ["HEAD", *methods]
        found += [(name, method, send(client, method, url, data)) for method in methods]
    return found


ELSEWHERE = re.compile(
    r"/(bin/operations|deals|products|spaces|vehicles)/|/imports/new/\?kind=(deals|vehicles)"
)
"""Other kinds' addresses, in which the company is named, and an emptied bin."""
SHOWN = (
    "/",
    "/companies/",
    "/companies/left/",
    "/companies/operations/",
    "/companies/duplicates/",
    "/bin/",
    "/imports/",
    "/search/?q=alfa",
)
_LINK = re.compile(r'(?:href|data-modal-url|hx-get|data-url|data-create-url)="(/[^"#]*)')
_FORM = re.compile(r'(?:action|hx-post)="(/[^"]*)"')
_INLINE = re.compile(r'data-inline-edit="(/[^"]*)"')


def offered(client: Any, world: World) -> set[tuple[str, str]]:
    """What pages lead to: methods and addresses."""
    company = f"/companies/{world.company.pk}/"
    found: set[tuple[str, str]] = set()
    for url in (*SHOWN, company, f"{company}card/", f"/persons/{world.person.pk}/"):
        asks = "operations" in url or "left" in url or "card" in url
        answer = client.get(url, headers={"HX-Request": "true"} if asks else {})
        text = answer.text.replace("&amp;", "&") if answer.status_code == 200 else ""
        found |= {("GET", one) for pattern in (_LINK, _INLINE) for one in pattern.findall(text)}
        found |= {("POST", one) for one in _FORM.findall(text)}
    return {one for one in found if not one[1].startswith(("/static/", "/logout/", "/me/"))}


def test_what_pages_hide_the_server_refuses(client: Any, world: World, kasia: User) -> None:
    client.as_(kasia)
    everything, still_open = offered(client, world), []
    for right in ACTIONS:
        give_all_but(Role.USER, right)
        hidden = {one for one in everything - offered(client, world) if not ELSEWHERE.match(one[1])}
        assert hidden, right
        before = written_rows()
        for method, url in sorted(hidden):
            status = send(client, method, url)
            is_the_list = url.startswith("/companies/?") and right != "view"
            if not is_the_list and status not in (403, 404, 405):
                still_open.append((right, method, url, status))
        assert written_rows() == before, right
    assert not still_open, still_open


API_RIGHTS = ("view", "add", "edit", "delete", "import")


def test_the_api_refuses_the_same(client: Any, world: World, kasia: User) -> None:
    headers = {"Authorization": f"Bearer {issue_token(kasia, 'test')}"}
    wrong = []
    for right in API_RIGHTS:
        give_all_but(Role.USER, right)
        before, expected = written_rows(), 404 if right == "view" else 403
        for method, url in api_calls(world, right):
            found = called(client, method, url, headers)
            wrong += [(right, method, url, found)] if found != expected else []
        assert written_rows() == before, right
        listed = client.get("/api/v1/kinds", headers=headers).json()["items"]
        rights = [one["rights"].get(right) for one in listed if one["slug"] == "companies"]
        assert rights == ([] if right == "view" else [False])
    assert not wrong, wrong


def api_calls(world: World, right: str) -> Iterator[tuple[str, str]]:
    """The operations for which the right is needed."""
    for where, operations in CALLS.items():
        pk = world.imp.pk if where.startswith("/imports") else world.company.pk
        pk = world.relation.pk if where.startswith("/relations/") else pk
        pk = world.note.pk if where.startswith("/notes/") else pk
        for method, gate in operations.items():
            # Lists of relations are of records that one may see, their writing names them.
            if gate == right and where != "/relations":
                yield method, where.replace("{kind}", "companies").replace("{id}", str(pk))


def called(client: Any, method: str, where: str, headers: dict[str, str]) -> int:
    """The status of a call; an import brings a file."""
    url = f"/api/v1{where}"
    if where == "/imports":
        file = SimpleUploadedFile("a.csv", b"Nazwa\nDelta\n", "text/csv")
        answer = client.post(url, {"kind": "companies", "file": file}, headers=headers)
    else:
        how: Any = {"headers": headers, "content_type": "application/json"}
        answer = client.generic(method.upper(), url, b"{}", **how)
    return int(answer.status_code)
