"""Which contact data a record holds: one bit each, kept on the record itself.

"Has a website" among a million records is one range of a small index then, and costs nothing where
rows are asked one by one. Kept like the searchable text, of which these rows are a part: by
`reindex`, and by whoever stores new records with their rows.
"""

from collections.abc import Iterable

from django.db.models import Q

from orbita.records.models import ContactType

POINTS: dict[str, int] = {ContactType.EMAIL: 1, ContactType.PHONE: 2, ContactType.WWW: 4}
PARTS: dict[str, int] = {"street": 8, "postcode": 16, "city": 32, "country": 64}
ALL = 127


def of_points(types: Iterable[str]) -> int:
    """The bits of contact points of these types."""
    held = 0
    for one in types:
        held |= POINTS[one]
    return held


def of_address(street: str, postcode: str, city: str, country: str) -> int:
    """The bits of the main address."""
    parts = zip(PARTS.values(), (street, postcode, city, country), strict=True)
    return sum(bit for bit, value in parts if value)


def holding(bit: int) -> Q:
    """The records that hold it: said as the values that the column has then, for its index."""
    return Q(held__in=[held for held in range(ALL + 1) if held & bit])


def lacking(bit: int) -> Q:
    """The records that do not."""
    return Q(held__in=[held for held in range(ALL + 1) if not held & bit])
