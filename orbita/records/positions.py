"""Where a page of rows in order of time begins, as it stands in addresses."""

from datetime import datetime
from uuid import UUID

from django.utils.dateparse import parse_datetime


def write_position(at: datetime, pk: UUID) -> str:
    """The place of a row."""
    return f"{at.isoformat()}_{pk}"


def read_position(text: str) -> tuple[datetime, UUID] | None:
    """A row's place in time; nonsense reads as the beginning."""
    at, _sign, pk = text.partition("_")
    try:
        moment = parse_datetime(at)
        return (moment, UUID(pk)) if moment and moment.tzinfo else None
    except ValueError:
        return None
