"""Holding both ends of a new relation until it is stored.

Without that a merger could pass between the check and the end of the transaction: it would not see
the relation, and the relation would stay on the record that is gone.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from orbita.ui.arrays import uuid_array

_HOLD = """
SELECT FROM records_record WHERE id = ANY(%s::uuid[]) ORDER BY id FOR KEY SHARE
"""


def hold_ends(ids: Iterable[UUID]) -> None:
    """Keep the records from being merged away; whoever changes their values need not wait.

    To be called before the type is locked: forms too hold their record first.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [uuid_array(ids)])
