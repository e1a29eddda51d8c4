"""The embedded PostgreSQL, on its own."""

import os
import shutil
import signal

import psycopg
import pytest

from orbita.launcher.postgres import Cluster
from orbita.launcher.processes import Supervisor


@pytest.fixture
def cluster(tmp_path):
    cluster = Cluster.thrown_away(tmp_path)
    cluster.create()
    yield cluster
    shutil.rmtree(cluster.runs.home.resolve())


@pytest.fixture
def running(cluster):
    with Supervisor() as supervisor:
        supervisor.start(cluster.program())
        assert supervisor.wait_until(cluster.is_ready, 20)
        yield cluster


def test_the_application_s_role_owns_its_database_and_is_no_superuser(running):
    with psycopg.connect(running.url) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcreaterole, pg_get_userbyid(datdba), datlocale, "
            "current_setting('server_encoding'), current_setting('data_checksums') "
            "FROM pg_roles, pg_database WHERE rolname = current_user AND datname = 'orbita'"
        ).fetchone()
        assert row == (False, False, "orbita", "pl", "UTF8", "on")
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION unaccent")


@pytest.mark.parametrize("change", ["orbita:wrong@", "postgres:x@"])
def test_nobody_else_comes_in(running, change):
    _before, _, after = running.url.partition("@")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://{change}{after}")


def test_it_listens_on_no_network_and_its_files_are_private(running):
    with psycopg.connect(running.url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert (running.runs.home / "password").stat().st_mode & 0o077 == 0
    assert running.runs.home.stat().st_mode & 0o077 == 0


def test_it_starts_again_after_a_sudden_death(cluster):
    with Supervisor() as supervisor:
        child = supervisor.start(cluster.program())
        supervisor.wait_until(cluster.is_ready, 20)
        os.kill(child.process.pid, signal.SIGKILL)
        child.process.wait()
        (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")
        supervisor.children.clear()
        cluster.recover()
        assert not (cluster.data / "postmaster.pid").exists()
        supervisor.start(cluster.program())
        assert supervisor.wait_until(cluster.is_ready, 20)


def test_a_server_that_an_earlier_run_left_behind_is_ended(cluster):
    cluster.program().spawn()
    with Supervisor() as supervisor:
        assert supervisor.wait_until(cluster.is_ready, 20)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        cluster.recover()
    finally:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    assert not (cluster.data / "postmaster.pid").exists()


def test_a_creation_that_was_cut_short_begins_anew(tmp_path):
    cluster = Cluster.thrown_away(tmp_path)
    (cluster.runs.home / "18.unfinished" / "base").mkdir(parents=True)
    cluster.create()
    assert (cluster.data / "PG_VERSION").read_text() == "18\n"
    assert not (cluster.runs.home / "18.unfinished").exists()


def test_a_long_data_folder_gets_its_socket_elsewhere(tmp_path):
    cluster = Cluster.thrown_away(tmp_path / ("long" * 30))
    assert len(str(cluster.socket_folder)) < 80
