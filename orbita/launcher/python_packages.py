"""The virtual environment and the hash-locked packages in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from orbita.launcher.paths import PYTHON, ROOT, VENV
from orbita.launcher.processes import run_step
from orbita.launcher.say import Failure
from orbita.launcher.stamps import digest_of, is_stamped, write_stamp

PRODUCT = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
NODE = "requirements-node.txt"
_PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
_INSTALL = ("install", "--quiet", "--quiet", "--require-hashes", "--only-binary", ":all:")


def install_python_packages(*, development: bool) -> None:
    """Bring the virtual environment to what the lock file says; does nothing when it is there."""
    _make_environment()
    if development:
        install_locked(DEVELOPMENT, "Installing the Python packages for development.")
    elif not _is_installed(DEVELOPMENT):
        install_locked(PRODUCT, "Installing the Python packages.")
    _put_on_path()


def install_locked(name: str, what: str) -> None:
    """Install the packages of one lock file, each checked against its hash."""
    if _is_installed(name):
        return
    run_step([str(PYTHON), *_PIP, *_INSTALL, "-r", str(ROOT / name)], os.environ, what)
    write_stamp(_stamp(name), _digest(name))


def _make_environment() -> None:
    if _works():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    command = [sys.executable, "-m", "venv", str(VENV)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Failure(_why_no_environment(done.stdout + done.stderr))


def _works() -> bool:
    if not PYTHON.exists():
        return False
    trial = subprocess.run([str(PYTHON), *_PIP, "--version"], capture_output=True)
    return trial.returncode == 0


def _why_no_environment(output: str) -> str:
    if "ensurepip" in output:
        return (
            "Python cannot make virtual environments here; on Debian: apt-get install python3-venv"
        )
    return f"Cannot make the virtual environment {VENV}: {output.strip()[-400:]}"


def _is_installed(name: str) -> bool:
    return is_stamped(_stamp(name), _digest(name))


def _digest(name: str) -> str:
    """The development lock holds the product's packages too, in the versions of its lock."""
    files = [ROOT / name] if name != DEVELOPMENT else [ROOT / PRODUCT, ROOT / DEVELOPMENT]
    return digest_of(files, sys.version)


def _stamp(name: str) -> Path:
    return VENV / "installed" / name


def _put_on_path() -> None:
    """Make `import orbita` and the command `orbita` work in the environment, without a build."""
    for packages in (VENV / "lib").glob("python3*/site-packages"):
        _write(packages / "orbita.pth", f"{ROOT}\n", 0o644)
    script = f"#!{PYTHON}\nfrom manage import main\n\nmain()\n"
    _write(VENV / "bin" / "orbita", script, 0o755)


def _write(path: Path, text: str, mode: int) -> None:
    if not path.is_file() or path.read_text() != text:
        path.write_text(text)
        path.chmod(mode)
