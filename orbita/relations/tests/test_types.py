"""The verbs of types: what administrators may make of them, and what relations forbid."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from orbita.accounts.audit import AuditEntry
from orbita.records.models import CustomField
from orbita.relations import types
from orbita.relations.facings import facings_for
from orbita.relations.models import Edge, Relation, RelationType
from orbita.relations.type_checking import TypeTakenError

pytestmark = pytest.mark.django_db
BRANCH = {"kind_a": "company", "label_a": "Centrala", "kind_b": "company", "label_b": "Oddział"}
RIVALS = {**BRANCH, "label_a": "Konkurenci", "label_b": " konkurenci "}


@pytest.fixture(autouse=True)
def ground(features: None) -> None:
    """All add-ons are on."""


def state() -> list[Any]:
    """All that a refusal must leave alone."""
    models = (RelationType, Relation, Edge, AuditEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


def refused(verb: Any, *args: Any, **kwargs: Any) -> dict[str, list[str]]:
    """The sentences of a refusal, which changes nothing."""
    before = state()
    with pytest.raises(ValidationError) as caught:
        verb(*args, **kwargs)
    assert state() == before
    return caught.value.message_dict


def test_a_new_type_is_offered_at_once_on_both_kinds(anna, kasia):
    made = types.add(
        {
            "kind_a": "deal",
            "label_a": "Sprzedaż",
            "kind_b": "space",
            "label_b": "Projekt  realizacji ustaleń",
        },
        by=anna,
    )
    seen = {(one.kind, one.label) for one in facings_for(kasia) if one.type == made}
    assert seen == {("deal", "Projekt realizacji ustaleń"), ("space", "Sprzedaż")}
    assert AuditEntry.objects.filter(actor=anna, details__deed="added").count() == 1


def test_the_same_again_or_mirrored_is_refused_by_its_name(anna):
    made = types.add(BRANCH, by=anna)
    mirrored = {**BRANCH, "label_a": "oddzial", "label_b": "CENTRALA"}
    for again in (BRANCH, mirrored):
        sentences = refused(types.add, again, by=anna)
        assert sentences == {
            "label_b": ["There is such a type of relation already: Centrala — Oddział"]
        }
    types.archive(made, by=anna)
    with pytest.raises(ValidationError) as caught:
        types.add(mirrored, by=anna)
    (error,) = caught.value.error_dict["label_b"]
    assert isinstance(error, TypeTakenError)
    assert "archive" in error.message
    types.restore(error.other, by=anna)
    assert RelationType.objects.get().is_offered


def test_labels_and_kinds_are_asked_for(anna):
    both = ["Give the labels of both sides"]
    assert refused(types.add, {**BRANCH, "label_b": " \u200b "}, by=anna) == {"label_b": both}
    wrong = {"kind_a": "gadget", "kind_b": "", "label_a": "", "label_b": "x" * 61}
    assert refused(types.add, wrong, by=anna).keys() == {"kind_a", "kind_b", "label_a", "label_b"}


@pytest.mark.parametrize("label", ["NIP", "nazwa", "Name", "Segment rynku"])
def test_a_label_is_called_like_no_field_of_the_profile_where_it_stands(anna, label):
    CustomField.objects.create(kind="company", label="Segment rynku", type="text", section="basic")
    there = {"kind_a": "company", "label_a": "Firma", "kind_b": "space", "label_b": label}
    assert refused(types.add, there, by=anna).keys() == {"label_b"}
    mirrored = {"kind_b": "company", "label_b": "Firma", "kind_a": "space", "label_a": label}
    assert refused(types.add, mirrored, by=anna).keys() == {"label_a"}


def test_a_used_type_is_renamed_and_keeps_its_kinds_and_symmetry(anna, make, tie):
    rivals = types.add(RIVALS, by=anna)
    acme, budex = make("company", title="ACME"), make("company", title="Budex")
    tie(rivals, acme, budex)
    assert refused(types.change, rivals, {"kind_a": "person"}, by=anna).keys() == {"kind_a"}
    assert refused(types.change, rivals, {"label_b": "Wróg"}, by=anna).keys() == {"label_b"}
    renamed = types.change(rivals, {"label_a": "Konkurencja", "label_b": "Konkurencja"}, by=anna)
    assert renamed.is_symmetric
    assert [one.label for one in facings_for(anna)] == ["Konkurencja"]


def test_a_limit_is_refused_while_records_are_beyond_it(anna, make, tie):
    branch = types.add(BRANCH, by=anna)
    acme, lodz, opole = (make("company", title=t) for t in ("ACME", "Łódź", "Opole"))
    tie(branch, acme, lodz)
    tie(branch, acme, opole)
    sentence = ["1 record already has more of these relations"]
    assert refused(types.change, branch, {"one_b": True}, by=anna) == {"one_b": sentence}
    tie(branch, lodz, acme)
    assert refused(types.change, branch, {"one_a": True}, by=anna).keys() == {"one_a"}
    Relation.objects.filter(a=lodz).delete()
    assert types.change(branch, {"one_a": True}, by=anna).one_a


def test_a_limit_of_a_symmetric_type_is_one_for_both_sides(anna, make, tie):
    couple = {"kind_a": "person", "label_a": "Małżonek", "kind_b": "person", "label_b": "Małżonek"}
    made = types.add({**couple, "one_b": True, "section_b": "basic"}, by=anna)
    assert (made.one_a, made.one_b, made.section_a, made.section_b) == (True, True, "basic", "")
    assert not types.change(made, {"one_a": False}, by=anna).has_limit
    ewa, jan, zofia = (make("person", last_name=name) for name in ("Ewa", "Jan", "Zofia"))
    tie(made, ewa, jan)
    tie(made, zofia, ewa)
    assert refused(types.change, made, {"one_b": True}, by=anna).keys() == {"one_b"}


def test_what_is_deleted_is_gone_and_its_rows_stay(anna, make, tie):
    branch = types.add(BRANCH, by=anna)
    tie(branch, make("company", title="ACME"), make("company", title="Łódź"))
    assert types.usage() == {branch.pk: 1}
    assert types.delete(branch, by=anna) == 1
    assert (types.usage(), facings_for(anna), Relation.objects.count()) == ({}, [], 1)
    with pytest.raises(ValidationError):
        types.archive(branch, by=anna)
    assert types.add(BRANCH, by=anna).pk != branch.pk


def test_usage_counts_a_symmetric_relation_once_and_stops_where_there_are_many(
    anna, make, tie, monkeypatch
):
    monkeypatch.setattr(types, "COUNTED", 2)
    rivals, branch = types.add(RIVALS, by=anna), types.add(BRANCH, by=anna)
    rows = [make("company", title=f"Firma {number}") for number in range(5)]
    for row in rows[1:]:
        tie(rivals, rows[0], row)
    tie(branch, rows[0], rows[1])
    assert types.usage() == {rivals.pk: 3, branch.pk: 1}
    assert types.uses(rivals) == 4


def test_the_order_is_that_of_the_settings(anna):
    rivals, branch = types.add(RIVALS, by=anna), types.add(BRANCH, by=anna)
    types.put_in_order([branch.pk, rivals.pk, 999], by=anna)
    assert [one.type for one in facings_for(anna)] == [branch, branch, rivals]
    before = state()
    types.put_in_order([branch.pk], by=anna)
    assert state() == before
