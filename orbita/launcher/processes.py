"""Child processes that are watched, started again when they die, and stopped in order."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from orbita.launcher.say import Failure, complain, say

_PR_SET_PDEATHSIG = 1
_STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
_WATCHED_SIGNALS = {*_STOP_SIGNALS, signal.SIGCHLD}
_LONGEST_PAUSE = 30.0
_STEADY_SECONDS = 30.0
_LIBC = ctypes.CDLL(None, use_errno=True)


class Stopped(Exception):  # noqa: N818
    """The launcher was asked to stop."""


def die_with_parent(number: signal.Signals) -> None:
    """Ask the kernel to send this process a signal in the moment in which its parent dies."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)


@dataclass(frozen=True)
class Program:
    """What to start, and how to end it: on request, and when the launcher itself is killed."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20.0
    death_signal: signal.Signals = signal.SIGKILL
    log: str = ""
    user: int | None = None
    group: int | None = None
    pass_fds: tuple[int, ...] = ()

    def spawn(self) -> "subprocess.Popen[bytes]":
        """Start it in a session of its own; it is told to stop if this process dies."""
        output = open(self.log, "ab") if self.log else None  # noqa: SIM115
        try:
            return subprocess.Popen(  # noqa: PLW1509
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=self.user,
                group=self.group,
                extra_groups=[] if self.user is not None else None,
                pass_fds=self.pass_fds,
                start_new_session=True,
                preexec_fn=self._before_exec,
            )
        finally:
            if output:
                output.close()

    def _before_exec(self) -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED_SIGNALS)
        die_with_parent(self.death_signal)


@dataclass
class Child:
    """A program that should be running."""

    program: Program
    process: "subprocess.Popen[bytes]"
    started_at: float = field(default_factory=time.monotonic)
    pause: float = 0.5
    start_again_at: float | None = None


class Supervisor:
    """Keeps children running until it is asked to stop."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self._stopping = False

    def __enter__(self) -> "Supervisor":
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED_SIGNALS)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED_SIGNALS)

    def start(self, program: Program) -> Child:
        """Start a program and watch it from now on."""
        child = Child(program, program.spawn())
        self.children.append(child)
        return child

    def run(self, program: Program) -> int:
        """Run a program to its end while the others are watched; answers its exit code."""
        process = program.spawn()
        try:
            self.wait_until(lambda: process.poll() is not None)
        finally:
            _end(process, program)
        return process.returncode

    def wait_until(self, condition: Callable[[], bool], seconds: float = float("inf")) -> bool:
        """Watch until the condition holds (True) or the time is over (False); may raise Stopped."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            self._watch(0.05)
        return True

    def watch(self) -> None:
        """Keep the children running for ever; returns by raising Stopped."""
        while True:
            self._watch(1.0)

    def stop(self) -> None:
        """End all children, the last started first; a second signal hurries."""
        self._stopping = True
        for child in reversed(self.children):
            _end(child.process, child.program)
        self.children.clear()

    def _watch(self, seconds: float) -> None:
        received = signal.sigtimedwait(_WATCHED_SIGNALS, seconds)
        if received and received.si_signo in _STOP_SIGNALS:
            raise Stopped
        for child in self.children:
            self._look_after(child)

    def _look_after(self, child: Child) -> None:
        if child.start_again_at is not None:
            if time.monotonic() >= child.start_again_at:
                child.process, child.started_at = child.program.spawn(), time.monotonic()
                child.start_again_at = None
        elif child.process.poll() is not None:
            _end_group(child.process, signal.SIGTERM)
            if time.monotonic() - child.started_at > _STEADY_SECONDS:
                child.pause = 0.5
            child.start_again_at = time.monotonic() + child.pause
            complain(
                f"{child.program.name} {_how(child.process.returncode)}; "
                f"starting it again in {child.pause:g} s."
            )
            child.pause = min(child.pause * 2, _LONGEST_PAUSE)


def run_step(command: Sequence[str], environment: Mapping[str, str], what: str) -> None:
    """Run a command of the set-up in the foreground; raises Failure when it does not succeed."""
    say(what)
    done = subprocess.run(  # noqa: PLW1509
        command, env=dict(environment), preexec_fn=lambda: die_with_parent(signal.SIGTERM)
    )
    if done.returncode:
        raise Failure(f"That did not work: “{' '.join(command[:4])} …” {_how(done.returncode)}.")


def _end(process: "subprocess.Popen[bytes]", program: Program) -> None:
    if process.poll() is None:
        process.send_signal(program.stop_signal)
        _wait_for_end(process, program.stop_seconds)
    _end_group(process, signal.SIGKILL if process.poll() is None else signal.SIGTERM)
    process.wait()


def _wait_for_end(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Return when the process has ended, the time is over or a second stop signal came."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        received = signal.sigtimedwait(_WATCHED_SIGNALS, 0.1)
        if received and received.si_signo in _STOP_SIGNALS:
            return


def _end_group(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Signal what is left of the session of a process that has ended or must end."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _how(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
