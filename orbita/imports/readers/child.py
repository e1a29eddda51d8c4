"""The process that parses: `python -m orbita.imports.readers.child`, one request on its input.

It gives up what it does not need before it touches the file: memory, time, new files, core dumps,
the life after its parent. Whatever it meets ends as a frame with a problem; if the parser takes
the whole process down, the parent sees the silence.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from orbita.imports.readers import frames
from orbita.imports.readers.card_rows import card_batches, inspect_cards
from orbita.imports.readers.confinement import confine
from orbita.imports.readers.content import detect
from orbita.imports.readers.delimited import inspect_text, text_batches
from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.pulse import Pulse
from orbita.imports.readers.shapes import Choices, Limits
from orbita.imports.readers.workbook import inspect_workbook, workbook_batches

READERS: dict[str, tuple[Callable[..., dict[str, Any]], Callable[..., Any]]] = {
    "csv": (inspect_text, text_batches),
    "vcf": (inspect_cards, card_batches),
}
"""How each format is read that is no workbook."""


def main() -> None:
    """Answer the request on standard input with frames on standard output."""
    out = os.fdopen(os.dup(1), "wb", buffering=1024 * 1024)
    request = json.load(sys.stdin)
    limits = Limits(**request["limits"])
    confine(limits, parent=request["parent"])
    reply(request, limits, out)


def reply(request: dict[str, Any], limits: Limits, out: BinaryIO) -> None:
    """Answer, or say what is wrong."""
    try:
        answer(request, limits, out)
    except UnreadableFile as problem:
        frames.write(out, frames.PROBLEM, {"code": problem.code, "params": problem.params})
    except BrokenPipeError:
        os._exit(1)
    except MemoryError:
        frames.write(out, frames.PROBLEM, {"code": "memory", "params": {}})
    except BaseException:  # noqa: BLE001 - a panic of the parser is no Exception
        frames.write(out, frames.PROBLEM, {"code": "damaged", "params": {}})


def answer(request: dict[str, Any], limits: Limits, out: BinaryIO) -> None:
    """Do one task and send what it gives."""
    path = Path(request["path"])
    choices = Choices(**request["choices"]) if request["choices"] else None
    found = detect(path)
    if choices and choices.format and choices.format != found:
        raise UnreadableFile("format")
    pulse = Pulse(lambda: frames.write(out, frames.ALIVE))
    look, batches = READERS.get(found, (inspect_workbook, workbook_batches))
    if request["task"] == "inspect":
        frames.write(out, frames.FACTS, look(path, found, limits, choices, pulse))
    else:
        for batch in batches(path, found, limits, choices, pulse):
            frames.write(out, frames.ROWS, batch)
    frames.write(out, frames.END)


if __name__ == "__main__":
    main()
