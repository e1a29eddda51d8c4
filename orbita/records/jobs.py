"""The kernel's work in the worker."""

from typing import Any

from orbita.jobs import enqueue, periodic, task
from orbita.jobs.progress import Progress
from orbita.records.relabelling import relabel

__all__ = ["execute_operation", "relabel", "remove_source"]


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


@task(name="records.index_custom_field", retry=2, lock=lambda kwargs: f"cf-{kwargs['field_id']}")
def index_custom_field(field_id: str) -> None:
    """Bring the expression indexes of a custom field in line with its definition."""
    from orbita.records.indexing import sync_indexes

    sync_indexes(field_id)


@task(name="records.remove_custom_field", tracked=True, retry=2)
def remove_custom_field(progress: Progress, field_id: str) -> dict[str, Any]:
    """Remove the values of a field for good, and then its definition."""
    from orbita.records.defining import finish_removal
    from orbita.records.models import CustomField

    definition = CustomField.objects.filter(pk=field_id).first()
    if definition is None:
        return {}
    return {"count": finish_removal(definition, by=progress.job.owner, progress=progress)}


@task(name="records.remove_custom_option", tracked=True, retry=2)
def remove_custom_option(progress: Progress, option_id: str, other_id: str) -> dict[str, Any]:
    """Put another option, or nothing, in the place of one that is deleted."""
    from orbita.records.models import CustomOption
    from orbita.records.offering import finish_deletion

    options = CustomOption.objects.select_related("field").filter(deleted_at=None)
    option = options.filter(pk=option_id).first()
    other = options.filter(pk=other_id).first() if other_id else None
    if option is None or (other_id and other is None):
        return {}
    count = finish_deletion(option, other, by=progress.job.owner, progress=progress)
    return {"count": count}


@task(name="records.retype_custom_field", tracked=True)
def retype_custom_field(progress: Progress, field_id: str, type_: str) -> dict[str, Any]:
    """Change the type of a field and with it all its values, or nothing at all."""
    from orbita.records.defining import WouldLoseError, finish_retyping
    from orbita.records.models import CustomField

    definition = CustomField.objects.filter(pk=field_id).first()
    if definition is None or definition.type == type_:
        return {}
    try:
        count = finish_retyping(definition, type_, by=progress.job.owner, progress=progress)
    except WouldLoseError as error:
        return {"lost": error.count}
    return {"count": count}


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


@periodic(cron="41 3 * * *")
@task(name="records.release_inactive", lock=lambda kwargs: "records.release_inactive")
def release_inactive() -> None:
    """Tell owners of records that nobody touches, and release those whose time has come."""
    from orbita.records.releasing import run

    run()


@task(name="records.compute_segments", retry=2, lock=lambda kwargs: f"segments of {kwargs['kind']}")
def compute_segments(kind: str) -> None:
    """Compute points and segments of all records of a kind; of one that is gone, nothing."""
    from orbita.records.kinds import kinds
    from orbita.records.segments.computing import compute

    for found in kinds:
        if found.key == kind and found.segmented:
            compute(found)


@periodic(cron="11 1 * * *")
@task(name="records.compute_segments_nightly", lock=lambda kwargs: "segments every night")
def compute_segments_nightly() -> None:
    """Have all segments computed: days pass, and ranges may be counted from today."""
    from orbita.records.segments.rules import in_use

    for kind in in_use():
        enqueue(compute_segments, kind=kind.key)


@periodic(cron="23 * * * *")
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
