"""`orbita token EMAIL`: an API token for the command line."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from orbita.accounts.models import Scope, User
from orbita.accounts.tokens import issue_token


class Command(BaseCommand):
    """Prints a new API token of a user."""

    help = "Print a new API token of the user with this e-mail address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose token."""
        parser.add_argument("email")
        parser.add_argument("--name", default="Command line", help="what the list of tokens shows")

        parser.add_argument(
            "--scope",
            action="append",
            choices=Scope.values,
            help="what the token may be used for, several times; all of it when not given",
        )
        parser.add_argument(
            "--days", type=int, default=365, help="how long it is good for; 0 for ever"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue and print."""
        user = User.objects.active().filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"No active user has the address {options['email']}")
        if not 0 <= options["days"] <= 36500:
            raise CommandError("--days is a number from 0 to 36500")
        days = timedelta(days=options["days"])
        token = issue_token(
            user,
            options["name"],
            scopes=options["scope"],
            expires_at=timezone.now() + days if days else None,
        )
        self.stdout.write(token)
