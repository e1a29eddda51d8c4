#!/usr/bin/env python
"""Runs Django's and Orbita's commands; installed as the console script `orbita`."""

import os
import sys


def main() -> None:
    """Hand the command line to Django with Orbita's settings and its database at hand."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orbita.config.settings")
    from django.core.management import execute_from_command_line

    from orbita.launcher.command import database_at_hand
    from orbita.launcher.say import Failure

    try:
        with database_at_hand():
            execute_from_command_line(sys.argv)
    except Failure as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
