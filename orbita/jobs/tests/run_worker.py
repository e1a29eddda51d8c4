"""`orbita worker` on a test database, with the tasks of the tests."""

import os
import sys

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orbita.config.settings")
    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = sys.argv[1]
    import orbita.jobs.tests.worker_tasks  # noqa: F401

    call_command("worker")
