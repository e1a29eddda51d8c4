"""What the plug-in changes so that tests are quick must not change what they prove."""

import gc
import os
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from orbita.launcher.pytest_plugin import keep_bytecode
from orbita.records.triggers import tracked_models


def test_bytecode_is_kept_aside_only_where_python_writes_none(monkeypatch, tmp_path: Path) -> None:
    before = sys.pycache_prefix
    monkeypatch.setattr(sys, "pycache_prefix", before)
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", before or "")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    keep_bytecode(tmp_path)
    assert sys.pycache_prefix == before
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    keep_bytecode(tmp_path)
    assert sys.pycache_prefix == os.environ["PYTHONPYCACHEPREFIX"] == str(tmp_path)
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ


def test_garbage_is_still_collected() -> None:
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


@pytest.mark.django_db(transaction=True)
def test_after_a_flush_the_ledger_watches_every_table() -> None:
    call_command("flush", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgname LIKE 'orbita_ledger_%'"
        )
        watched = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT has_table_privilege('records_change', 'TRUNCATE, UPDATE, DELETE')")
        assert cursor.fetchone() == (False,)
    assert {model._meta.db_table for model in tracked_models()} <= watched
