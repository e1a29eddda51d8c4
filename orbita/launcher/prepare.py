"""The part of a start that needs Django: static files, migrations, the demo account."""

import os
import sys
from pathlib import Path

from orbita.launcher.paths import ROOT
from orbita.launcher.say import complain, say
from orbita.launcher.stamps import digest_of_tree, is_stamped, write_stamp


def main() -> None:
    """Make files and database ready for web and worker; safe to repeat."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orbita.config.settings")
    import django
    from django.db import OperationalError

    django.setup()
    collect_static_files()
    try:
        migrate()
    except OperationalError as error:
        complain(f"The database cannot be used: {str(error).strip()}")
        sys.exit(1)
    load_demo()


def collect_static_files() -> None:
    """Gather and compress the static files, when any of them has changed."""
    from django.conf import settings
    from django.core.management import call_command

    sources = [ROOT / "orbita", ROOT / "node_modules" / ".installed"]
    folders = [path for path in sources[0].rglob("static") if path.is_dir()]
    lock = (ROOT / "package-lock.json").read_text()
    finder = (ROOT / "orbita" / "ui" / "finders.py").read_text()
    digest = digest_of_tree(folders, lock, finder)
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if is_stamped(stamp, digest):
        return
    say("Gathering the static files.")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    write_stamp(stamp, digest)


def migrate() -> None:
    """Bring the database to the schema and the triggers of this version."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Bringing the database to this version.")
    call_command("migrate", interactive=False, verbosity=0)


def load_demo() -> None:
    """Load the demo account into an account in which nobody works yet."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    if settings.DEMO and not get_user_model().objects.exists():
        say("Loading the demo account.")
        call_command("demo")


if __name__ == "__main__":
    main()
