"""Long lists as parameters of queries, as PostgreSQL writes them.

The driver looks at each item of a list and quotes it; for a thousand ids that costs more than the
query. Here they are one text, to be cast: `ANY(%s::uuid[])`.
"""

from collections.abc import Iterable
from uuid import UUID


def uuid_array(ids: Iterable[UUID | None]) -> str:
    """For `::uuid[]`, without dashes: they cost more than the rest.

    >>> uuid_array([UUID(int=0), None])
    '{00000000000000000000000000000000,NULL}'
    """
    return "{" + ",".join("NULL" if pk is None else pk.hex for pk in ids) + "}"


def word_array(words: Iterable[str | int | bool]) -> str:
    """For `::text[]`, `::int[]` or `::bool[]`: numbers and words of letters of our own, no text.

    >>> word_array(["created", 7, True])
    '{created,7,True}'
    """
    return "{" + ",".join(map(str, words)) + "}"
