"""Files to import, and how a test imports them."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import translation

from orbita.accounts.models import User
from orbita.imports import importing
from orbita.imports.models import Import
from orbita.records.kinds import kinds

Rows = Sequence[Sequence[Any]]
NIPS = ("5260250274", "7740001454")


@pytest.fixture(autouse=True)
def files_folder(settings: LazySettings, tmp_path: Any) -> None:
    """Uploaded files go where the test's other files go."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Sentences outside of requests and imports are read in English."""
    with translation.override("en"):
        yield


def csv_file(rows: Rows) -> io.BytesIO:
    """A csv file as Polish programs write it."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return io.BytesIO(text.getvalue().encode())


@pytest.fixture
def upload() -> Callable[..., Import]:
    """`upload(rows, by=kasia, kind="companies")`: an import with its columns matched."""

    def make(
        rows: Rows, *, by: User, kind: str = "companies", mapping: Any = None, **options: Any
    ) -> Import:
        imp = importing.upload(csv_file(rows), name="plik.csv", kind=kinds.get(kind), by=by)
        if mapping is not None:
            indexes = {name: str(index) for index, name in enumerate(imp.columns)}
            importing.set_mapping(imp, {indexes[name]: path for name, path in mapping.items()})
        if options:
            importing.set_options(imp, options)
        return imp

    return make


@pytest.fixture
def run(upload: Callable[..., Import]) -> Callable[..., dict[str, Any]]:
    """`run(rows, by=kasia)`: import the rows to the end; the report with all rows."""

    def run_all(rows: Rows, *, dry_run: bool = False, **options: Any) -> dict[str, Any]:
        imp = upload(rows, **options)
        importing.run_here(imp, dry_run=dry_run)
        return importing.report(imp, outcome="")

    return run_all


def numbers(report: dict[str, Any]) -> dict[str, int]:
    """The counts that are not zero, without the number of rows."""
    return {name: n for name, n in report["counts"].items() if n and name != "rows"}


def texts(report: dict[str, Any], number: int) -> list[str]:
    """What the report says about a row."""
    row = next(row for row in report["rows"] if row["number"] == number)
    return [message["text"] for message in row["messages"]]


def checked(imp: Import) -> dict[str, Any]:
    """What a dry run says of all rows."""
    importing.run_here(imp, dry_run=True)
    return importing.report(imp, outcome="")


@pytest.fixture
def namesakes(make: Callable[..., Any], anna: User) -> list[Any]:
    """Two companies of one name."""
    return [make("company", title="Nowak", owner=anna, nip=nip) for nip in NIPS]
