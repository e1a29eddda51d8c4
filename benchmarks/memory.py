"""Memory of processes as the kernel counts it: PSS, in which shared pages are split fairly."""

from pathlib import Path


def family(pid: int) -> list[int]:
    """The process and all that it started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family(int(child))
    return found


def pss_mib(pids: list[int]) -> float:
    """The sum of the processes' PSS in MiB; 0 for one that may not be read or has ended."""
    return sum(map(_kib, pids)) / 1024


def _kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def peak_mib(pid: int) -> float:
    """The most that the process itself ever had in memory, in MiB; 0 for one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
