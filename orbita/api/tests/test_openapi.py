"""The description tells the truth: it matches the addresses, the snapshot and the answers."""

import json
import re
from functools import cache
from io import BytesIO
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.management import CommandError, call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase
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
from orbita.records.kinds import kinds
from orbita.relations.models import RelationType

EXAMPLES = 6
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def routes() -> set[tuple[str, str]]:
    """Method and path of every route, with the kinds in the place of their slug."""
    found = set()
    for _prefix, router in api._routers:
        for path, view in router.path_operations.items():
            shown = re.sub(r"\{(?:\w+:)?pk\}", "{id}", path)
            slugs = [kind.slug for kind in kinds] if "{slug}" in shown else [""]
            for operation in view.operations:
                for slug in slugs:
                    for method in operation.methods:
                        found.add((method.lower(), shown.replace("{slug}", slug)))
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
    """A record of each kind, by slug, and tokens; stored once, each test takes its writes back."""
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")),
    ):
        yield build()
        transaction.set_rollback(True)


def build() -> tuple[dict[str, Any], dict[str, str]]:
    """The records and the tokens: types of relations are an administrator's."""
    switch_on()
    user, stranger = _user("Ula", "Fuz"), _user("Olaf", "Obcy")
    company = make_record("company", title="Nowa Era", owner=user, city="Kraków", tags=["VIP"])
    records = {
        "companies": company,
        "persons": make_record("person", last_name="Kowal", owner=user, company=company),
        "deals": make_record("deal", title="Serwis", owner=user, company=company),
        "products": make_record("product", title="Olej", owner=user),
        "spaces": make_record("space", title="Projekt", owner=user),
        "imports": importing.upload(
            BytesIO(b"Nazwa;NIP\nNowa Era;1234563218\n"),
            name="firmy.csv",
            kind=kinds.get("companies"),
            by=user,
        ),
    }
    branch = RelationType.objects.create(
        kind_a="company", label_a="Centrala", kind_b="company", label_b="Oddział"
    )
    for number in range(3):
        other = make_record(
            "company", title=f"Cudza {number}", owner=stranger, visibility=number + 1
        )
        records.setdefault("relations", tie_ends(branch, company, other, note="tajne"))
    records["relation-types"] = branch
    administrator = User.objects.get(role=Role.ADMINISTRATOR)
    return records, {
        "relation-types": issue_token(administrator, "fuzz"),
        "": issue_token(user, "fuzz"),
    }


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


@pytest.mark.django_db
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), list(operations()))
def test_no_input_breaks_an_operation_and_every_answer_is_described(world, method, path, mode):
    """Half of the calls go to a record that exists, with good and with bad values."""
    records, tokens = world
    token = tokens.get(path.split("/")[1], tokens[""])
    operation = described()[path][method.upper()]
    record = records.get(path.split("/")[1])
    fixed = {"id": str(record.pk)} if record is not None and "{id}" in path else None

    @hypothesis.given(case=operation.as_strategy(mode, path_parameters=fixed))
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    call()
