"""The kernel's work in the worker."""

from typing import Any

from orbita.jobs import periodic, task
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


@task(
    name="records.undo",
    tracked=True,
    lock=lambda kwargs: f"undo {kwargs.get('undo_id')}",
)
def undo_changes(progress: Progress, *, undo_id: str) -> dict[str, Any]:
    """Take a deed back, from where the undo stands."""
    from orbita.records.models import Undo
    from orbita.records.undo.running import execute

    undo = Undo.objects.select_related("owner").filter(pk=undo_id).first()
    if undo is None or undo.is_done:
        return {}
    execute(undo, progress)
    return {"counts": undo.counts}


@task(name="records.export", tracked=True)
def write_export(progress: Progress, *, export_id: str) -> dict[str, Any]:
    """Write a long list to a file."""
    from orbita.records.exporting import write
    from orbita.records.models import Export

    export = Export.objects.select_related("owner").filter(pk=export_id).first()
    if export is None or export.finished_at is not None:
        return {}
    write(export, progress)
    return {"rows": export.rows}


@periodic(cron="23 2 * * *")
@task(name="records.forget_exports")
def forget_exports() -> None:
    """Remove exports that have been kept long enough."""
    from django.utils import timezone

    from orbita.records.exporting import remove
    from orbita.records.models import Export
    from orbita.records.models.export import KEPT

    for export in Export.objects.filter(created_at__lte=timezone.now() - KEPT):
        remove(export)
        export.delete()
