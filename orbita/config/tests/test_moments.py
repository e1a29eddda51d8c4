"""Moments come out of the database as Django would read them."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.utils import DataError

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("2026-03-29 01:30:00+00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-03-29 03:30:00+02", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("1999-12-31 23:59:59.000001+00", datetime(1999, 12, 31, 23, 59, 59, 1, tzinfo=UTC)),
        ("2026-11-22 10:00:00.5+00", datetime(2026, 11, 22, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("0001-01-01 00:00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59.999999+00", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_utc(stored, read):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [stored])
        (found,) = cursor.fetchone()
    assert found == read
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "stored", ["infinity", "0044-03-15 12:00:00+00 BC", "10000-01-01 00:00+00"]
)
def test_a_moment_that_python_does_not_know_is_an_error_as_ever(stored):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [stored])
        with pytest.raises(DataError):
            cursor.fetchone()
