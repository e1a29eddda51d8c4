"""Log lines as JSON, one event a line, so that no value can forge a second line."""

import json
import logging
from datetime import UTC, datetime

from orbita.config.request_id import current_request_id


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object; line breaks in values are escaped by JSON itself."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        request_id = current_request_id.get()
        if request_id:
            entry["request_id"] = request_id
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)
