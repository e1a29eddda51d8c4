"""Owners and levels in imports: the rules of the account hold, and unchanged values do no harm."""

import pytest
from django.core.exceptions import ValidationError

from orbita.accounts.models import Status
from orbita.imports.importing import set_options
from orbita.imports.tests.conftest import numbers, texts
from orbita.preferences.models import StoredSetting
from orbita.records.models import Grant, Record

HEAD = ["Nazwa firmy", "Opiekun"]
pytestmark = pytest.mark.usefixtures("features")


def put(key, value):
    StoredSetting.objects.update_or_create(key=key, defaults={"value": value})


def owners():
    return dict(Record.objects.values_list("title", "owner__email"))


def test_a_suspended_owner_whom_the_record_has_is_not_a_mistake(run, make, anna, piotr, kasia):
    make("company", title="Młyn", owner=piotr, participants=[piotr])
    piotr.status = Status.SUSPENDED
    piotr.save()
    head = [*HEAD, "Uczestnicy", "Miasto"]
    rows = [
        head,
        ["Młyn", piotr.email, piotr.email, "Kraków"],
        ["Nowa", piotr.email, "", ""],
        ["Inna", kasia.email, piotr.email, ""],
    ]
    report = run(rows, by=anna)
    assert numbers(report) == {"updated": 1, "rejected": 2}
    sentence = "Piotr Lis is suspended or removed and cannot be chosen"
    assert texts(report, 3) == texts(report, 4) == [sentence]
    assert owners() == {"Młyn": piotr.email}
    assert numbers(run(rows[:2], by=anna)) == {"unchanged": 1}
    report = run([head, rows[2]], by=anna, bad_cell="empty")
    assert numbers(report) == {"created": 1, "warnings": 1}
    assert owners()["Nowa"] == anna.email


def test_who_may_not_hand_a_record_on_is_told_so(run, make, kasia, piotr):
    make("company", title="Młyn", owner=kasia, participants=[piotr])
    put("owner.change.contacts", "owners")
    report = run([HEAD, ["Młyn", piotr.email]], by=piotr)
    assert numbers(report) == {"rejected": 1}
    assert texts(report, 2) == ["You may not change the owner of this record"]
    assert owners() == {"Młyn": kasia.email}
    assert numbers(run([HEAD, ["Młyn", kasia.email]], by=piotr)) == {"unchanged": 1}


def test_a_required_owner_and_the_owner_of_new_records(run, make, kasia, piotr):
    make("company", title="Młyn", owner=piotr)
    put("owner.required.contacts", True)
    report = run([["Nazwa firmy"], ["Alfa"]], by=kasia, owner="none")
    assert numbers(report) == {"rejected": 1}
    assert texts(report, 2) == ["An owner is required"]
    put("owner.required.contacts", False)
    put("owner.default.contacts", "nobody")
    run([["Nazwa firmy"], ["Beta"]], by=kasia)
    put("owner.default.contacts", "named")
    people = [["Imię", "Nazwisko", "Firma"], ["Jan", "Kos", "Młyn"], ["Ada", "Kos", "Gama"]]
    assert numbers(run(people, by=kasia, kind="persons"))["created"] == 2
    assert owners() == {
        "Młyn": piotr.email,
        "Beta": None,
        "Jan Kos": piotr.email,
        "Ada Kos": kasia.email,
        "Gama": kasia.email,
    }


def test_levels_and_participants_follow_the_account(run, make, kasia, piotr):
    """A level that is not allowed any more stays, and is not given anew."""
    make("company", title="Młyn", owner=kasia)
    put("visibility.contacts.allowed", [2, 3])
    put("visibility.contacts.default", 3)
    put("participants.contacts", [f"user:{piotr.pk}"])
    rows = [
        ["Nazwa firmy", "Widoczność", "Miasto"],
        ["Młyn", "publiczna", "Kraków"],
        ["Nowa", "publiczna", ""],
        ["Inna", "", ""],
    ]
    report = run(rows, by=kasia)
    assert numbers(report) == {"updated": 1, "rejected": 1, "created": 1}
    assert "allowed: restricted, hidden" in texts(report, 3)[0]
    assert dict(Record.objects.values_list("title", "visibility")) == {"Młyn": 1, "Inna": 3}
    assert list(Grant.objects.values_list("record__title", "user", "role")) == [
        ("Inna", piotr.pk, "participant")
    ]


def test_new_amounts_are_in_the_account_s_currency(run, client, make, kasia):
    """Those that are stored keep theirs; an amount that names its own keeps that."""
    old = make("deal", title="Stara", owner=kasia)
    put("account.currency", "EUR")
    rows = [["Nazwa", "Wartość"], ["Nowa", "120,50"], ["Stara", "99"]]
    run(rows, by=kasia, kind="deals")
    run([["Nazwa", "Waluta"], ["Inna", "zł"]], by=kasia, kind="deals")
    found = dict(type(old).objects.values_list("title", "currency"))
    assert found == {"Stara": "PLN", "Nowa": "EUR", "Inna": "PLN"}
    form = client.as_(kasia).get("/deals/new/").context["form"]
    assert form["currency"].value() == "EUR"


def test_new_records_are_not_put_on_somebody_whose_role_may_not_see_them(
    client, upload, anna, kasia, marek
):
    put("rights.user.company", [])
    imp = upload([["Nazwa firmy"], ["Alfa"]], by=anna)
    page = client.as_(anna).get(f"/imports/{imp.pk}/mapping/").text
    assert (str(kasia.pk) in page, str(marek.pk) in page) == (False, True)
    with pytest.raises(ValidationError):
        set_options(imp, {"owner": str(kasia.pk)})
    set_options(imp, {"owner": str(marek.pk)})
    imp.refresh_from_db()
    assert imp.option("owner") == str(marek.pk)
