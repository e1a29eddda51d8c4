"""The nightly work on the audit log."""

from datetime import timedelta

from django.db.models.functions import Coalesce
from django.utils import timezone

from orbita.accounts.audit import AuditAction, AuditEntry, record_event
from orbita.accounts.audit_guard import KEEP_DAYS
from orbita.jobs import periodic, task
from orbita.preferences import get


@periodic(cron="41 3 * * *")
@task(name="audit.forget")
def forget_old_entries() -> None:
    """Remove what is older than the account keeps, and say so in the log."""
    days = get(KEEP_DAYS)
    if not days:
        return
    until = timezone.now() - timedelta(days=days)
    rows = AuditEntry.objects.alias(latest=Coalesce("last_at", "at"))
    count, _by_model = rows.filter(at__lt=until, latest__lt=until).delete()
    if count:
        record_event(AuditAction.AUDIT_FORGOTTEN, count=count, days=days)
