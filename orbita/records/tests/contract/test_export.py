"""Every kind: an exported list holds what the viewer sees, and nothing that runs."""

import csv
import io
import zipfile

import pytest

from orbita.records.models import Visibility
from orbita.records.tests.contract.test_lists import named

pytestmark = pytest.mark.django_db


def exported(browser, kind, address=""):
    answer = browser.get(f"/{kind.slug}/export/csv/?{address}")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_an_export_has_the_lists_rows_filter_and_columns(kind, make, client, kasia, piotr):
    for name in ("Alfa", "Beta"):
        make(kind.key, owner=kasia, **named(kind, name))
    make(kind.key, owner=piotr, visibility=Visibility.HIDDEN, **named(kind, "Tajna"))
    rows = exported(client.as_(kasia), kind, "columns=title,owner&q=alfa")
    assert len(rows) == 2
    assert "Alfa" in rows[1]
    assert "kasia@orbita.example" in rows[1]
    everything = exported(client.as_(kasia), kind)
    assert len(everything) == 3
    assert "Tajna" not in str(everything)


def test_formula_like_text_is_exported_as_text(kind, make, client, kasia):
    make(kind.key, owner=kasia, **named(kind, '=HYPERLINK("http://zly.example";"x")'))
    rows = exported(client.as_(kasia), kind, "columns=title")
    assert any(cell.startswith("'=HYPERLINK") for cell in rows[1])


@pytest.mark.parametrize("format", ["xlsx", "ods"])
def test_workbooks_hold_the_same_rows(kind, make, client, kasia, format, tmp_path):
    from python_calamine import CalamineWorkbook

    make(kind.key, owner=kasia, **named(kind, "=1+1"))
    answer = client.as_(kasia).get(f"/{kind.slug}/export/{format}/?columns=title,created_at")
    content = b"".join(answer.streaming_content)
    assert zipfile.is_zipfile(io.BytesIO(content))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert "=1+1" in rows[1]
