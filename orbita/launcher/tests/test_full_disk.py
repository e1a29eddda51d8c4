"""The whole product on a disk that fills up: nothing acknowledged is lost, nothing needs repair."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from orbita.demo.cast import PASSWORD
from orbita.launcher.paths import ROOT

pytestmark = pytest.mark.long
SIZE = "400m"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class SmallDisk:
    """`make run` in a mount namespace of its own, with its data on a small disk."""

    def __init__(self, folder: Path):
        self.data = folder / "disk"
        self.data.mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.output = (folder / "output").open("wb")
        mount = f"mount -t tmpfs -o size={SIZE} none {self.data} && chmod 755 {self.data}"
        self.run = subprocess.Popen(
            [
                "unshare",
                "-m",
                "sh",
                "-c",
                f"{mount} && exec {sys.executable} -m orbita.launcher run",
            ],
            cwd=ROOT,
            env={
                **{k: v for k, v in os.environ.items() if k != "DATABASE_URL"},
                "PORT": str(port),
                "DATA_DIR": str(self.data),
            },
            stdout=self.output,
            stderr=subprocess.STDOUT,
        )

    def inside(self, command: str) -> int:
        """Run a command where the small disk is mounted."""
        return subprocess.run(
            ["nsenter", "-t", str(self.run.pid), "-m", "sh", "-c", command], capture_output=True
        ).returncode

    def wait_until_ready(self, seconds: float) -> None:
        """Until it serves."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.run.poll() is None, Path(self.output.name).read_text()
            try:
                if requests.get(f"{self.address}/readyz", timeout=3).ok:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.2)
        pytest.fail(Path(self.output.name).read_text())


@pytest.fixture
def disk(tmp_path):
    if not shutil.which("unshare") or subprocess.run(["unshare", "-m", "true"]).returncode:
        pytest.skip("this machine lets nobody mount a disk of their own")
    found = SmallDisk(tmp_path)
    try:
        found.wait_until_ready(300)
        yield found
    finally:
        found.run.terminate()
        found.run.wait(60)


class Browser:
    """Somebody at work."""

    def __init__(self, address: str):
        self.session, self.address = requests.Session(), address

    def post(self, path: str, values: dict[str, str], **more) -> int:
        """Fill in the form at an address and send it; the status of the answer, 0 for none."""
        try:
            page = self.session.get(self.address + path, timeout=20)
            values = {**dict(HIDDEN.findall(page.text)), **values}
            answer = self.session.post(
                self.address + path, values, allow_redirects=False, timeout=20, **more
            )
        except requests.RequestException:
            return 0
        return answer.status_code


def test_a_full_disk_loses_nothing_and_needs_no_repair(disk):
    kasia = Browser(disk.address)
    values = {"login": "kasia@orbita.example", "password": PASSWORD}
    assert kasia.post("/login/", values) == 302
    stored = [name for n in range(3) if add(kasia, name := f"Przed {n}") == 302]
    assert len(stored) == 3
    disk.inside(f"cat /dev/zero > {disk.data}/filler")
    sheet = "Nazwa\n" + "\n".join(f"Firma {n} {'x' * 200}" for n in range(20_000))
    upload = {"file": ("firmy.csv", sheet.encode())}
    assert kasia.post("/imports/new/", {"kind": "companies"}, files=upload) in (0, 503, 507)
    refused: set[int] = set()
    for number in range(300):
        status = add(kasia, name := f"Potem {number} " + "ż" * 150)
        if status == 302:
            stored.append(name)
        else:
            refused.add(status)
        if len(refused) and number > 100:
            break
    assert refused <= {0, 302, 503, 507}
    assert refused
    disk.inside(f"rm {disk.data}/filler")
    disk.wait_until_ready(90)
    assert kasia.post("/login/", values) in (302, 200)
    assert add(kasia, "Na koniec") == 302
    for name in [*stored, "Na koniec"]:
        page = kasia.session.get(f"{disk.address}/companies/", params={"q": name}, timeout=20)
        assert name in page.text
    assert "Firma 17 " not in kasia.session.get(f"{disk.address}/companies/?q=Firma+17").text


def add(browser: Browser, name: str) -> int:
    """Add a company by its form."""
    return browser.post("/companies/new/", {"title": name, "visibility": "1"})
