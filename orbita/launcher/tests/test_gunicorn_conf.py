"""What the web's processes share is loaded before they part, and no connection is among it."""

import os
import subprocess
import sys

PROGRAM = """
import sys
import orbita.config.wsgi
from orbita.launcher.gunicorn_conf import when_ready
when_ready(None)
from django.db import connections
assert "orbita.records.views.list" in sys.modules and "orbita.api.records" in sys.modules
assert all(one.connection is None for one in connections.all(initialized_only=True))
"""


def test_views_are_loaded_before_the_workers_part_without_asking_the_database(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "orbita.config.settings",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "DATA_DIR": str(tmp_path),
    }
    subprocess.run([sys.executable, "-c", PROGRAM], env=environment, check=True, timeout=120)
