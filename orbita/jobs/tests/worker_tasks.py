"""Tasks for the tests that run a real worker."""

import os
import signal
import time
from typing import Any

from orbita.accounts.models import User
from orbita.jobs import task
from orbita.jobs.progress import Progress


@task(name="tests.worker.note")
def note(first_name: str) -> None:
    """Leaves a trace."""
    User.objects.create(email=f"{first_name.lower()}@example.pl", first_name=first_name)


@task(name="tests.worker.long_work", tracked=True)
def long_work(progress: Progress, seconds: int) -> dict[str, Any]:
    """Counts its own attempts in its message and takes its time."""
    progress.update(message=progress.message + "|", total=seconds)
    for _ in range(seconds * 10):
        time.sleep(0.1)
        progress.check_cancelled()
    return {"attempts": len(progress.message)}


@task(name="tests.worker.suicide")
def suicide() -> None:
    """Takes its process down."""
    os.kill(os.getpid(), signal.SIGKILL)
