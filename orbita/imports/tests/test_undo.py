"""An import can be taken back from its report: created records, changed values, satellites."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from orbita.contacts.models import Company
from orbita.imports import importing
from orbita.imports.models import Import, State
from orbita.records.models import RecordTag, Undo
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
