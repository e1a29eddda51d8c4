"""Every kind has a map, and is found by the question how two records are connected."""

from typing import Any

import pytest

from orbita.records.fields import ReferencesField
from orbita.records.fields.reference import ReferenceField
from orbita.records.kinds import Kind, kinds

pytestmark = pytest.mark.django_db


def naming(kind: Kind, word: str) -> dict[str, Any]:
    """What a record of the kind is called by."""
    return dict.fromkeys(kind.title_from, word)


def test_a_record_of_each_kind_stands_on_maps_and_in_chains(
    kind, client, kasia, full, make, relation_type, tie
):
    acme = make("company", title="Środek mapy", owner=kasia)
    record = full(kind)
    type_ = relation_type("company", "Patron", kind.key, "Podopieczny")
    tie(type_, acme, record, by=kasia)
    seen = client.as_(kasia)
    there = seen.get(f"{acme.get_absolute_url()}map/").content.decode()
    back = seen.get(f"{record.get_absolute_url()}map/").content.decode()
    assert f'data-node="{record.pk}"' in there
    assert f'data-node="{acme.pk}"' in back
    assert "Podopieczny" in there
    assert "Patron" in back
    chain = seen.get(f"{record.get_absolute_url()}connection/?to={acme.pk}").content.decode()
    assert "Connected in 1 step" in chain


def test_what_the_fields_of_a_kind_name_is_linked(kind, client, kasia, full, make):
    types = ReferenceField | ReferencesField
    named = [field for field in kind.all_fields().values() if isinstance(field, types)]
    for field in named:
        target = full(kinds.by_key(field.target))
        value = [target] if isinstance(field, ReferencesField) else target
        record = make(kind.key, **naming(kind, "Wskazujący"), owner=kasia, **{field.key: value})
        page = client.as_(kasia).get(f"{target.get_absolute_url()}map/").content.decode()
        assert f'data-node="{record.pk}"' in page
        chain = client.get(f"{record.get_absolute_url()}connection/?to={target.pk}")
        assert str(field.label) in chain.content.decode()
