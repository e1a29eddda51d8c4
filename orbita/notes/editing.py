"""How long notes and comments may be changed after they were written, as the account decides."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from orbita import preferences

EVER, HOUR, DAY = "ever", "hour", "day"
SETTING = "notes.editing"
LIMITS = {HOUR: timedelta(hours=1), DAY: timedelta(days=1)}


def still_changeable() -> Q:
    """Texts that are young enough."""
    limit = LIMITS.get(preferences.get(SETTING))
    return Q(created_at__gt=timezone.now() - limit) if limit else Q()


def may_still_change(written_at: datetime) -> bool:
    """The same for one that was written at this moment."""
    limit = LIMITS.get(preferences.get(SETTING))
    return limit is None or written_at > timezone.now() - limit
