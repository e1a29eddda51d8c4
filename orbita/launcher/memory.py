"""How much of the machine's memory the private PostgreSQL may count on."""

import os
from pathlib import Path

CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
_MIB = 1024 * 1024


def memory_mib() -> int:
    """MiB of memory for programs here: the machine's, or the container's limit if that is less."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // _MIB
    try:
        limit = CGROUP_LIMIT.read_text().strip()
    except OSError:
        return machine
    return min(machine, int(limit) // _MIB) if limit.isdecimal() else machine


def memory_settings(mib: int) -> dict[str, str]:
    """PostgreSQL's settings for a machine with so much memory, on which the web runs, too.

    Shared buffers are taken as they are needed: a small account pays for none of the large ones.
    """
    return {
        "shared_buffers": f"{_between(64, mib // 16, 512)}MB",
        "effective_cache_size": f"{_between(512, mib // 4, 4096)}MB",
    }


def _between(least: int, value: int, most: int) -> int:
    return max(least, min(value, most))
