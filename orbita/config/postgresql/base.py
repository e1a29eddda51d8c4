"""The database as Django sees it; settings name the package."""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at the socket where Django asks `SELECT 1` before each request.

    A server that stops or ends a connection says so, and what it said waits to be read. After an
    error, and when anything at all is waiting, the server is asked.
    """

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
