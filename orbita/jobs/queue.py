"""Putting work into the queue, in the transaction of the data it works on."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app as procrastinate_app

from orbita.jobs.registry import Task


def enqueue(task: Task, *, delay: timedelta | None = None, **kwargs: Any) -> int:
    """Have the worker run `task` once the current transaction is committed; the queue's number.

    A rollback takes the job back. Raises TypeError for arguments that JSON cannot carry: pass ids
    as text, never objects.
    """
    json.dumps(kwargs)
    options: dict[str, Any] = {"queue": task.queue}
    if task.lock:
        options["lock"] = task.lock(kwargs)
    if delay:
        options["schedule_at"] = timezone.now() + delay
    return procrastinate_app.configure_task(task.name, **options).defer(**kwargs)
