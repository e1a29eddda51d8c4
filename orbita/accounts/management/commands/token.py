"""`orbita token EMAIL`: an API token for the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orbita.accounts.models import User
from orbita.accounts.tokens import issue_token


class Command(BaseCommand):
    """Prints a new API token of a user."""

    help = "Print a new API token of the user with this e-mail address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose token."""
        parser.add_argument("email")
        parser.add_argument("--name", default="Command line", help="what the list of tokens shows")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue and print."""
        user = User.objects.active().filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"No active user has the address {options['email']}")
        self.stdout.write(issue_token(user, options["name"]))
