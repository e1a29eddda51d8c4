"""The whole of `make run`, from a clean clone that no other user can enter."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from orbita.launcher.paths import ROOT

pytestmark = pytest.mark.long
NO_NETWORK = {
    "PIP_NO_INDEX": "1",
    "npm_config_offline": "true",
    "https_proxy": "http://127.0.0.1:1",
    "http_proxy": "http://127.0.0.1:1",
    "no_proxy": "127.0.0.1",
}


class Installation:
    """A clone, and the `make run` in it."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.output = folder.parent / "output"
        self.make = None

    def start(self, seconds, **environment):
        """Start it, wait until it is ready, and answer how long that took."""
        begun = time.monotonic()
        kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "DATA_DIR"}}
        self.make = subprocess.Popen(
            ["make", "run"],
            cwd=self.folder,
            env={**kept, "PORT": str(self.port), "DEMO": "0", **environment},
            stdout=self.output.open("wb"),
            stderr=subprocess.STDOUT,
        )
        while self.status("/readyz") != 200:
            assert self.make.poll() is None, self.output.read_text()
            assert time.monotonic() - begun < seconds, self.output.read_text()
            time.sleep(0.1)
        return time.monotonic() - begun

    def status(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=3) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def processes(self):
        """The ids of all processes that run programs of the clone, or in it."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().decode().replace("\0", " ")
                inside = (entry / "cwd").readlink() == self.folder
            except OSError:
                continue
            if str(self.folder) in words or (inside and words):
                found[int(entry.name)] = words
        return found

    def process(self, words):
        return next(pid for pid, line in sorted(self.processes().items()) if words in line)


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("closed")
    folder.chmod(0o700)
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    found = Installation(clone)
    found.start(300)
    yield found
    if found.make.poll() is None:
        found.make.terminate()
        found.make.wait(60)


def test_it_serves_and_nobody_else_can_read_the_data(installation):
    assert installation.status("/healthz") == 200
    assert (installation.folder / "data").stat().st_mode & 0o077 == 0


def test_a_second_start_is_refused_with_a_sentence(installation):
    again = subprocess.run(
        ["make", "run"],
        cwd=installation.folder,
        env={**os.environ, "DATA_DIR": "", "DATABASE_URL": "", "PORT": "1"},
        capture_output=True,
        text=True,
    )
    assert again.returncode
    assert again.stderr.startswith("Orbita is already running on ")
    assert installation.status("/readyz") == 200


@pytest.mark.parametrize("part", ["-m gunicorn", "-m manage worker", "bin/postgres -D"])
def test_a_killed_part_comes_back(installation, part):
    killed = installation.process(part)
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        time.sleep(0.2)
        lines = [pid for pid, line in installation.processes().items() if part in line]
        if lines and killed not in lines and installation.status("/readyz") == 200:
            return
    pytest.fail(installation.output.read_text())


def test_after_a_kill_of_the_launcher_the_next_start_recovers_without_network(installation):
    os.kill(installation.process("-m orbita.launcher run"), signal.SIGKILL)
    assert installation.start(60, **NO_NETWORK) < 40


def test_a_stop_leaves_no_process_and_a_later_start_takes_seconds(installation):
    installation.make.terminate()
    installation.make.wait(60)
    time.sleep(0.5)
    assert installation.processes() == {}
    assert installation.start(60, **NO_NETWORK) < 15
