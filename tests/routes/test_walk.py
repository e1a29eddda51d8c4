"""All addresses with each role: what is not declared, what is refused, and that nothing changes."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import URLResolver, include, path
from django.urls.resolvers import RegexPattern

from orbita.accounts.models import Role, User
from orbita.accounts.rights import ACTIONS
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


ELSEWHERE = re.compile(r"/(bin/operations|deals|products|spaces|vehicles)/")
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


@pytest.mark.parametrize("right", ACTIONS)
def test_what_pages_hide_the_server_refuses(
    client: Any, world: World, kasia: User, right: str
) -> None:
    client.as_(kasia)
    everything = offered(client, world)
    give_all_but(Role.USER, right)
    hidden = everything - offered(client, world)
    hidden = {(method, url) for method, url in hidden if not ELSEWHERE.match(url)}
    assert hidden, right
    before = written_rows()
    for method, url in sorted(hidden):
        status = send(client, method, url)
        is_same_list = url.startswith("/companies/?") and right != "view"
        assert is_same_list or status in (403, 404, 405), (method, url, status)
    assert written_rows() == before


@pytest.mark.parametrize(
    ("right", "methods"),
    [
        ("view", {"get", "post", "patch", "delete", "put"}),
        ("add", {"post"}),
        ("edit", {"patch"}),
        ("delete", {"delete"}),
        ("import", {"post", "put"}),
    ],
)
def test_the_api_refuses_the_same(
    client: Any, world: World, kasia: User, right: str, methods: set[str]
) -> None:
    from orbita.accounts.tokens import issue_token

    headers = {"Authorization": f"Bearer {issue_token(kasia, 'test')}"}
    give_all_but(Role.USER, right)
    before, asked = written_rows(), 0
    for where, operations in CALLS.items():
        for method in methods & {name for name, gate in operations.items() if gate == right}:
            pk = world.imp.pk if where.startswith("/imports") else world.company.pk
            pk = world.relation.pk if where.startswith("/relations/") else pk
            url = "/api/v1" + where.replace("{kind}", "companies").replace("{id}", str(pk))
            if where == "/relations":
                continue  # its lists are of records that may be seen, its writing names them
            if where == "/imports":
                sent = {"kind": "companies", "file": _file()}
                answer = client.post(url, sent, headers=headers)
            else:
                answer = client.generic(
                    method.upper(), url, b"{}", "application/json", headers=headers
                )
            assert answer.status_code == 404 if right == "view" else answer.status_code == 403, (
                method,
                where,
                answer.status_code,
            )
            asked += 1
    assert asked
    assert written_rows() == before
    kinds = client.get("/api/v1/kinds", headers=headers).json()["items"]
    company = next((one for one in kinds if one["slug"] == "companies"), None)
    assert company is None if right == "view" else company["rights"][right] is False


def _file() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("a.csv", b"Nazwa\nDelta\n", "text/csv")
