"""Work done after the answer: enqueue, periodic work and progress that its owner can watch.

The only package that knows the queue library. An app declares its tasks in its module `jobs.py`,
which is found by itself. `orbita.jobs.models.Job` is long work with a progress bar.
"""

from orbita.jobs.queue import enqueue
from orbita.jobs.registry import Task, find, periodic, task
from orbita.jobs.stopping import Cancelled, HandedBack, check_stopping

__all__ = [
    "Cancelled",
    "HandedBack",
    "Task",
    "check_stopping",
    "enqueue",
    "find",
    "periodic",
    "task",
]
