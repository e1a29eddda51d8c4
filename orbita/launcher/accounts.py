"""As whom PostgreSQL runs, which refuses to be root.

An ordinary user runs it as themselves. For root there are two ways. The first is a user namespace
in which the same files belong to `nobody`: nothing is copied, and a clone in a folder that no other
user can enter works. Where namespaces are forbidden, an unprivileged account of the machine does
it, with a copy of the programs and with the data in a folder that this account can reach.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from orbita.launcher.say import Failure, say

_ACCOUNT = "orbita"
_UNSHARE = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")
_STATE = Path("/var/lib/orbita")


@dataclass(frozen=True)
class RunsAs:
    """How to run a program of PostgreSQL, and where its files are."""

    native: Path
    home: Path
    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    def command(self, program: str, *arguments: str) -> list[str]:
        """The command line for one of PostgreSQL's programs."""
        return [*self.prefix, str(self.native / "bin" / program), *arguments]

    def own(self, path: Path) -> None:
        """Make the folder, readable for PostgreSQL's account alone."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.user is not None:
            os.chown(path, self.user, self.group if self.group is not None else -1)


def runs_as(native: Path, home: Path) -> RunsAs:
    """The way to run the PostgreSQL in `native` with its data below `home`."""
    owner = _owner_of(home)
    if os.geteuid() != 0:
        return RunsAs(native, home)
    if owner in (None, 0) and _namespaces_work(native):
        return RunsAs(native, home, prefix=_UNSHARE)
    return _account(native, home)


def _owner_of(home: Path) -> int | None:
    return home.stat().st_uid if home.exists() else None


def _namespaces_work(native: Path) -> bool:
    if not shutil.which("unshare"):
        return False
    trial = subprocess.run(
        [*_UNSHARE, str(native / "bin" / "postgres"), "--version"], capture_output=True
    )
    return trial.returncode == 0


def _account(native: Path, home: Path) -> RunsAs:
    account = _find_or_add_account()
    _STATE.mkdir(parents=True, exist_ok=True)
    _STATE.chmod(0o755)
    data = _STATE / f"data-{_mark(home)}"
    place = RunsAs(_copied(native), data, user=account.pw_uid, group=account.pw_gid)
    place.own(place.home)
    home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not home.exists():
        home.symlink_to(place.home)
        say(f"PostgreSQL runs as {account.pw_name}; its data is in {place.home}.")
    return place


def _find_or_add_account() -> pwd.struct_passwd:
    if not _is_known(_ACCOUNT) and shutil.which("useradd"):
        command = ["useradd", "--system", "--user-group", "--no-create-home", _ACCOUNT]
        subprocess.run(command, capture_output=True)
    for name in (_ACCOUNT, "nobody"):
        if _is_known(name):
            return pwd.getpwnam(name)
    raise Failure("PostgreSQL cannot run as root; start Orbita as an ordinary user.")


def _is_known(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


def _copied(native: Path) -> Path:
    """A copy of the programs that every account can read, made anew when the package changes."""
    age = (native / "bin" / "postgres").stat().st_mtime_ns
    copy = _STATE / f"programs-{_mark(native)}-{age}"
    if not copy.is_dir():
        for old in _STATE.glob(f"programs-{_mark(native)}-*"):
            shutil.rmtree(old)
        unfinished = _STATE / f"unfinished-{os.getpid()}"
        shutil.copytree(native, unfinished, symlinks=True)
        for path in [unfinished, *unfinished.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        unfinished.rename(copy)
    return copy


def _mark(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
