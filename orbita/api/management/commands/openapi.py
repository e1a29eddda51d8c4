"""`orbita openapi [--check]`: the description of the API as a file that changes are seen in."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from orbita.api.openapi.document import snapshot


class Command(BaseCommand):
    """Writes docs/openapi.json, or compares it."""

    help = "Write docs/openapi.json, or with --check say whether it is up to date."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether only to compare."""
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail if it differs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or compare."""
        file = settings.ROOT / "docs" / "openapi.json"
        text = snapshot()
        if not options["check"]:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            raise CommandError("docs/openapi.json is not up to date; run: orbita openapi")
