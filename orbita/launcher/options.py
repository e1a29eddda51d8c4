"""What an operator sets through the environment; docs/running/install.md explains each name."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orbita.launcher.paths import ROOT
from orbita.launcher.say import Failure


@dataclass(frozen=True)
class Options:
    """The settings of one start."""

    host: str
    port: int
    data_dir: Path
    database_url: str
    demo: bool
    postgres_options: tuple[str, ...]

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the product."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"http://{host}:{self.port}"


def read_options(environment: Mapping[str, str] = os.environ) -> Options:
    """The options of this environment; an empty value counts as not set."""
    return Options(
        host=environment.get("HOST") or "127.0.0.1",
        port=_port(environment.get("PORT") or "8000"),
        data_dir=Path(environment.get("DATA_DIR") or ROOT / "data").expanduser().absolute(),
        database_url=environment.get("DATABASE_URL") or "",
        demo=(environment.get("DEMO") or "1").strip().lower() in {"1", "true", "yes", "on"},
        postgres_options=_pairs(environment.get("POSTGRES_OPTIONS") or ""),
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Failure(f"PORT must be a number from 1 to 65535, not “{text}”.")
    return int(text)


def _pairs(text: str) -> tuple[str, ...]:
    pairs = tuple(shlex.split(text))
    for pair in pairs:
        if not pair.partition("=")[1]:
            raise Failure(
                f"POSTGRES_OPTIONS holds “{pair}”; write name=value, separated by spaces."
            )
    return pairs
