"""One launcher per data folder."""

import subprocess
import sys
import time

import pytest

from orbita.launcher.lock import DataFolder, is_in_use
from orbita.launcher.say import Failure

HOLD = """
import sys, time
from pathlib import Path
from orbita.launcher.lock import DataFolder
folder = DataFolder(Path(sys.argv[1]))
folder.acquire()
if "stopping" in sys.argv: folder.announce_stop()
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""
LEAVE_A_CHILD = """
import subprocess, sys
from pathlib import Path
from orbita.launcher.lock import DataFolder
folder = DataFolder(Path(sys.argv[1]))
folder.acquire()
subprocess.Popen(["sleep", sys.argv[2]], pass_fds=[folder.inherited])
print("held", flush=True)
"""


def hold(program, path, seconds, *more):
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path), str(seconds), *more],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_start_on_the_same_folder_is_refused_with_a_sentence(tmp_path):
    other = hold(HOLD, tmp_path, 30)
    try:
        with pytest.raises(Failure, match=r"^Orbita is already running on .*; stop it first\.$"):
            DataFolder(tmp_path).acquire()
        assert is_in_use(tmp_path)
    finally:
        other.kill()
        other.wait()


def test_a_killed_launcher_leaves_the_folder_free(tmp_path):
    other = hold(HOLD, tmp_path, 30)
    other.kill()
    other.wait()
    folder = DataFolder(tmp_path)
    folder.acquire()
    folder.release()
    assert not is_in_use(tmp_path)


def test_a_start_waits_for_an_orbita_that_is_just_stopping(tmp_path):
    other = hold(HOLD, tmp_path, 0.5, "stopping")
    folder = DataFolder(tmp_path)
    folder.acquire()
    folder.release()
    assert other.wait(5) == 0


def test_a_start_waits_for_children_that_outlived_their_launcher(tmp_path):
    hold(LEAVE_A_CHILD, tmp_path, 0.7).wait()
    begun = time.monotonic()
    folder = DataFolder(tmp_path)
    folder.acquire()
    folder.release()
    assert time.monotonic() - begun > 0.3


def test_the_data_folder_is_made_for_its_owner_alone(tmp_path):
    folder = DataFolder(tmp_path / "new" / "data")
    folder.acquire()
    folder.release()
    assert folder.path.stat().st_mode & 0o777 == 0o700
