"""A client that is generated from the description works with every kind of record."""

import subprocess
import sys
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest

from orbita.accounts.tokens import issue_token
from orbita.api.openapi.document import is_built_in, snapshot
from orbita.api.openapi.schemas import example_of
from orbita.records.kinds import kinds

NAME = "orbita_generated_client"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the generated package lies."""
    found = tmp_path_factory.mktemp("client")
    (found / "openapi.json").write_text(snapshot(), encoding="utf-8")
    (found / "config.yaml").write_text("post_hooks: []\n")
    program = Path(sys.executable).parent / "openapi-python-client"
    done = subprocess.run(
        [
            *(program, "generate", "--meta", "none", "--config", found / "config.yaml"),
            *("--path", found / "openapi.json", "--output-path", found / NAME),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "arning" not in done.stdout + done.stderr, done.stdout
    sys.path.insert(0, str(found))
    invalidate_caches()
    yield found
    sys.path.remove(str(found))
    for name in [name for name in sys.modules if name.split(".")[0] == NAME]:
        del sys.modules[name]


def operation(kind: Any, verb: str) -> ModuleType:
    """The generated functions of an operation: `create_company`."""
    return import_module(f"{NAME}.api.{kind.slug}.{verb}_{kind.key}")


def body(kind: Any, sort: str, values: dict[str, Any]) -> Any:
    """A generated body: `CompanyInput`."""
    models = import_module(f"{NAME}.models")
    return getattr(models, f"{kind.model.__name__}{sort}").from_dict(values)


@pytest.mark.django_db(transaction=True)
def test_a_generated_client_works_with_every_kind(folder, live_server, features, kasia):
    token = issue_token(kasia, "client")
    generated = import_module(f"{NAME}.client")
    with generated.AuthenticatedClient(f"{live_server.url}/api/v1", token) as client:
        me = import_module(f"{NAME}.api.account.get_me").sync(client=client)
        assert (me.name, me.token.name) == ("Kasia Nowak", "client")
        for kind in [kind for kind in kinds if is_built_in(kind)]:
            ids = create(client, kind)
            read_and_page(client, kind, ids)
            change_and_delete(client, kind, ids[0])


def create(client: Any, kind: Any) -> list[UUID]:
    """Three records, the last call sent twice."""
    answers = []
    for key in (str(uuid4()), str(uuid4()), "twice", "twice"):
        new = body(kind, "Input", example_of(kind))
        sent = operation(kind, "create").sync_detailed(
            client=client, body=new, idempotency_key=f"{kind.key}-{key}"
        )
        assert (sent.status_code, type(sent.parsed).__name__) == (201, kind.model.__name__)
        answers.append(sent)
    assert answers[3].content == answers[2].content
    assert answers[3].headers["Idempotency-Replayed"] == "true"
    return [answer.parsed.id for answer in answers[:3]]


def read_and_page(client: Any, kind: Any, ids: list[UUID]) -> None:
    """One by its id, and all of them over two pages."""
    one = operation(kind, "get").sync(ids[0], client=client)
    assert (one.id, one.kind, one.is_open) == (ids[0], kind.slug, True)
    first = operation(kind, "list").sync(client=client, limit=2, expand=["owner"])
    assert (len(first.items), first.total, first.total_exceeded) == (2, 3, False)
    assert [user.name for user in first.included.users] == ["Kasia Nowak"]
    second = operation(kind, "list").sync(client=client, limit=2, cursor=first.next_)
    assert {record.id for record in [*first.items, *second.items]} == set(ids)
    short = operation(kind, "list").sync(client=client, fields=["number"], limit=1).items[0]
    assert short.number
    assert not short.title


def change_and_delete(client: Any, kind: Any, pk: UUID) -> None:
    """With the tag that was seen; an old one is refused with what changed."""
    key = "last_name" if kind.key == "person" else "title"
    change, delete = operation(kind, "change"), operation(kind, "delete")
    seen = operation(kind, "get").sync_detailed(pk, client=client).headers["ETag"]
    new = body(kind, "Change", {key: "Zmiana"})
    changed = change.sync_detailed(pk, client=client, body=new, if_match=seen)
    assert (changed.status_code, changed.parsed.to_dict()[key]) == (200, "Zmiana")
    for call in (change, delete):
        more = {"body": new} if call is change else {}
        refused = call.sync(pk, client=client, if_match=seen, **more)
        assert (refused.status, refused.changed) == (412, [key])
    gone = delete.sync_detailed(pk, client=client, if_match=changed.headers["ETag"])
    assert gone.status_code == 204
    assert operation(kind, "get").sync(pk, client=client).status == 404
