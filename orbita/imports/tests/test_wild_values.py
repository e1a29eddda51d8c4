"""What a spreadsheet program shows as 4.86E+10 is a phone, or is said to be cut."""

from pathlib import Path

import pytest

from orbita.contacts.models import Company
from orbita.imports import importing
from orbita.imports.tests.conftest import texts
from orbita.records.kinds import kinds

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parents[3] / "tests" / "data" / "imports"


def run(name, by):
    with (DATA / name).open("rb") as file:
        imp = importing.upload(file, name=name, kind=kinds.get("companies"), by=by)
    places = {header: str(index) for index, header in enumerate(imp.columns)}
    phone = places["Telefon w komórce liczbowej"]
    importing.set_mapping(imp, {places["Nazwa"]: "title", phone: "phones"})
    importing.run_here(imp, dry_run=False)
    return importing.report(imp, outcome="")


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_phone_in_a_number_cell_comes_through_whole(kasia, kind):
    run(f"libreoffice-values.{kind}", kasia)
    phones = Company.objects.values_list("contact_points__value", flat=True)
    assert set(phones) == {"+48 600 100 200"}


def test_a_phone_that_a_csv_has_cut_is_no_phone(kasia):
    report = run("libreoffice-values-latin2.csv", kasia)
    assert not Company.objects.exists()
    assert "cut the phone number short: 4.86E+10" in texts(report, 2)[0]
