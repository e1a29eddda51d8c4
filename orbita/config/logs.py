"""Log lines as JSON, one event a line, so that no value can forge a second line."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import DataError

from orbita.config.request_id import current_request_id

_TOKEN = re.compile(r"orb_[\w-]{6,}")
# A long part of an address that is no record's id: the secret of a link in a mail.
_LONG_PART = re.compile(r"(?<=/)(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)[\w:=.~-]{24,}")
# What PostgreSQL adds to an error holds the values that it did not like.
_VALUES = re.compile(r"^(?:DETAIL|CONTEXT|LINE \d+):.*(?:\n[ \t]*\^?.*)?$", re.MULTILINE)

_QUOTED = re.compile(r'"[^"]*"')


def without_secrets(text: str) -> str:
    """The text without API tokens and without values in the database's errors."""
    return _VALUES.sub("…", _TOKEN.sub("orb_…", text))


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object; line breaks in values are escaped by JSON itself."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": _LONG_PART.sub("…", without_secrets(record.getMessage())),
        }
        request_id = current_request_id.get()
        if request_id:
            entry["request_id"] = request_id
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=True)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        """The traceback, without what stands between quotes where a value was refused."""
        text = super().formatException(ei)
        for error in _chain(ei[1]):
            if isinstance(error, DataError | psycopg.DataError):
                text = text.replace(str(error), _QUOTED.sub('"…"', str(error)))
        return without_secrets(text)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those that caused it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
