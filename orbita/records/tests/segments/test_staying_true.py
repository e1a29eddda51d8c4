"""After any deed the stored points are those that a computation of everything would give."""

import random
import threading
from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.http import QueryDict

from orbita.contacts.models import Company, Person
from orbita.deals.models import Deal, DealStatus
from orbita.imports import importing
from orbita.imports.tests.conftest import csv_file
from orbita.records import trash
from orbita.records.changes import change_set
from orbita.records.kinds import kinds
from orbita.records.merging.merge import lock, merge
from orbita.records.merging.plan import Plan
from orbita.records.models import (
    ChangeSet,
    Channel,
    CustomField,
    CustomOption,
    Group,
    Record,
    Source,
    Visibility,
)
from orbita.records.operations import Order, Selection, operations, running
from orbita.records.segments.computing import compute
from orbita.records.tests.segments.conftest import save, segment_of, set_up
from orbita.records.undo import take_back
from orbita.ui.ids import uuid7

COMPANIES, PERSONS, DEALS = (kinds.by_key(key) for key in ("company", "person", "deal"))
WON = DealStatus.WON.value
UNDOABLE = (Channel.LIST_OPERATION, Channel.IMPORT, Channel.MERGE)


def stored() -> dict[Any, Any]:
    """Segment and points of everything that is not in the bin."""
    rows = Record.objects.live().filter(kind__in=("company", "person"))
    return {pk: pair for pk, *pair in rows.values_list("pk", "segment_id", "segment_points")}


def assert_true_after(deed: str) -> None:
    """Nothing changes when all records are computed anew."""
    found = stored()
    compute(COMPANIES)
    compute(PERSONS)
    assert stored() == found, deed


