"""Which functions can be enqueued, by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

Lock = Callable[[Mapping[str, Any]], str | None]


@dataclass(frozen=True)
class Task:
    """A function that can be run by the worker; calling it runs it here and now.

    `retry` is how often a task that raised is tried again; a task whose worker died is tried again
    anyway (see `sweeping`). Jobs with the same `lock` never run at the same time. A `tracked` task
    gets a `Progress` as its first argument and is started by `Job.start`.
    """

    name: str
    function: Callable[..., Any]
    queue: str = "default"
    retry: int = 0
    lock: Lock | None = None
    tracked: bool = False
    cron: str | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)


_tasks: dict[str, Task] = {}


def task(
    *,
    name: str,
    queue: str = "default",
    retry: int = 0,
    lock: Lock | None = None,
    tracked: bool = False,
) -> Callable[[Callable[..., Any]], Task]:
    """Make a function a task under a name that stays the same when the code moves."""

    def register(function: Callable[..., Any]) -> Task:
        return _add(Task(name, function, queue, retry, lock, tracked))

    return register


def periodic(*, cron: str) -> Callable[[Task], Task]:
    """Run a task without arguments by the clock, once even with several workers (UTC).

    `@periodic(cron="0 3 * * *")` stands above `@task(name=…)`.
    """

    def register(declared: Task) -> Task:
        del _tasks[declared.name]
        return _add(replace(declared, cron=cron))

    return register


def find(name: str) -> Task | None:
    """The task with this name."""
    return _tasks.get(name)


def all_tasks() -> list[Task]:
    """Every declared task."""
    return list(_tasks.values())


def _add(declared: Task) -> Task:
    if declared.name in _tasks:
        raise ValueError(f"Two tasks are named {declared.name}")
    _tasks[declared.name] = declared
    return declared
