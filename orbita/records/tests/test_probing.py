"""How a list finds out whether its table is large."""

from types import SimpleNamespace

import pytest
from django.db import connection

from orbita.records.listing import probing

pytestmark = pytest.mark.django_db


def test_a_table_that_grows_is_known_to_be_large_within_a_minute(monkeypatch) -> None:
    now = [0.0]
    monkeypatch.setattr(probing, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(probing, "SMALL_SECONDS", 60)
    monkeypatch.setattr(probing, "PATIENCE", 100)
    monkeypatch.setattr(probing, "_sizes", {})
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE growing ON COMMIT DROP AS SELECT 1 AS number")
        cursor.execute("ANALYZE growing")
        assert probing.is_small("growing")
        cursor.execute("INSERT INTO growing SELECT * FROM generate_series(1, 200)")
        cursor.execute("ANALYZE growing")
        now[0] = 61
        assert not probing.is_small("growing")
        cursor.execute("DELETE FROM growing")
        cursor.execute("ANALYZE growing")
        now[0] = 200
        assert not probing.is_small("growing")
