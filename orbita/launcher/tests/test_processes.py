"""The supervisor, with tiny children."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from orbita.launcher.processes import Program, Stopped, Supervisor

WRITE_PID = (
    "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"
)
DEAF = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "open(sys.argv[1], 'a').write('ready\\n'); time.sleep(60)"
)
PARENT = """
import sys, time
from orbita.launcher.processes import Program, Supervisor
with Supervisor() as supervisor:
    supervisor.start(Program("child", [sys.executable, "-c", sys.argv[1], sys.argv[2]], {}))
    supervisor.watch()
"""


def program(code, *arguments, **more):
    return Program("The child", [sys.executable, "-c", code, *map(str, arguments)], {}, **more)


def lines(path):
    return path.read_text().split() if path.exists() else []


def alive(pid):
    return Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text()


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_killed_child_is_started_again(tmp_path, capfd):
    pids = tmp_path / "pids"
    with Supervisor() as supervisor:
        supervisor.start(program(WRITE_PID, pids))
        assert supervisor.wait_until(lambda: len(lines(pids)) == 1, 10)
        os.kill(int(lines(pids)[0]), signal.SIGKILL)
        assert supervisor.wait_until(lambda: len(lines(pids)) == 2, 10)
    assert not alive(lines(pids)[1])
    assert "The child was ended by signal 9; starting it again in 0.5 s." in capfd.readouterr().err


def test_each_new_start_of_a_child_that_cannot_live_waits_longer():
    with Supervisor() as supervisor:
        child = supervisor.start(program("raise SystemExit(3)"))
        assert supervisor.wait_until(lambda: child.pause == 2.0, 10)


def test_a_stop_signal_ends_the_watch_and_all_children(tmp_path):
    pids = tmp_path / "pids"
    with Supervisor() as supervisor:
        supervisor.start(program(WRITE_PID, pids))
        supervisor.wait_until(lambda: len(lines(pids)) == 1, 10)
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        with pytest.raises(Stopped):
            supervisor.watch()
    assert not alive(lines(pids)[0])


def test_a_child_that_does_not_stop_is_killed(tmp_path):
    ready = tmp_path / "ready"
    with Supervisor() as supervisor:
        child = supervisor.start(program(DEAF, ready, stop_seconds=0.3))
        supervisor.wait_until(lambda: bool(lines(ready)), 10)
    assert child.process.returncode == -signal.SIGKILL


def test_children_do_not_outlive_a_killed_launcher(tmp_path):
    pids = tmp_path / "pids"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, WRITE_PID, str(pids)])
    wait_for(lambda: lines(pids))
    parent.kill()
    parent.wait()
    wait_for(lambda: not alive(lines(pids)[0]))


def test_a_step_answers_its_exit_code_while_the_others_are_watched():
    with Supervisor() as supervisor:
        assert supervisor.run(program("raise SystemExit(7)")) == 7
