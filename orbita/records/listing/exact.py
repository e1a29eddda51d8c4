"""Counting a list to its end, for those who ask for it."""

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from orbita.records.listing.listing import Listing

SECONDS = 5


def exact_count(listing: Listing) -> int | None:
    """How many rows match; None where to count them takes longer than SECONDS."""
    rows = listing.found().order_by().values("pk")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'")
            return rows.count()
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise
