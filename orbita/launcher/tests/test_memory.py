"""The private PostgreSQL counts on as much memory as there is for it."""

import pytest

from orbita.launcher import memory
from orbita.launcher.memory import memory_mib, memory_settings


@pytest.mark.parametrize(
    ("mib", "buffers", "cache"),
    [(512, "64MB", "512MB"), (4096, "256MB", "1024MB"), (65536, "512MB", "4096MB")],
)
def test_buffers_grow_with_the_machine_between_a_floor_and_a_ceiling(mib, buffers, cache):
    assert memory_settings(mib) == {"shared_buffers": buffers, "effective_cache_size": cache}


@pytest.mark.parametrize(("limit", "fewer"), [("536870912\n", True), ("max\n", False)])
def test_the_limit_of_a_container_counts_where_it_is_less(tmp_path, monkeypatch, limit, fewer):
    monkeypatch.setattr(memory, "CGROUP_LIMIT", tmp_path / "none")
    machine = memory_mib()
    monkeypatch.setattr(memory, "CGROUP_LIMIT", tmp_path / "memory.max")
    (tmp_path / "memory.max").write_text(limit)
    assert memory_mib() == (512 if fewer else machine)
    assert machine > 512