class World:
    """Records of two kinds with segments, and random deeds on them."""

    def __init__(self, make: Any, anna: Any, kasia: Any, chance: random.Random) -> None:
        self.make, self.anna, self.kasia, self.chance = make, anna, kasia, chance
        self.field = CustomField.objects.create(kind="company", label="Branża", type="choice")
        self.option = CustomOption.objects.create(field=self.field, name="IT")
        self.size = CustomField.objects.create(kind="company", label="Obrót", type="number")
        self.source = Source.objects.create(name="Targi")
        group = Group.named("contacts", "Klienci")
        both: Any = {
            "won_value": (("from", ["1000"], 10), ("filled", [], 4)),
            "won_deals": (("from", ["2"], 8), ("filled", [], 3)),
            "tags": (("filled", [], 5),),
            "groups": (("is", [str(group.pk)], 6),),
            "city": (("is", ["Kraków"], 7), ("filled", [], 1)),
            "source": (("is", [str(self.source.pk)], 2),),
            "emails": (("contains", ["@firma.example"], 9), ("empty", [], -4)),
            "owner": (("filled", [], 3),),
            "visibility": (("not", ["1"], -2),),
        }
        own: Any = {
            self.field.key: (("is", [str(self.option.pk)], 11),),
            self.size.key: (("from", ["10"], 12), ("to", ["9"], 2)),
            "nip": (("filled", [], 13),),
            "title": (("starts", ["Alfa"], 15),),
        }
        set_up("company", {"A": 30, "B": 12, "C": -100}, by=anna, **both, **own)
        set_up("person", {"A": 20, "B": 8}, by=anna, **both)
        for number in range(3):
            self.add_company(number)
            self.add_deal(number)

    def any_of(self, model: Any) -> Any:
        """One of the live records."""
        rows = list(model.objects.live().order_by("number"))
        return self.chance.choice(rows) if rows else None

    def add_company(self, number: int) -> None:
        self.make("company", title=f"Firma {number}", owner=self.kasia)
        self.make("person", last_name=f"Osoba {number}", owner=self.kasia)

    def add_deal(self, number: int) -> None:
        people = list(Person.objects.live()[:2])
        self.make(
            "deal",
            title=f"Szansa {number}",
            company=self.any_of(Company),
            persons=people,
            value=700,
            status=self.chance.choice(DealStatus.values),
            owner=self.kasia,
        )

    def edit_company(self, number: int) -> None:
        record = self.any_of(self.chance.choice((Company, Person)))
        changes: list[dict[str, Any]] = [
            {"tags": self.chance.choice(([], ["VIP"]))},
            {"groups": self.chance.choice(([], ["Klienci"]))},
            {"city": self.chance.choice(("", "Kraków", "Opole"))},
            {"source": self.chance.choice((None, self.source))},
            {"emails": self.chance.choice(([], [{"value": "a@firma.example", "label": ""}]))},
            {"owner": self.chance.choice((None, self.kasia))},
            {"visibility": self.chance.choice((Visibility.PUBLIC, Visibility.HIDDEN))},
        ]
        save(record, self.anna, **self.chance.choice(changes))

    def edit_own_values(self, number: int) -> None:
        record = self.any_of(Company)
        custom = {str(self.field.pk): str(self.option.pk), str(self.size.pk): number}
        with change_set(by=self.anna):
            record.custom = self.chance.choice((custom, {}))
            record.save()

    def edit_deal(self, number: int) -> None:
        changes: list[dict[str, Any]] = [
            {"status": self.chance.choice(DealStatus.values)},
            {"value": self.chance.choice((None, 10, 5000))},
            {"company": self.any_of(Company)},
            {"persons": list(Person.objects.live().order_by("?")[:1])},
            {"currency": self.chance.choice(("PLN", "EUR"))},
            {"visibility": self.chance.choice(Visibility.values)},
        ]
        save(self.any_of(Deal), self.anna, **self.chance.choice(changes))

    def bin(self, number: int) -> None:
        trash.move_to_bin(self.any_of(self.chance.choice((Company, Person, Deal))), by=self.anna)

    def restore(self, number: int) -> None:
        model = self.chance.choice((Company, Person, Deal))
        binned = model.objects.in_bin_for(self.anna).order_by("number").first()
        if binned is not None:
            trash.restore(binned, by=self.anna)

    def operate(self, number: int) -> None:
        key, posted, kind = self.chance.choice(
            [
                ("add-tags", "value=nowy", COMPANIES),
                ("remove-tags", "value=nowy", COMPANIES),
                ("set-city", "value=Kraków", PERSONS),
                ("set-status", "value=won", DEALS),
                ("set-visibility", "value=3", DEALS),
            ]
        )
        operation, data = operations.find(key, kind, self.anna), QueryDict(posted)
        form = operation.form(kind, self.anna, data) if operation else None
        if form is None or not form.is_valid():
            return
        ids = tuple(kind.model.objects.live().values_list("pk", flat=True))
        order = Order(kind, self.anna, form.cleaned_data)
        running.start(operation, order, Selection(kind, ids), data, token=uuid7())

    def bring(self, number: int) -> None:
        names = [one.title for one in Company.objects.live().order_by("number")[:2]]
        rows = [[name, "Kraków", f"t{number}"] for name in (*names, f"Alfa {number}")]
        file = csv_file([["Nazwa firmy", "Miasto", "Tagi"], *rows])
        imp = importing.upload(file, name="plik.csv", kind=COMPANIES, by=self.anna)
        importing.run_here(imp, dry_run=False)

    def merge(self, number: int) -> None:
        records = list(Company.objects.live().order_by("number")[:2])
        if len(records) < 2:
            return
        with transaction.atomic():
            locked = lock(COMPANIES, [one.pk for one in records], by=self.anna)
            plan = Plan.of(COMPANIES, self.anna, locked, survivor=records[0].pk)
            merge(plan.records, plan.survivor, plan.values(), by=self.anna)

    def undo(self, number: int) -> None:
        rows = ChangeSet.objects.filter(channel__in=UNDOABLE).order_by("-pk")
        changes = self.chance.choice([*rows[:2], None])
        if changes is not None:
            with suppress(ValidationError):
                take_back(changes, by=self.anna)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.django_db
