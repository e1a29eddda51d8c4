"""CONC-06: relations made, forbidden, merged and binned at the same time."""

import random
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.utils import timezone, translation

from orbita.records.kinds import kinds
from orbita.records.models import Record
from orbita.records.tests.contract.test_merging import merge_now
from orbita.records.trash import move_to_bin
from orbita.relations.facings import facings
from orbita.relations.models import Edge, Relation, RelationType, Side
from orbita.relations.relating import describe, part, relate
from orbita.relations.tests.wholeness import edges_are_derived

pytestmark = pytest.mark.django_db(transaction=True)
FIRMS = 6
SOME_DAY = date(2020, 1, 1)


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What the deeds answer or raise, each in a connection of its own, all begun together."""
    gate, answers = threading.Barrier(len(deeds)), [None] * len(deeds)

    def do(number: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            with translation.override("en"):
                answers[number] = work()
        except Exception as error:
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def sentences(answers: list[Any]) -> list[str]:
    """The refusals; anything that is no refusal and no answer fails."""
    errors = [one for one in answers if isinstance(one, Exception)]
    assert all(isinstance(one, ValidationError) for one in errors), errors
    return [" ".join(one.messages) for one in errors]


def seen(type_: RelationType, side: Side = Side.A) -> Any:
    """The type from one side."""
    return next(one for one in facings() if (one.type.pk, one.side) == (type_.pk, side))


def below(type_: RelationType, lower: Any, upper: Any, by: Any) -> Callable[[], Any]:
    """Put a record below another, from the lower or the upper one's profile."""
    return lambda: relate(lower, seen(type_, Side.B), upper.pk, by=by)


@pytest.fixture
def tree(relation_type: Any) -> RelationType:
    """Centrala — Oddział, where a branch has one head office."""
    return relation_type("company", "Centrala", "company", "Oddział", one_a=True)


@pytest.fixture
def firms(make: Any, anna: Any) -> list[Any]:
    """Companies without relations."""
    return [make("company", title=f"Firma {letter}", owner=anna) for letter in "ABCDEF"[:FIRMS]]


def assert_it_is_a_forest() -> None:
    """No record has two above it, and from none a way leads back to it."""
    above: dict[Any, Any] = {}
    for a, b in Relation.objects.values_list("a", "b"):
        assert b not in above, "two above one"
        above[b] = a
    for start in above:
        passed, at = set(), start
        while at in above:
            assert at not in passed, "a circle"
            passed.add(at)
            at = above[at]
    assert edges_are_derived()


def crossing(chance: random.Random, firms: list[Any]) -> list[tuple[Any, Any]]:
    """Pairs of lower and upper that would close a circle if all were stored; and a rival."""
    length = chance.choice([2, 2, 3, 4])
    ring = chance.sample(firms, length)
    pairs = [(one, ring[(place + 1) % length]) for place, one in enumerate(ring)]
    pairs.append((ring[0], chance.choice([one for one in firms if one is not ring[0]])))
    chance.shuffle(pairs)
    return pairs


def run_rounds(rounds: int, tree: RelationType, firms: list[Any], by: Any, seed: int = 7) -> None:
    chance = random.Random(seed)
    for _round in range(rounds):
        Relation.objects.all().delete()
        pairs = crossing(chance, firms)
        deeds = [below(tree, lower, upper, by) for lower, upper in pairs]
        for lower, upper in pairs[:1]:
            deeds.append(lambda u=upper, w=lower: relate(u, seen(tree, Side.A), w.pk, by=by))
        told = sentences(at_once(*deeds))
        assert told, "one of them is refused"
        assert len(told) < len(deeds), "one of them is stored"
        assert_it_is_a_forest()


def test_crossing_relations_make_no_circle_and_no_second_head_office(tree, firms, anna):
    run_rounds(12, tree, firms, anna)


@pytest.mark.long
def test_five_hundred_crossings_make_no_circle(tree, firms, anna):
    run_rounds(500, tree, firms, anna, seed=2026)


@pytest.mark.parametrize("label", ["Konkurenci", "Oddział"])
def test_the_same_from_both_sides_at_once_is_one_with_one_sentence(
    relation_type, firms, anna, kasia, label
):
    type_ = relation_type("company", "Konkurenci", "company", label)
    one, two = firms[:2]
    back = type_.sides[-1]
    for _round in range(6):
        Relation.objects.all().delete()
        told = sentences(
            at_once(
                lambda: relate(one, seen(type_), two.pk, by=anna),
                lambda: relate(two, seen(type_, back), one.pk, by=kasia),
            )
        )
        assert told == ["There is such a relation already"]
        assert Relation.objects.count() == 1
        assert edges_are_derived()


