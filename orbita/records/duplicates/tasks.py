"""Looking for duplicates in the background."""

from datetime import timedelta
from typing import Any

from orbita.jobs import enqueue, task
from orbita.jobs.progress import Progress

QUIET = timedelta(minutes=2)
"""After a deed of many transactions, so that it is searched for once."""


@task(
    name="records.search_duplicates",
    tracked=True,
    lock=lambda kwargs: f"duplicates of {kwargs.get('kind')}",
)
def search_duplicates(progress: Progress, *, kind: str) -> dict[str, Any]:
    """Look for duplicates among all records of a kind.

    The owner hears how many rules are done, and not how many pairs there are: some are not theirs.
    """
    from orbita.records.duplicates.searching import search
    from orbita.records.kinds import kinds

    def step(done: int, total: int) -> None:
        progress.update(done=done, total=total)
        progress.check_cancelled()

    search(kinds.get(kind), step)
    return {}


@task(name="records.keep_duplicates", retry=2, lock=lambda kwargs: "keeping duplicates")
def keep_duplicates(*, changeset_id: str) -> None:
    """Renew the suspected duplicates of the records that a deed touched."""
    from orbita.records.duplicates.keeping import keep
    from orbita.records.models import ChangeSet

    changes = ChangeSet.objects.filter(pk=changeset_id).first()
    for kind in keep(changes) if changes is not None else ():
        enqueue(search_again, delay=QUIET, kind=kind.slug)


@task(
    name="records.search_again",
    lock=lambda kwargs: f"duplicates of {kwargs.get('kind')}",
)
def search_again(*, kind: str) -> None:
    """Look through all records of a kind after a deed on many of them."""
    from orbita.records.duplicates.searching import search
    from orbita.records.kinds import kinds

    search(kinds.get(kind))
