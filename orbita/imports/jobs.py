"""The import's work in the worker."""

from typing import Any
from uuid import UUID

from orbita.imports.models import Import
from orbita.imports.running import execute
from orbita.jobs import task
from orbita.jobs.progress import Progress


@task(
    name="imports.execute",
    tracked=True,
    lock=lambda kwargs: f"imports of {kwargs.get('owner_id')}",
)
def execute_import(progress: Progress, *, import_id: str, owner_id: str) -> dict[str, Any]:
    """Plan or run an import; one owner's imports run one after the other."""
    imp = Import.objects.select_related("owner").filter(pk=import_id).first()
    if imp is None or not imp.is_busy:
        return {}
    execute(imp, progress)
    return {"state": imp.state, "counts": imp.counts}


@task(name="imports.forget_records", retry=2)
def forget_records(*, record_ids: list[str]) -> None:
    """Empty the rows of records that were deleted for good."""
    from orbita.imports.forgetting import forget

    forget([UUID(pk) for pk in record_ids])
