"""Settings of the web server; `WEB_WORKERS` and `WEB_THREADS` come from the environment."""

import gc
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

_listening = os.environ.get("LISTEN_FD")
_host, _port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"

os.environ.setdefault("STATEMENT_TIMEOUT_MS", "15000")
bind = [f"fd://{_listening}" if _listening else f"{_host}:{_port}"]
workers = int(os.environ.get("WEB_WORKERS") or "2")
threads = int(os.environ.get("WEB_THREADS") or "4")
worker_class = "gthread"
preload_app = True
timeout = 120
graceful_timeout = 15
keepalive = 5
max_requests, max_requests_jitter = 20_000, 2_000
limit_request_line = 8190
GARBAGE_AFTER = 20_000  # a page makes ten thousand objects, hardly one of them in a cycle
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
loglevel = "warning"
accesslog = None
logconfig_dict = {
    "formatters": {"line": {"()": "orbita.config.logs.JsonLines"}},
    "handlers": {"line": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "gunicorn.error": {"level": "WARNING", "handlers": ["line"], "propagate": False},
        "gunicorn.access": {"level": "ERROR", "handlers": ["line"], "propagate": False},
    },
    "root": {"level": "WARNING", "handlers": ["line"]},
}


def when_ready(server: Any) -> None:
    """Load what the first request would, so that workers share that, too: views, forms, words.

    A process of the web has 20 MiB less of its own this way.
    """
    from django.conf import settings
    from django.db import connections
    from django.urls import NoReverseMatch, reverse
    from django.utils import translation

    for language, _name in settings.LANGUAGES:
        with translation.override(language), suppress(NoReverseMatch):
            reverse("me")  # an application that is only measured has no such page
    connections.close_all()  # a connection cannot be shared


def pre_fork(server: Any, worker: Any) -> None:
    """Keep what is loaded out of the garbage collector, so that workers share its memory."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
