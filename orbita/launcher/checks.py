"""`make check`: one line a check, what is wrong below it, and an exit code."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orbita.launcher.paths import LOCALE, ROOT
from orbita.launcher.say import say
from orbita.launcher.source_rules import (
    identity_problems,
    inline_problems,
    lock_file_problems,
    lookup_problems,
)

_BIN = Path(sys.executable).parent
_PRODUCTION = {
    "HTTPS": "1",
    "DEMO": "0",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "crm.example.com",
    "BASE_URL": "https://crm.example.com",
    "DATABASE_URL": "postgresql://orbita@127.0.0.1:1/orbita",
    "DJANGO_SETTINGS_MODULE": "orbita.config.settings",
}


@dataclass(frozen=True)
class Check:
    """A name and a function that answers what is wrong."""

    name: str
    problems: Callable[[], Sequence[str]]


def _tool(name: str, *arguments: str) -> Callable[[], Sequence[str]]:
    return lambda: _run([str(_BIN / name), *arguments], _PRODUCTION)


def _manage(*arguments: str) -> Callable[[], Sequence[str]]:
    command = [sys.executable, "-W", "ignore::RuntimeWarning", "manage.py", *arguments]
    return lambda: _run(command, _PRODUCTION)


def _translation_problems() -> list[str]:
    from orbita.launcher.catalogue import complaints, messages_in_code

    catalogue = LOCALE / "pl" / "LC_MESSAGES" / "django.po"
    if not catalogue.is_file():
        return [f"there is no {catalogue.relative_to(ROOT)}"]
    return complaints(catalogue, messages_in_code())


CHECKS = (
    Check("style of the code", _tool("ruff", "check", "--quiet", "--output-format=concise", ".")),
    Check("format of the code", _tool("ruff", "format", "--check", "--quiet", ".")),
    Check("types", _tool("mypy", "--no-error-summary", "orbita", "manage.py")),
    Check("direction of imports", _tool("lint-imports", "--no-logo")),
    Check("templates", _tool("djlint", "orbita", "--lint", "--quiet")),
    Check("no inline script or style", inline_problems),
    Check("no look-up without a viewer", lookup_problems),
    Check("nobody says who they are", identity_problems),
    Check("locked packages", lock_file_problems),
    Check("Polish translation", _translation_problems),
    Check("migrations", _manage("makemigrations", "--check", "--dry-run")),
    Check("settings of production", _manage("check", "--deploy", "--fail-level", "WARNING")),
    Check("snapshot of the API", _manage("openapi", "--check")),
)


def main() -> int:
    """Run all checks; answers 1 when any failed."""
    failed = 0
    for check in CHECKS:
        problems = check.problems()
        say(f"{'FAILED' if problems else 'ok    '}  {check.name}")
        for problem in problems:
            say(f"        {problem}")
        failed += bool(problems)
    say(f"{failed} of {len(CHECKS)} checks failed." if failed else "All checks passed.")
    return int(bool(failed))


def _run(command: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if not done.returncode:
        return []
    return done.stdout.strip().split("\n") or [f"ended with code {done.returncode}"]


if __name__ == "__main__":
    sys.exit(main())