def while_held(type_: RelationType, work: Callable[[], Any], **values: Any) -> Any:
    """The answer of `work`, begun while somebody changes the type and commits after a moment."""
    answers: list[Any] = []
    begun = threading.Event()

    def wait() -> None:
        begun.set()
        answers.extend(at_once(work))

    thread = threading.Thread(target=wait)
    with transaction.atomic():
        stored = RelationType.objects.select_for_update().get(pk=type_.pk)
        for name, value in values.items():
            setattr(stored, name, value)
        stored.save()
        thread.start()
        begun.wait()
        thread.join(timeout=1)
        assert thread.is_alive(), "it waits for the type"
    thread.join()
    return answers


@pytest.mark.parametrize("column", ["archived_at", "deleted_at"])
def test_a_type_that_goes_at_that_moment_takes_no_relation_any_more(branch, firms, anna, column):
    facing = seen(branch)
    answer = while_held(
        branch,
        lambda: relate(firms[0], facing, firms[1].pk, by=anna),
        **{column: timezone.now()},
    )
    assert "can no longer be added" in sentences(answer)[0]
    assert not Relation.objects.exists()


def test_a_limit_set_at_that_moment_holds(branch, firms, anna, tie):
    upper, other, lower, *_rest = firms
    tie(branch, upper, lower, by=anna)
    facing = seen(branch, Side.B)
    answer = while_held(branch, lambda: relate(lower, facing, other.pk, by=anna), one_a=True)
    assert sentences(answer) == ["Firma C has “Centrala” already: Firma A"]
    assert_it_is_a_forest()


def test_a_merger_at_that_moment_loses_no_relation(branch, rivals, firms, anna):
    """Whoever comes first: the relation is on the survivor, or was refused in words."""
    kind = kinds.by_key("company")
    chance = random.Random(3)
    for number in range(10):
        survivor, loser, other = (renewed(one, anna) for one in chance.sample(firms, 3))
        near, far = (loser, other) if number % 2 else (other, loser)
        type_ = branch if number % 3 else rivals
        answers = at_once(
            lambda s=survivor, g=loser: merge_now(kind, anna, [s, g]),
            lambda t=type_, n=near, f=far: relate(n, seen(t), f.pk, by=anna),
        )
        told = sentences(answers)
        assert set(told) <= {"The chosen record no longer exists"}
        found = Relation.objects.all()
        assert len(found) == 1 - len(told)
        assert all({one.a_id, one.b_id} == {survivor.pk, other.pk} for one in found)
        assert edges_are_derived()
        Relation.objects.all().delete()


def renewed(firm: Any, by: Any) -> Any:
    """A live company of the same name."""
    from orbita.records.saving import new_record, save_record

    kind = kinds.by_key("company")
    record = new_record(kind, by=by)
    save_record(record, {"title": firm.title, "owner": by}, by=by, fields=kind.all_fields())
    return kind.model.objects.get(pk=record.pk)  # type: ignore[attr-defined]


def test_a_merger_waits_for_a_relation_that_is_not_yet_stored(branch, firms, anna):
    """The relation is written and not yet committed when the merger begins."""
    survivor, loser, other, *_rest = firms
    kind = kinds.by_key("company")
    answers: list[Any] = []
    thread = threading.Thread(
        target=lambda: answers.extend(at_once(lambda: merge_now(kind, anna, [survivor, loser])))
    )
    with transaction.atomic():
        relate(other, seen(branch), loser.pk, by=anna)
        thread.start()
        thread.join(timeout=1)
    thread.join()
    assert sentences(answers) == []
    relation = Relation.objects.get()
    assert (relation.a_id, relation.b_id) == (other.pk, survivor.pk)


def test_an_end_that_goes_to_the_bin_at_that_moment_takes_the_relation_along(branch, firms, anna):
    for number in range(6):
        near, far = (renewed(one, anna) for one in firms[:2])
        target = (near, far)[number % 2]
        told = sentences(
            at_once(
                lambda n=near, f=far: relate(n, seen(branch), f.pk, by=anna),
                lambda t=target: move_to_bin(t, by=anna),
            )
        )
        assert set(told) <= {"The chosen record no longer exists"}
        known = Edge.objects.known_to(anna).filter(near__in=[near.pk, far.pk])
        assert not known.filter(near__deleted_at=None).exists()
        assert Record.objects.get(pk=target.pk).deleted_at


def test_a_change_and_a_removal_at_once_leave_one_of_both(branch, firms, anna, kasia, tie):
    for _round in range(6):
        one = tie(branch, *firms[:2], by=anna)
        told = sentences(
            at_once(
                lambda r=one: describe(
                    r, by=kasia, note="nowa", since=date(2020, 1, 1), until=None
                ),
                lambda r=one: part([r], by=anna),
            )
        )
        assert set(told) <= {"The chosen record no longer exists"}
        assert not Relation.objects.exists()
        assert not Edge.objects.exists()


def test_two_removals_at_once_are_no_problem(branch, firms, anna, kasia, tie):
    one = tie(branch, *firms[:2], by=anna)
    answers = at_once(lambda: part([one], by=anna), lambda: part([one], by=kasia))
    assert sentences(answers) == []
    assert not Edge.objects.exists()
