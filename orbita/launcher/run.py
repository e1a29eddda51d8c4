"""`make run`: the whole product in the foreground."""

import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping

from orbita.launcher.listening import listen
from orbita.launcher.lock import DataFolder
from orbita.launcher.options import Options, read_options
from orbita.launcher.paths import PYTHON
from orbita.launcher.postgres import Cluster
from orbita.launcher.processes import Program, Stopped, Supervisor, die_with_parent
from orbita.launcher.say import Failure, say
from orbita.launcher.setup import set_up

_START_SECONDS = 90.0
_ASK_FOR_LOGINS = "import json; from orbita.demo.cast import LOGINS; print(json.dumps(LOGINS))"


def run() -> None:
    """Set up what is missing, start everything, and keep it running until asked to stop."""
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)
    options = read_options()
    folder = DataFolder(options.data_dir)
    folder.acquire()
    try:
        with listen(options.host, options.port) as server:
            set_up()
            os.umask(0o077)
            _supervise(options, folder, server.fileno())
    finally:
        folder.release()


def _supervise(options: Options, folder: DataFolder, listening: int) -> None:
    with Supervisor() as supervisor:
        try:
            _start(supervisor, options, listening, folder.inherited)
            supervisor.watch()
        except Stopped:
            say("Stopping.")
        finally:
            folder.announce_stop()


def _start(supervisor: Supervisor, options: Options, listening: int, lock: int) -> None:
    url = options.database_url or _start_postgres(supervisor, options, lock)
    environment = _environment(options, url)
    prepare = Program(
        "The preparation", _python("orbita.launcher.prepare"), environment, pass_fds=(lock,)
    )
    if supervisor.run(prepare):
        raise Failure("Orbita could not be made ready; see the lines above.")
    web = Program(
        "The web server",
        [*_python("gunicorn"), "-c", "python:orbita.launcher.gunicorn_conf", "orbita.config.wsgi"],
        {**environment, "LISTEN_FD": str(listening)},
        pass_fds=(listening, lock),
    )
    worker = Program(
        "The worker",
        [str(PYTHON), "-m", "manage", "worker"],
        environment,
        pass_fds=(lock,),
    )
    supervisor.start(worker)
    supervisor.start(web)
    if not supervisor.wait_until(lambda: _is_ready(options), _START_SECONDS):
        raise Failure(f"Orbita does not answer on {options.address}; see the lines above.")
    _welcome(options, environment)


def _start_postgres(supervisor: Supervisor, options: Options, lock: int) -> str:
    cluster = Cluster.kept_in(options.data_dir, options.postgres_options)
    if not cluster.exists:
        say("Creating the database.")
    cluster.create()
    cluster.recover()
    log = options.data_dir / "postgres.log"
    supervisor.start(cluster.program(log=log, pass_fds=(lock,)))
    if not supervisor.wait_until(cluster.is_ready, _START_SECONDS):
        raise Failure(f"PostgreSQL does not start; see {log}.")
    return cluster.url


def _environment(options: Options, url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "orbita.config.settings",
        "PYTHONUNBUFFERED": "1",
        "DATABASE_URL": url,
        "DATA_DIR": str(options.data_dir),
        "BASE_URL": os.environ.get("BASE_URL") or options.address,
        "DEMO": "1" if options.demo else "0",
    }


def _python(module: str) -> list[str]:
    return [str(PYTHON), "-m", module]


def _is_ready(options: Options) -> bool:
    try:
        with urllib.request.urlopen(f"{options.address}/readyz", timeout=2) as answer:  # noqa: S310
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _welcome(options: Options, environment: Mapping[str, str]) -> None:
    say(f"Orbita is running on {options.address} (Ctrl-C stops it).")
    if not options.demo:
        return
    asked = subprocess.run(
        [str(PYTHON), "-c", _ASK_FOR_LOGINS], capture_output=True, text=True, env=dict(environment)
    )
    for login in json.loads(asked.stdout) if asked.returncode == 0 else []:
        say("  " + "  ".join(map(str, login)))
