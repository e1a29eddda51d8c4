"""Hand-overs in the worker."""

from typing import Any

from orbita.jobs import task
from orbita.jobs.progress import Progress


@task(
    name="members.hand_over",
    tracked=True,
    lock=lambda kwargs: f"operations of {kwargs.get('owner_id')}",
)
def execute_hand_over(progress: Progress, *, hand_over_id: str, owner_id: str) -> dict[str, Any]:
    """Hand over what somebody has; after the other operations of whoever ordered it."""
    from orbita.members.handing import execute
    from orbita.members.models import HandOver

    rows = HandOver.objects.select_related("owner", "user", "target", "team", "target_team")
    made = rows.filter(pk=hand_over_id).first()
    if made is None or not made.is_busy:
        return {}
    execute(made, progress)
    return {"total": made.total}
