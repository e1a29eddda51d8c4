"""Holding both ends of a new relation until it is stored.

Without that a merger could pass between the check and the end of the transaction: it would not see
the relation, and the relation would stay on the record that is gone.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from orbita.ui.arrays import uuid_array

_HOLD = """
WITH held AS (
    SELECT deleted_at FROM records_record WHERE id = ANY(%s::uuid[]) ORDER BY id FOR KEY SHARE
)
SELECT count(*) FROM held WHERE deleted_at IS NULL
"""


def hold_ends(ids: Iterable[UUID]) -> int:
    """Keep the records from being merged away; whoever changes their values need not wait.

    Answers how many of them are there and not in the bin. To be called before the type is locked:
    forms too hold their record first.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [uuid_array(ids)])
        return int(cursor.fetchone()[0])
