"""The database as Django sees it; settings name the package."""

import select
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import BaseTzLoader


class UtcLoader(BaseTzLoader):
    """Reads a moment of a session in UTC, which ends with "+00", in a fifth of the usual time.

    All others, and those before or after the years that Python knows, are read as usual.
    """

    timezone = UTC

    def load(self, data: Any) -> Any:
        """The moment in UTC."""
        text = bytes(data)
        if text.endswith(b"+00"):
            try:
                return datetime.fromisoformat(text.decode())
            except ValueError:
                pass
        return super().load(data)


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at the socket where Django asks `SELECT 1` before each request.

    A server that stops or ends a connection says so, and what it said waits to be read. After an
    error, and when anything at all is waiting, the server is asked.
    """

    def get_new_connection(self, conn_params: Any) -> Any:
        """A connection that reads moments quickly."""
        connection = super().get_new_connection(conn_params)
        if self.timezone == UTC:
            connection.adapters.register_loader("timestamptz", UtcLoader)
        return connection

    def is_usable(self) -> bool:
        """Whether the next statement can be expected to arrive."""
        connection = self.connection
        if connection is None or connection.closed:
            return False
        return (not self.errors_occurred and _is_quiet(connection)) or bool(super().is_usable())


def _is_quiet(connection: psycopg.Connection[Any]) -> bool:
    """Whether nothing has come in since the last answer was read."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)
