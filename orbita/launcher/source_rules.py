"""House rules that no linter knows: lock files, look-ups without a viewer, inline script."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from orbita.launcher.paths import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
_REQUIREMENT = re.compile(r"^[A-Za-z0-9][\w.\-\[\]]*==\S+( ; .+)?$")
_HASH = re.compile(r"^\s+--hash=sha256:[0-9a-f]{64}$")
# Users, teams and tokens are no records; everybody who works here may know who else does.
_LOOKUP = re.compile(r"(?<!\bUser)(?<!\bTeam)(?<!\bApiToken)\.objects\.(get|all)\(")
_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']", re.I
)
# Who somebody is comes from the log-in alone: not from a form, not from the domain of an address.
_IDENTITY = re.compile(
    r"django\.test\b|\bforce_login\b|(?:GET|POST|data|headers)(?:\.get\(|\[)[\"'](?:user|user_id|uid)"
    r"[\"']|endswith\([\"']@|AutoLogin|RemoteUser"
)
_DATA_SCRIPT = re.compile(r"type=[\"']application/json[\"']")


def lock_file_problems(root: Path = ROOT) -> list[str]:
    """Packages without a hash, and addresses of registries, in the lock files."""
    found = [problem for name in LOCKS for problem in _pip_problems(root / name)]
    for path in (root / "package-lock.json", root / "tests" / "provider" / "package-lock.json"):
        found += _npm_problems(path.relative_to(root), path) if path.is_file() else []
    return found


def lookup_problems(root: Path = ROOT) -> list[str]:
    """Views and the API must start from what the viewer may see."""
    return [
        f"{place}: a look-up without a viewer; begin with listed_for, readable_by or editable_by"
        for path in sorted((root / "orbita").rglob("*.py"))
        if _answers_requests(path.relative_to(root).parts)
        for place in _matches(path, _LOOKUP, root)
    ]


def identity_problems(root: Path = ROOT) -> list[str]:
    """Helpers of tests, and users that a request names by itself, outside of tests."""
    return [
        f"{place}: who somebody is must come from the log-in"
        for path in sorted((root / "orbita").rglob("*.py"))
        if "tests" not in path.parts and path.name not in ("testing.py", "source_rules.py")
        for place in _matches(path, _IDENTITY, root)
    ]


def inline_problems(root: Path = ROOT) -> list[str]:
    """The Content-Security-Policy has no unsafe-inline, so inline script and style do nothing."""
    return [
        f"{place}: inline script or style"
        for path in sorted((root / "orbita").rglob("templates/**/*.html"))
        for place in _matches(path, _INLINE, root)
    ]


def _pip_problems(lock: Path) -> Iterator[str]:
    lines = [line for line in lock.read_text().replace(" \\\n", "\n").split("\n") if line]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if _HASH.match(line):
            continue
        if not _REQUIREMENT.match(line.strip()):
            yield f"{lock.name}: not a pinned requirement: {line}"
        elif not _HASH.match(following):
            yield f"{lock.name}: no hash: {line}"


def _npm_problems(lock: Path, path: Path) -> Iterator[str]:
    for name, package in json.loads(path.read_text())["packages"].items():
        if name and not package.get("integrity"):
            yield f"{lock}: {name} has no integrity hash"
        if "resolved" in package:
            yield f"{lock}: {name} names the address of a registry"


def _answers_requests(parts: tuple[str, ...]) -> bool:
    inside = "views" in parts or parts[-1] == "views.py" or parts[:2] == ("orbita", "api")
    return inside and "tests" not in parts and "migrations" not in parts


def _matches(path: Path, pattern: re.Pattern[str], root: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text().split("\n"), 1):
        match = pattern.search(line)
        if match and not _DATA_SCRIPT.search(match.group()):
            yield f"{path.relative_to(root)}:{number}"
