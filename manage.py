#!/usr/bin/env python
"""Runs Django's and Orbita's commands; installed as the console script `orbita`."""

import os
import sys


def main() -> None:
    """Hand the command line to Django with Orbita's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orbita.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
