"""`orbita load`: bulk data for benchmarks."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from orbita.demo.bulk import load


class Command(BaseCommand):
    """Adds invented records to what is there."""

    help = "Add deterministic bulk data; meant for benchmarks, not for an account in use."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many of what."""
        parser.add_argument("--companies", type=int, default=0)
        parser.add_argument("--persons", type=int, default=0)
        parser.add_argument("--deals", type=int, default=0)
        parser.add_argument("--owners", type=int, default=50, help="users to spread records over")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--no-vacuum", dest="vacuum", action="store_false", help="leave out VACUUM ANALYZE"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how fast."""
        numbers = {key: options[key] for key in ("companies", "persons", "deals")}
        started = time.perf_counter()
        load(
            **numbers,
            owners=options["owners"],
            seed=options["seed"],
            vacuum=options["vacuum"],
        )
        seconds = time.perf_counter() - started
        total = sum(numbers.values())
        if options["verbosity"] > 0:
            self.stdout.write(f"{total} records in {seconds:.1f} s ({total / seconds:.0f}/s)")
