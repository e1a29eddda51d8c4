"""The kernel's work in the worker."""

from typing import Any

from orbita.jobs import task
from orbita.jobs.progress import Progress


@task(
    name="records.operation",
    tracked=True,
    lock=lambda kwargs: f"operations of {kwargs.get('owner_id')}",
)
def execute_operation(progress: Progress, *, run_id: str, owner_id: str) -> dict[str, Any]:
    """Do a list operation; one owner's operations run one after the other."""
    from orbita.records.models import OperationRun
    from orbita.records.operations.running import execute

    run = OperationRun.objects.select_related("owner").filter(pk=run_id).first()
    if run is None or not run.is_busy:
        return {}
    execute(run, progress)
    return {"changed": run.changed, "unchanged": run.unchanged, "refused": run.refused}
