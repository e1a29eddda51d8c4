"""`orbita demo`: the demo account, into an empty database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orbita.demo.account import AccountInUse, load_demo


class Command(BaseCommand):
    """Loads the demo account."""

    help = "Load the demo account into an empty database and print its logins."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, or say why not."""
        from orbita.demo.cast import LOGINS

        try:
            loaded = load_demo()
        except AccountInUse as error:
            raise CommandError(str(error)) from error
        if options["verbosity"] > 0:
            self.stdout.write(f"The demo account is loaded: {loaded} records.")
        if options["verbosity"] > 1:
            for login in LOGINS:
                self.stdout.write("  " + "  ".join(login))
