"""python -m benchmarks [--quick] [--only PART]: measure, print a table, write bench.json."""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, read_json, table, write_json
from benchmarks.installation import Installation, installation
from orbita.launcher.say import say

SMALL, BIG, QUICK = (20_000, 50_000), (300_000, 700_000), (1_000, 2_000)
TIED, QUICKLY_TIED = (200_000, 250_000, 50_000), (1_000, 2_000, 500)
"""Companies, persons and deals among which there are twice as many relations."""


def main(arguments: list[str]) -> int:
    """Run; answers 0 when every figure keeps its budget, else 1 with --strict."""
    options, environment = parser().parse_args(arguments), dict(os.environ)
    figures: list[Figure] = []
    about: dict[str, Any] = {"cores": os.cpu_count(), "python": sys.version.split()[0]}
    with installation() as place:
        prepare_django(place)
        from benchmarks.imports import measure_imports
        from benchmarks.logins import measure_logins
        from benchmarks.relations import measure_relations
        from benchmarks.run import judge, measure_all, measure_idle, measure_least
        from benchmarks.segments import leave_out

        leave_out()
        least = measure_least(place)
        figures += least
        place.serve()
        figures += measure_idle(place)
        if options.only in (None, "logins"):
            found = measure_logins(place)
            judge(found, least)
            figures += found
            print(table(figures), flush=True)
            write_json(options.json, figures, about)
        if options.only == "imports":
            for found in measure_imports(place, options):
                figures += found
                print(table(figures), flush=True)
                write_json(options.json, figures, about)
        done: tuple[int, ...] = (0, 0, 0)
        for size in sizes(options):
            missing = [max(0, whole - part) for whole, part in zip(size, done, strict=False)]
            measure = measure_relations if len(size) > len(SMALL) else measure_all
            found = measure(place, size, missing, options)
            judge(found, least)
            figures += found
            done = (*size, *done[len(size) :])
            print(table(figures), flush=True)
            write_json(options.json, figures, about)
    if options.only is None:
        figures += imports_elsewhere(options, environment)
        print(table(figures), flush=True)
        write_json(options.json, figures, about)
    over = [figure for figure in figures if not figure.is_ok]
    say(f"{len(figures)} figures, {len(over)} over budget; all of them in {options.json}.")
    return 1 if over and options.strict else 0


def imports_elsewhere(options: argparse.Namespace, environment: dict[str, str]) -> list[Figure]:
    """Imports in an installation without anything else, by a process of its own.

    The environment is that of before this process was told of its own installation.
    """
    path = options.json.with_suffix(".imports.json")
    command = [sys.executable, "-m", "benchmarks", "--only", "imports", "--json", str(path)]
    command += ["--quick"] if options.quick else []
    command += [] if options.million else ["--no-million"]
    command += ["--format", options.format] if options.format else []
    try:
        subprocess.run(command, env=environment, check=True)  # noqa: S603 - our own command
        return read_json(path)
    finally:
        path.unlink(missing_ok=True)


def sizes(options: argparse.Namespace) -> list[tuple[int, ...]]:
    """The sizes to measure at, each loaded on top of the one before it."""
    tied: list[tuple[int, ...]] = [QUICKLY_TIED if options.quick else TIED]
    if options.only == "contacts":
        return [SMALL, BIG] if options.big else [SMALL]
    if options.only is not None:
        return tied if options.only == "relations" else []
    if options.quick:
        return [QUICK, *tied]
    return [SMALL, *tied, BIG] if options.big else [SMALL]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="3,000 contacts only")
    parser.add_argument(
        "--big", action=argparse.BooleanOptionalAction, default=True, help="1,000,000 contacts too"
    )
    parser.add_argument(
        "--only", choices=["contacts", "relations", "imports", "logins"], help="nothing but this"
    )
    parser.add_argument(
        "--million", action=argparse.BooleanOptionalAction, default=True, help="1,000,000 rows too"
    )
    parser.add_argument("--format", choices=["csv", "xlsx"], help="of imported files, both if none")
    parser.add_argument("--rounds", type=int, default=15, help="answers per address")
    parser.add_argument("--seconds", type=float, default=10, help="how long 16 clients ask")
    parser.add_argument("--strict", action="store_true", help="exit code 1 when over budget")
    parser.add_argument("--json", type=Path, default=Path("bench.json"))
    return parser


def prepare_django(place: Installation) -> None:
    """Use the installation's database and key in this process too."""
    os.environ.update(place.environment)
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
