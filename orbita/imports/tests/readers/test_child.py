"""Parsing happens in a child that may fall over, hang or grow without harm to its parent."""

import csv
import os
import resource
import signal
import subprocess
import sys
import time

import pytest
from django.utils import translation

from orbita.imports.readers import Choices, Limits, UnreadableFile, inspect, rows
from orbita.imports.readers import process as process_module
from orbita.imports.readers.process import ROOT, Child
from orbita.imports.readers.sentences import SENTENCES
from orbita.imports.tests.readers.files import PEOPLE, csv_text, pack, xlsx_parts, xlsx_row

ANY = {
    "limit": 1, "mib": 1, "line": 1, "position": 1, "encoding": "x", "name": "x",
}  # fmt: skip


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "osoby"
    path.write_text(csv_text(PEOPLE))
    return path


def children():
    """The live children of this process."""
    found = subprocess.run(
        ["ps", "--no-headers", "-o", "args", "--ppid", str(os.getpid())],
        capture_output=True,
        text=True,
    )
    return [line for line in found.stdout.splitlines() if "readers.child" in line]


def ask(monkeypatch, program, *, silence=60.0):
    """Let another program stand in for the child."""
    popen = subprocess.Popen

    def stand_in(_arguments, **options):
        return popen([sys.executable, "-c", program], **options)

    monkeypatch.setattr(process_module.subprocess, "Popen", stand_in)
    with Child({}, silence_seconds=silence) as child:
        return list(child.frames())


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import os; os.abort()", "crashed"),
        ("import os; os.kill(os.getpid(), 9)", "crashed"),
        ("import os; os.kill(os.getpid(), 24)", "slow"),
        ("pass", "crashed"),
        ("import os; os.write(1, b'R' + (2**31).to_bytes(4, 'big'))", "crashed"),
        ("import os; os.write(1, b'R' + (100).to_bytes(4, 'big') + b'[')", "crashed"),
        ("import os; os.write(1, b'R' + (3).to_bytes(4, 'big') + b'[[1')", "crashed"),
        ("import os; os.write(1, b'P' + (2).to_bytes(4, 'big') + b'{}')", "crashed"),
        ("import os; os.write(1, b'P' + (5).to_bytes(4, 'big') + b'[[[[[')", "crashed"),
    ],
)
def test_a_child_that_dies_or_babbles_is_a_problem_of_the_file(monkeypatch, program, code):
    with pytest.raises(UnreadableFile) as caught:
        ask(monkeypatch, program)
    assert caught.value.code == code


def test_a_silent_child_is_killed(monkeypatch):
    with pytest.raises(UnreadableFile) as caught:
        ask(monkeypatch, "import time; time.sleep(600)", silence=0.5)
    assert caught.value.code == "slow"


def test_memory_of_the_child_is_limited(tmp_path):
    table = xlsx_row(1, "A1") + xlsx_row(1_000_000, "Z1000000")
    path = pack(tmp_path / "sparse", xlsx_parts(table))
    with pytest.raises(UnreadableFile) as caught:
        inspect(path, "x.xlsx", Limits(memory=200 * 1024 * 1024, whole_cells=30_000_000))
    assert caught.value.code in {"crashed", "memory"}
    assert inspect(path, "x.xlsx").data_rows == 2


def test_time_of_the_child_is_limited(tmp_path):
    path = tmp_path / "long"
    path.write_text("a;b\n" + "1;2\n" * 5_000_000)
    with pytest.raises(UnreadableFile) as caught:
        inspect(path, "x.csv", Limits(cpu_seconds=1))
    assert caught.value.code == "slow"


def test_the_child_ends_with_the_iteration(tmp_path):
    path = tmp_path / "long"
    path.write_text("a;b\n" + "1;2\n" * 500_000)
    stream = rows(path, Choices("csv", "utf-8", ";"))
    assert next(stream) == ["1", "2"]
    assert len(children()) == 1
    stream.close()
    assert children() == []


def test_the_child_ends_with_its_parent(tmp_path):
    path = tmp_path / "long"
    path.write_text("a;b\n" + "1;2\n" * 500_000)
    program = (
        "import sys, time; from pathlib import Path\n"
        "from orbita.imports.readers import rows, Choices\n"
        f"stream = rows(Path({str(path)!r}), Choices('csv', 'utf-8', ';')); next(stream)\n"
        "print('reading', flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout.readline() == "reading\n"
    listing = ["ps", "--no-headers", "-o", "pid", "--ppid", str(parent.pid)]
    child = int(subprocess.run(listing, capture_output=True, text=True).stdout)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 60
    while _is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_alive(child)


def _is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_child_gets_no_secrets_and_loads_no_framework(monkeypatch, people):
    monkeypatch.setenv("SECRET_KEY", "tajne")
    program = (
        "import orbita.imports.readers.child, sys, os; print('django' in sys.modules, os.environ)"
    )
    found = subprocess.run(
        [sys.executable, "-s", "-c", program],
        cwd=ROOT, env=process_module.ENVIRONMENT, capture_output=True, text=True,
    )  # fmt: skip
    assert found.stdout.startswith("False")
    assert "tajne" not in found.stdout


def test_a_million_rows_pass_with_flat_memory(tmp_path):
    path = tmp_path / "million"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Nazwa", "NIP", "Miasto"])
        writer.writerows((f"Żółw {n}", 5250000000 + n, "Łódź") for n in range(1_000_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seen = inspect(path, "firmy.csv")
    assert seen.data_rows == 1_000_000
    assert sum(1 for _ in rows(path, seen.choices())) == 1_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30 * 1024


@pytest.mark.long
def test_a_child_waits_for_a_slow_reader(people):
    stream = rows(people, Choices("csv", "utf-8", ";"), Limits(silence_seconds=15))
    first = next(stream)
    time.sleep(20)
    assert [first, *stream] == PEOPLE[1:]


def test_every_problem_has_a_sentence():
    with translation.override("en"):
        for code in SENTENCES:
            problem = UnreadableFile(code, **ANY)
            assert str(problem) == problem.sentence
            assert problem.sentence.endswith(".")
            assert "%(" not in problem.sentence
