"""An import can be taken back from its report: created records, changed values, satellites."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from orbita.contacts.models import Company
from orbita.imports import importing
from orbita.imports.models import Import, State
from orbita.records.models import Group, RecordTag, Tag, Undo
from orbita.records.tests.contract.test_undo import state_of_everything

pytestmark = pytest.mark.django_db
HEAD = ["Nazwa firmy", "NIP", "Telefon", "Tagi"]


def test_created_records_go_into_the_bin_and_updated_ones_get_their_values_back(
    client: Any, upload: Callable[..., Import], make: Callable[..., Any], kasia: Any
) -> None:
    make("company", title="ACME", nip="5260250274", owner=kasia, tags=["stary"])
    before = state_of_everything()
    rows = [HEAD, ["ACME Polska", "5260250274", "600 100 200", "nowy"], ["Nowa", "", "", "nowy"]]
    imp = upload(rows, by=kasia)
    importing.run_here(imp, dry_run=False)
    assert Company.objects.live().count() == 2
    assert RecordTag.objects.filter(tag__name="nowy").count() == 2

    report = client.as_(kasia).get(reverse("import", args=[imp.pk])).text
    address = reverse("undo", args=[imp.changeset_id])
    assert address in report
    assert "Nowa" in client.get(address).text
    client.post(address)

    live = Company.objects.live().get()
    assert (live.title, live.nip) == ("ACME", "5260250274")
    assert [t.tag.name for t in live.record_tags.all()] == ["stary"]
    now = state_of_everything()
    assert now["records_contactpoint"] == before["records_contactpoint"]
    assert Company.objects.exclude(deleted_at=None).get().title == "Nowa"
    assert Undo.objects.get().counts["reversed"] == 2
    assert "What was taken back" in client.get(reverse("import", args=[imp.pk])).text


def test_an_import_at_work_is_not_taken_back_and_a_taken_back_one_does_not_go_on(
    client: Any, upload: Callable[..., Import], kasia: Any
) -> None:
    imp = upload([HEAD, ["Nowa", "", "", ""]], by=kasia)
    importing.run_here(imp, dry_run=False)
    Import.objects.filter(pk=imp.pk).update(state=State.RUNNING)
    address = reverse("undo", args=[imp.changeset_id])
    client.as_(kasia).post(address)
    assert Company.objects.live().count() == 1
    assert not Undo.objects.exists()

    Import.objects.filter(pk=imp.pk).update(state=State.CANCELLED)
    client.post(address)
    assert not Company.objects.live().exists()
    imp.refresh_from_db()
    with pytest.raises(ValidationError):
        importing.start(imp, dry_run=False)


def test_the_latest_operations_lead_to_the_report_of_the_import(
    client: Any, upload: Callable[..., Import], kasia: Any, anna: Any, piotr: Any
) -> None:
    imp = upload([HEAD, ["Nowa", "", "", ""]], by=kasia)
    importing.run_here(imp, dry_run=False)
    report = f'<a class="name" href="{reverse("import", args=[imp.pk])}"'
    assert report in client.as_(kasia).get(reverse("operations")).text
    assert report in client.as_(anna).get(reverse("operations")).text
    assert report not in client.as_(piotr).get(reverse("operations")).text


def test_groups_and_tags_that_an_import_made_leave_with_it_and_come_back_with_it(
    client: Any, upload: Callable[..., Import], make: Callable[..., Any], kasia: Any, anna: Any
) -> None:
    make("company", title="ACME", owner=kasia, groups=["Klienci"], tags=["stary"])
    head = ["Nazwa firmy", "Grupy", "Tagi"]
    rows = [head, ["Nowa", "Klienci; Pomyłka", "nowy"], ["Druga", "Używana", "stary"]]
    imp = upload(rows, by=kasia)
    importing.run_here(imp, dry_run=False)
    make("company", title="Budex", owner=kasia, groups=["Używana"])

    def names() -> tuple[list[str], list[str]]:
        shown = client.as_(anna).get("/companies/left/").text
        groups = ["Klienci", "Pomyłka", "Używana"]
        tags = Tag.objects.order_by("name").values_list("name", flat=True)
        return [name for name in groups if name in shown], list(tags)

    every = (["Klienci", "Pomyłka", "Używana"], ["nowy", "stary"])
    assert names() == every
    client.as_(kasia).post(reverse("undo", args=[imp.changeset_id]))
    assert names() == (["Klienci", "Używana"], ["stary"])

    client.as_(kasia).post(reverse("undo", args=[Undo.objects.get().result_id]))
    assert names() == every
    last = Undo.objects.latest("pk")
    client.as_(kasia).post(reverse("undo", args=[last.result_id]))
    assert names() == (["Klienci", "Używana"], ["stary"])

    gone = Company.objects.get(title="Nowa")
    client.as_(kasia).post(reverse("restoration", args=[gone.kind_object, gone.pk]))
    assert names() == every
    assert [one.group.name for one in gone.record_groups.order_by("group__name")] == [
        "Klienci",
        "Pomyłka",
    ]


def test_a_group_that_somebody_put_into_the_dictionary_stays(
    client: Any, upload: Callable[..., Import], kasia: Any, anna: Any
) -> None:
    imp = upload([["Nazwa firmy", "Grupy"], ["Nowa", "Wspólna"]], by=kasia)
    importing.run_here(imp, dry_run=False)
    Group.objects.filter(name="Wspólna").update(is_common=True)
    client.as_(kasia).post(reverse("undo", args=[imp.changeset_id]))
    assert Group.objects.filter(name="Wspólna").exists()
