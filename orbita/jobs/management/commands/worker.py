"""`orbita worker`: run what the pages have enqueued."""

import gc
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from orbita.jobs.worker import Worker


class Command(BaseCommand):
    """Runs background jobs until SIGTERM or Ctrl-C."""

    help = "Run background jobs until stopped by SIGTERM or Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many jobs at once."""
        parser.add_argument("--threads", type=int, default=2, help="jobs at the same time")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to stop."""
        gc.collect()
        gc.freeze()
        Worker(threads=options["threads"]).run()
