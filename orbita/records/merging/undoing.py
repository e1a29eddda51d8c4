"""When a merger must not be taken back yet: what came of it was merged once more."""

from django.utils.translation import gettext as _

from orbita.records.models import Change, ChangeSet, Channel, Merger
from orbita.records.undo.verbs import refuse_when


@refuse_when
def merged_further(changes: ChangeSet) -> str:
    """A sentence while the survivor is itself a part of another record."""
    if changes.channel != Channel.MERGE:
        return ""
    told = Change.objects.filter(changeset=changes, table=Merger._meta.db_table, action="I")
    if not Merger.objects.filter(record__in=told.values("record_id"), gone=True).exclude(
        changeset_id=changes.pk
    ):
        return ""
    return _("The record was merged once more since. Undo that merger first.")
