"""Running one job, the same way in the worker and in tests."""

import logging
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection

from orbita.jobs.models import Job, State
from orbita.jobs.progress import Progress
from orbita.jobs.registry import Task
from orbita.jobs.stopping import Cancelled, HandedBack

logger = logging.getLogger("orbita.jobs")


def run(task: Task, kwargs: dict[str, Any], *, autonomous: bool = False) -> None:
    """Run a job to its end; raises what the task raises, HandedBack included.

    To the caches that live for one request a job is a request.
    """
    request_started.send(sender=Task)
    try:
        if task.tracked:
            _run_tracked(task, dict(kwargs), autonomous=autonomous)
        else:
            task.function(**kwargs)
    finally:
        request_finished.send(sender=Task)


def _run_tracked(task: Task, kwargs: dict[str, Any], *, autonomous: bool) -> None:
    job = Job.objects.filter(pk=kwargs.pop("job_id")).first()
    if job is None:
        return
    progress = Progress(job, autonomous=autonomous)
    if not progress.start():
        return
    try:
        result = task.function(progress, **kwargs)
    except Cancelled:
        progress.finish(State.CANCELLED)
    except HandedBack:
        progress.close()
        raise
    except Exception:
        if connection.is_usable():
            progress.finish(State.FAILED)
        raise
    else:
        progress.finish(State.DONE, result=result)