def test_every_deed_leaves_the_points_as_if_all_were_computed(make, anna, kasia, seed):
    chance = random.Random(seed)
    world = World(make, anna, kasia, chance)
    assert_true_after("the beginning")
    deeds = [
        *(world.add_company, world.add_deal, world.add_deal, world.edit_company),
        *(world.edit_company, world.edit_own_values, world.edit_deal, world.edit_deal),
        *(world.bin, world.restore, world.operate, world.bring, world.merge),
        *(world.undo, world.undo),
    ]
    for number in range(25):
        deed = chance.choice(deeds)
        deed(number + 10)
        assert_true_after(f"{number}: {deed.__name__}")
    assert len({segment for segment, _points in stored().values()}) > 1


@pytest.mark.django_db
def test_a_merger_unites_what_counts_and_its_undo_parts_it(make, anna, kasia):
    set_up("company", {"A": 0}, by=anna, won_value=(("from", ["150"], 9), ("filled", [], 1)))
    records = [make("company", title="ACME", owner=kasia) for _n in range(2)]
    for one in records:
        make("deal", title="x", company=one, value=100, status=WON, owner=kasia)
    assert [segment_of(one) for one in records] == [("A", 1), ("A", 1)]
    with transaction.atomic():
        locked = lock(COMPANIES, [one.pk for one in records], by=anna)
        plan = Plan.of(COMPANIES, anna, locked, survivor=records[0].pk)
        changes = merge(plan.records, plan.survivor, plan.values(), by=anna)
    assert segment_of(records[0]) == ("A", 9)
    undo = take_back(changes, by=anna)
    assert undo.counts["kept"] == undo.counts["failed"] == 0
    assert [segment_of(one) for one in records] == [("A", 1), ("A", 1)]


@pytest.mark.django_db
def test_the_undo_of_an_import_brings_points_back(make, anna, kasia):
    set_up("company", {"A": 0}, by=anna, city=(("is", ["Kraków"], 5), ("filled", [], 1)))
    acme = make("company", title="ACME", city="Opole", owner=kasia)
    file = csv_file([["Nazwa firmy", "Miasto"], ["ACME", "Kraków"]])
    imp = importing.upload(file, name="plik.csv", kind=COMPANIES, by=kasia)
    importing.run_here(imp, dry_run=False)
    assert segment_of(acme) == ("A", 5)
    undo = take_back(ChangeSet.objects.get(pk=imp.changeset_id), by=kasia)
    assert (undo.counts["reversed"], undo.counts["kept"]) == (1, 0)
    assert segment_of(acme) == ("A", 1)


@pytest.mark.django_db(transaction=True)
def test_two_deals_won_at_once_are_both_counted(make, anna, kasia):
    set_up("company", {"A": 0}, by=anna, won_deals=(("from", ["2"], 9), ("filled", [], 1)))
    acme = make("company", title="ACME", owner=kasia)
    deals = [make("deal", title=str(n), company=acme, owner=kasia) for n in range(2)]
    both_have_written = threading.Barrier(2, timeout=20)

    def win(deal: Any) -> None:
        try:
            with change_set(by=kasia):
                save(deal, kasia, status=WON)
                both_have_written.wait()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=win, args=[deal]) for deal in deals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert segment_of(acme) == ("A", 9)


@pytest.mark.django_db(transaction=True)
def test_a_deed_of_many_transactions_follows_each_of_them(make, anna, kasia):
    set_up("company", {"A": 0}, by=anna, tags=(("filled", [], 5),), city=(("filled", [], 1),))
    old = make("company", title="Beta", owner=kasia)
    with change_set(by=kasia, quiet=True) as deed:
        made = make("company", title="ACME", owner=kasia)
    assert segment_of(made) == ("A", 0)
    with change_set(by=kasia, quiet=True, resume=deed.pk):
        save(made, kasia, tags=["VIP"])
        save(old, kasia, tags=["VIP"])
    assert [segment_of(one) for one in (made, old)] == [("A", 5), ("A", 5)]
    with change_set(by=kasia, quiet=True, resume=deed.pk):
        save(made, kasia, city="Kraków")
    assert segment_of(made) == ("A", 6)
