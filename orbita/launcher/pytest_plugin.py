"""What every test run needs: a throw-away PostgreSQL, quick settings, a word about the browser.

`TEST_DATABASE_URL` or `DATABASE_URL` name a server of your own; its role must be allowed to create
databases. Otherwise one embedded server serves all processes of the run.
"""

import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from orbita.launcher.browser import find_chromium
from orbita.launcher.messages import compile_catalogues
from orbita.launcher.paths import ROOT
from orbita.launcher.postgres import Cluster
from orbita.launcher.processes import Program

_START_SECONDS = 30.0
_YOUNG_OBJECTS = 50_000
_QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
_PLAIN_STATIC_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"
_NO_BROWSER = "no Chromium found: install one, or name it in CHROMIUM"


class TestServer:
    """A PostgreSQL that lives as long as the test run, in a folder that goes with it."""

    __test__ = False

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="orbita-test-"))
        self.cluster = Cluster.thrown_away(self.folder)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Make and start the server; answers its DATABASE_URL."""
        self.cluster.create()
        program = self.cluster.program(log=self.folder / "postgres.log")
        self._process = Program.spawn(program)
        deadline = time.monotonic() + _START_SECONDS
        while not self.cluster.is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise pytest.UsageError((self.folder / "postgres.log").read_text()[-2000:])
            time.sleep(0.02)
        return self.cluster.url

    def stop(self) -> None:
        """End the server and remove its files."""
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
        for folder in (self.cluster.runs.home.resolve(), self.cluster.socket_folder, self.folder):
            shutil.rmtree(folder, ignore_errors=True)


_server: TestServer | None = None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(args: list[str]) -> Generator[None, Any, Any]:
    """Before Django's settings are read: the database, a data folder, the translations."""
    global _server
    keep_bytecode(ROOT / ".pytest_cache" / "bytecode")
    compile_catalogues()
    if named := os.environ.get("TEST_DATABASE_URL"):
        os.environ["DATABASE_URL"] = named
    if not os.environ.get("DATABASE_URL"):
        _server = TestServer()
        os.environ["DATABASE_URL"] = _server.start()
        os.environ["DATA_DIR"] = str(_server.folder)
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Settings that make tests quick and leave what they prove alone."""
    from django.conf import settings

    from orbita.launcher.flush import keep_the_schema, let_tests_flush_guarded_tables

    settings.PASSWORD_HASHERS = [_QUICK_HASHER, *settings.PASSWORD_HASHERS]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": _PLAIN_STATIC_FILES}}
    settings.STATIC_ROOT = settings.DATA_DIR / "static"
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    let_tests_flush_guarded_tables()
    keep_the_schema()


def keep_bytecode(folder: Path) -> None:
    """Where Python is told to write no bytecode, keep it aside: each process would compile anew."""
    if not sys.dont_write_bytecode:
        return
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(folder)
    sys.dont_write_bytecode = False


def pytest_collection_finish() -> None:
    """The modules and the tests stay to the end; looking for garbage among them costs a tenth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests are skipped where there is no browser."""
    if find_chromium() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=_NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly when the browser tests did not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(_NO_BROWSER in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.section("BROWSER TESTS DID NOT RUN", red=True, bold=True)
        terminalreporter.line(f"{count} browser tests were skipped: {_NO_BROWSER}.", red=True)


def pytest_unconfigure() -> None:
    """The server goes with the run."""
    if _server:
        _server.stop()
