"""`orbita load`: bulk data for benchmarks."""

import time
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand

from orbita.demo.bulk import load
from orbita.demo.bulk_ties import tie


class Command(BaseCommand):
    """Adds invented records to what is there."""

    help = "Add deterministic bulk data; meant for benchmarks, not for an account in use."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many of what."""
        parser.add_argument("--companies", type=int, default=0)
        parser.add_argument("--persons", type=int, default=0)
        parser.add_argument("--deals", type=int, default=0)
        parser.add_argument("--relations", type=int, default=0)
        parser.add_argument("--hub", type=int, default=0, help="relations of one company alone")
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
            then=partial(tie, options["relations"], hub=options["hub"], seed=options["seed"]),
        )
        seconds = time.perf_counter() - started
        total = sum(numbers.values()) + options["relations"]
        if options["verbosity"] > 0:
            self.stdout.write(f"{total} records in {seconds:.1f} s ({total / seconds:.0f}/s)")
