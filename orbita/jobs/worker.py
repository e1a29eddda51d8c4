"""The worker process: takes jobs from the queue until it is told to stop."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import close_old_connections, connection, connections
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import Job as QueueJob

from orbita.jobs.registry import Task, all_tasks
from orbita.jobs.running import run
from orbita.jobs.stopping import HandedBack, stop_all
from orbita.jobs.sweeping import HEARTBEAT_SECONDS, SILENT_SECONDS, sweep

logger = logging.getLogger("orbita.jobs")

SWEEP_SECONDS = 10
GRACE_SECONDS = 20
RECONNECT_SECONDS = 2


class Retry(BaseRetryStrategy):
    """Handed back jobs start again at once; failed ones `retries` times, each time later."""

    def __init__(self, retries: int) -> None:
        self.retries = retries

    def get_retry_decision(
        self, *, exception: BaseException, job: QueueJob
    ) -> RetryDecision | None:
        """When to try again; None for never."""
        if isinstance(exception, HandedBack):
            return RetryDecision(retry_in={"seconds": 0})
        if job.attempts >= self.retries:
            return None
        return RetryDecision(retry_in={"seconds": 5 * 4**job.attempts})


def build_app() -> App:
    """The queue library's application with every declared task, on connections of its own."""
    params = connector_params() | {"application_name": "orbita worker"}
    app = App(connector=PsycopgConnector(kwargs=params, min_size=1, max_size=3))
    for declared in all_tasks():
        function = app.task(
            name=declared.name,
            queue=declared.queue,
            retry=Retry(declared.retry),
            pass_context=True,
        )(_runner(declared))
        if declared.cron:
            app.periodic(cron=declared.cron)(function)
    return app


def _runner(declared: Task) -> Callable[..., None]:
    def run_job(context: JobContext, *args: Any, **kwargs: Any) -> None:
        if declared.cron:
            kwargs.pop("timestamp", None)
        close_old_connections()
        try:
            run(declared, kwargs, autonomous=True)
        except HandedBack:
            _uncount_attempt(context.job.id)
            raise
        finally:
            close_old_connections()

    return run_job


def _uncount_attempt(queue_id: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET attempts = attempts - 1 WHERE id = %s", [queue_id]
        )


class Worker:
    """Runs jobs in threads, sweeps, and comes back after a restart of the database."""

    def __init__(self, *, threads: int = 2, grace: float = GRACE_SECONDS) -> None:
        self.threads = threads
        self.grace = grace
        self._stopped = threading.Event()
        self._running: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Work until SIGTERM or SIGINT."""
        threading.Thread(target=self._sweep_for_ever, name="sweep", daemon=True).start()
        asyncio.run(self._run())

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self.threads, "job"))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        while not self._stopped.is_set():
            self._running = asyncio.create_task(self._work())
            try:
                await self._running
            except asyncio.CancelledError:
                break
            except Exception:
                logger.exception("The queue is out of reach; trying again")
            if not self._stopped.is_set():
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _work(self) -> None:
        app = build_app()
        async with app.open_async():
            await app.run_worker_async(
                concurrency=self.threads,
                delete_jobs="successful",
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=SILENT_SECONDS,
            )

    def _stop(self) -> None:
        """Running jobs hand themselves back; who does not within the grace is left to the sweep."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        stop_all()
        if self._running:
            self._running.cancel()
        killer = threading.Timer(self.grace, os._exit, [1])
        killer.daemon = True
        killer.start()

    def _sweep_for_ever(self) -> None:
        while not self._stopped.is_set():
            try:
                sweep()
            except Exception:
                logger.exception("Could not look for jobs of dead workers")
            finally:
                connections.close_all()
            self._stopped.wait(SWEEP_SECONDS)
