"""Work of the activity package in the background."""

from orbita.jobs import task


@task(name="activity.tell", retry=3)
def tell_of(changeset_id: str) -> None:
    """Write the notifications that a deed gives rise to."""
    from orbita.activity.following import BULK, follow_own
    from orbita.activity.telling import tell
    from orbita.records.models import ChangeSet

    changes = ChangeSet.objects.select_related("actor").filter(pk=changeset_id).first()
    if changes is None:
        return
    if changes.channel in BULK:
        follow_own(changes)
    tell(changes)
