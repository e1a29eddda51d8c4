"""Whether this process can serve: the database answers, and its schema is of this version."""

import pkgutil
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from django.apps import apps
from django.db import DatabaseError, connections

PATIENCE_SECONDS = 1.5
_executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readiness")
_lock = Lock()
_running: Future[bool] | None = None


def is_ready() -> bool:
    """Ask the database, but wait no longer than `PATIENCE_SECONDS` for its answer.

    A database that hangs holds one thread of this process and no more: while a question is open,
    further callers wait for the same answer.
    """
    global _running
    with _lock:
        if _running is None or _running.done():
            _running = _executor.submit(_is_migrated)
        question = _running
    try:
        return question.result(timeout=PATIENCE_SECONDS)
    except (DatabaseError, TooLate):
        return False


def _is_migrated() -> bool:
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            return _expected_migrations() <= set(cursor.fetchall())
    finally:
        connection.close()


@cache
def _expected_migrations() -> frozenset[tuple[str, str]]:
    """The migrations that lie beside the code; by name alone, so that none has to be imported."""
    return frozenset(
        (app.label, name) for app in apps.get_app_configs() for name in _names(app.name)
    )


def _names(app: str) -> list[str]:
    spec = find_spec(f"{app}.migrations") if _has_migrations(app) else None
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return [module.name for module in pkgutil.iter_modules(folders) if module.name[0] not in "_~"]


def _has_migrations(app: str) -> bool:
    spec = find_spec(app)
    locations = (spec.submodule_search_locations or ()) if spec else ()
    return any((Path(folder) / "migrations").is_dir() for folder in locations)
