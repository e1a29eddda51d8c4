"""The description tells the truth: it matches the addresses, the snapshot and the answers."""

import json
import re
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

import hypothesis
import pytest
import schemathesis
from django.core.management import CommandError, call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, strategies
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from conftest import _user, make_record, switch_on, tie_ends
from orbita.accounts.models import Role, User
from orbita.accounts.tokens import issue_token
from orbita.api.openapi.document import document, is_built_in, snapshot
from orbita.api.v1 import api
from orbita.config.wsgi import application
from orbita.imports import importing
from orbita.notes.writing import write_note
from orbita.records.kinds import kinds
from orbita.records.models import Visibility
from orbita.relations.models import RelationType

EXAMPLES = 6
MANY_EXAMPLES = 60
CANARY = "Kanarek7341"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


class World(NamedTuple):
    """What there is: a record or another thing by the first part of its address, and tokens."""

    records: dict[str, Any]
    tokens: dict[str, str]


def routes() -> set[tuple[str, str]]:
    """Method and path of every route, with the kinds in the place of their slug."""
    found = set()
    for _prefix, router in api._routers:
        for path, view in router.path_operations.items():
            shown = re.sub(r"\{(?:\w+:)?pk\}", "{id}", path)
            slugs = [kind.slug for kind in kinds] if shown.startswith("/{slug}") else [""]
            for operation in view.operations:
                for slug in slugs:
                    for method in operation.methods:
                        found.add(
                            (method.lower(), shown.replace("{slug}", slug) if slug else shown)
                        )
    return found


def test_every_route_is_described_and_nothing_else():
    described = {
        (method, path)
        for path, methods in document()["paths"].items()
        for method in methods
        if method != "parameters"
    }
    assert described == routes()


def test_the_snapshot_is_up_to_date(settings, tmp_path):
    call_command("openapi", "--check")
    settings.ROOT = tmp_path
    with pytest.raises(CommandError):
        call_command("openapi", "--check")
    call_command("openapi")
    call_command("openapi", "--check")
    assert (tmp_path / "docs" / "openapi.json").read_text() == snapshot()


def test_the_snapshot_knows_the_built_in_kinds_alone():
    slugs = {tag["name"] for tag in json.loads(snapshot())["tags"]}
    assert slugs == {
        "account",
        "imports",
        "relations",
        *(kind.slug for kind in kinds if is_built_in(kind)),
    }


def test_references_point_to_something():
    whole = document()
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(whole)):
        found = whole
        for part in reference.split("/"):
            found = found[part]


def test_the_pages_for_people_and_programs_are_public(client, anna):
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    page = client.get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    for kind in kinds:
        assert f"/api/v1/{kind.slug}/{{id}}/restoration" in text
    assert not re.findall(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", text)
    assert client.post("/api/v1/docs").status_code == 405


@pytest.fixture(scope="module")
def one_connection():
    """The application as it is, but it does not close the connection of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def world(one_connection, django_db_setup, django_db_blocker, tmp_path_factory):
    """Stored once; each call takes its writes back."""
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")),
    ):
        yield build()
        transaction.set_rollback(True)


def build() -> World:
    """Records of a user, which an outsider may not open; those of the API's own sort too."""
    switch_on()
    user, outsider = _user("Ula", "Fuz"), _user("Olaf", "Obcy")
    values: dict[str, Any] = {"owner": user, "visibility": Visibility.HIDDEN, "description": CANARY}
    company = make_record("company", title=f"Nowa Era {CANARY}", tags=[CANARY], **values)
    records = {
        "companies": company,
        "persons": make_record("person", last_name=f"Kowal {CANARY}", company=company, **values),
        "deals": make_record("deal", title=f"Serwis {CANARY}", company=company, **values),
        "products": make_record("product", title=f"Olej {CANARY}", **values),
        "spaces": make_record("space", title=f"Projekt {CANARY}", **values),
        "imports": importing.upload(
            BytesIO(f"Nazwa;NIP\n{CANARY};1234563218\n".encode()),
            name=f"{CANARY}.csv",
            kind=kinds.get("companies"),
            by=user,
        ),
        "notes": write_note(company, CANARY, by=user),
        "users": user,
    }
    branch = RelationType.objects.create(
        kind_a="company", label_a="Centrala", kind_b="company", label_b="Oddział"
    )
    for number in range(3):
        other = make_record(
            "company", title=f"Cudza {number}", owner=outsider, visibility=number + 1
        )
        records.setdefault("relations", tie_ends(branch, company, other, note=CANARY))
    records["relation-types"] = branch
    administrator = User.objects.get(role=Role.ADMINISTRATOR)
    callers = {"administrator": administrator, "user": user, "outsider": outsider}
    return World(records, {name: issue_token(one, "fuzz") for name, one in callers.items()})


def operations():
    """Every operation of the description."""
    for path, methods in document()["paths"].items():
        for method in methods:
            if method != "parameters":
                yield pytest.param(method, path, id=f"{method} {path}")


@cache
def described() -> Any:
    """The description as the fuzzer loads it out of the application."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


def attack(world: World, method: str, path: str, mode: GenerationMode, examples: int) -> None:
    """Calls of one operation: three callers, ids with and without a record, good and bad values."""
    operation = described()[path][method.upper()]
    record = world.records.get(path.split("/")[1])
    fixed = {"id": str(record.pk)} if record is not None and "{id}" in path else None
    cases = operation.as_strategy(mode, path_parameters=fixed)
    callers = strategies.sampled_from(sorted(world.tokens))

    @hypothesis.given(case=cases, caller=callers, any_version=strategies.booleans())
    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(case: Any, caller: str, any_version: bool) -> None:
        headers = {"Authorization": f"Bearer {world.tokens[caller]}"}
        if any_version and isinstance(case.headers, Mapping) and "If-Match" in case.headers:
            headers["If-Match"] = "*"
        with transaction.atomic():
            answer = case.call_and_validate(headers=headers, checks=CHECKS)
            transaction.set_rollback(True)
        if caller == "outsider":
            assert CANARY not in answer.text, (caller, case)

    call()


@pytest.mark.django_db
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), list(operations()))
def test_no_input_breaks_an_operation_and_nobody_is_told_too_much(world, method, path, mode):
    """An administrator, a user and an outsider; every answer is one that is described."""
    attack(world, method, path, mode, EXAMPLES)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), list(operations()))
def test_no_input_of_many_breaks_an_operation(world, method, path):
    """The same with many more calls."""
    for mode in GenerationMode:
        attack(world, method, path, mode, MANY_EXAMPLES)
