"""python3 -m orbita.launcher [run|install|install-dev]; needs nothing but Python itself."""

import sys

from orbita.launcher.run import run
from orbita.launcher.say import Failure, complain
from orbita.launcher.setup import set_up

_COMMANDS = {
    "run": run,
    "install": set_up,
    "install-dev": lambda: set_up(development=True),
}


def main(arguments: list[str]) -> int:
    """Do what the command line says; answers the exit code."""
    command = _COMMANDS.get(arguments[0] if arguments else "run")
    if command is None or len(arguments) > 1:
        complain(f"Say one of: {', '.join(_COMMANDS)}.")
        return 2
    try:
        command()
    except Failure as failure:
        complain(str(failure))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
