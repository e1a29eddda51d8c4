"""What tests of relations share: types of the guide, and what a page shows."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from orbita.records.models import Change, ChangeSet, Record
from orbita.relations.facings import facings_for
from orbita.relations.models import Edge, Relation


@pytest.fixture
def branch(relation_type: Any) -> Any:
    """Centrala — Oddział."""
    return relation_type("company", "Centrala", "company", "Oddział")


@pytest.fixture
def rivals(relation_type: Any) -> Any:
    """Konkurenci, which is symmetric."""
    return relation_type("company", "Konkurenci", "company", "Konkurenci", position=1)


@pytest.fixture
def key() -> Callable[..., str]:
    """`key(type, "Centrala", kasia)`: the type from the side whose other end is called so."""

    def key_of(type_: Any, label: str, viewer: Any) -> str:
        found = [f for f in facings_for(viewer) if f.type == type_ and f.label == label]
        return found[0].key

    return key_of


@pytest.fixture
def shown(client: Any) -> Callable[..., dict[str, list[str]]]:
    """`shown(kasia, acme)`: the panel that this user sees, labels with the names below."""

    def panel(viewer: Any, record: Any) -> dict[str, list[str]]:
        page = client.as_(viewer).get(f"{record.get_absolute_url()}panels/relations/")
        assert page.status_code == 200
        found = {}
        for part in page.content.decode().split('<section class="relation-group"')[1:]:
            label = re.search(r'<span class="name">(.*?)</span>', part)
            names = re.findall(r"<bdi>(.*?)</bdi>", part)
            assert label
            found[unescape(label[1])] = [unescape(name) for name in names]
        return found

    return panel


@pytest.fixture
def state() -> Callable[[], tuple[list[Any], ...]]:
    """All that a refusal must leave alone."""

    def all_rows() -> tuple[list[Any], ...]:
        models = (Relation, Edge, Change, ChangeSet, Record)
        return tuple(list(model.objects.order_by("pk").values()) for model in models)

    return all_rows
