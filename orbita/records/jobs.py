"""The kernel's work in the worker."""

from typing import Any

from orbita.jobs import task
from orbita.jobs.progress import Progress


@task(name="records.remove_source", tracked=True, lock=lambda kwargs: f"source {kwargs['source']}")
def remove_source(progress: Progress, source: int, target: int | None, by: str) -> dict[str, Any]:
    """Take a source from all its records, or put another in its place, and remove it."""
    from orbita.accounts.models import User
    from orbita.records import sources
    from orbita.records.models import Source

    found = Source.objects.known().filter(pk=source).first()
    other = Source.objects.filter(pk=target).first() if target else None
    if found is None:
        return {"changed": 0}
    changed = sources.replace(found, target=other, by=User.objects.get(pk=by), watcher=progress)
    return {"changed": changed}


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
