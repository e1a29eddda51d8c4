"""Lets tests that commit empty the tables that the application's role may not empty, and no more.

The ledger's tables revoke UPDATE, DELETE and TRUNCATE from the role that owns them. Django's
TransactionTestCase truncates all tables after each test. So the plug-in gives the right back for
that one statement, and takes it away again in the same transaction.
"""

from typing import Any

from django.core.management.commands import flush
from django.db import connections, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

_GUARDED = """
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE tableowner = current_user
      AND NOT has_table_privilege(format('%I.%I', schemaname, tablename), 'TRUNCATE')
"""


def let_tests_flush_guarded_tables() -> None:
    """Wrap Django's flush; calling it twice does no harm."""
    original = DatabaseOperations.execute_sql_flush
    if getattr(original, "opens_guarded_tables", False):
        return

    def execute_sql_flush(self: Any, sql_list: list[str]) -> None:
        connection = connections[self.connection.alias]
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(_GUARDED)
            tables = ", ".join(name for (name,) in cursor.fetchall())
            if tables:
                cursor.execute(f"GRANT TRUNCATE ON {tables} TO CURRENT_USER")
            original(self, sql_list)
            if tables:
                cursor.execute(f"REVOKE TRUNCATE ON {tables} FROM CURRENT_USER")

    execute_sql_flush.opens_guarded_tables = True  # type: ignore[attr-defined]
    DatabaseOperations.execute_sql_flush = execute_sql_flush  # type: ignore


def keep_the_schema() -> None:
    """After a flush nothing was migrated: what is done after migrations need not be done again.

    Django would put the triggers of the ledger on all tables after each test.
    """
    flush.emit_post_migrate_signal = _say_nothing  # type: ignore[attr-defined]


def _say_nothing(*_args: Any, **_options: Any) -> None:
    pass
