"""What the child gives up before it touches a file, and the time that a large file needs."""

import ctypes
import os
import resource
import signal

from orbita.imports.readers.shapes import MIB, Limits

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_GIB = 1024 * MIB


def confine(limits: Limits, *, parent: int) -> None:
    """Give up memory, time, files and a life of one's own."""
    prctl = ctypes.CDLL(None).prctl
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    longest = _seconds(limits, limits.max_inflated)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, longest + 5))


def take_time(limits: Limits, inflated: int) -> None:
    """Have as much time as a workbook of so many unpacked bytes may need; never less than now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if resource.RLIM_INFINITY in (soft, hard):
        return
    wanted = min(_seconds(limits, inflated), hard - 5)
    resource.setrlimit(resource.RLIMIT_CPU, (max(soft, wanted), hard))


def _seconds(limits: Limits, inflated: int) -> int:
    return limits.cpu_seconds + limits.cpu_seconds_per_gib * inflated // _GIB
