"""The id of the current request, for answers, error pages and log lines."""

import re
from contextvars import ContextVar

from orbita.ui.ids import uuid7

current_request_id: ContextVar[str] = ContextVar("current_request_id", default="")
_ACCEPTABLE = re.compile(r"[0-9A-Za-z-]{16,64}")


def choose_request_id(offered: str) -> str:
    """The id that a proxy offers, if it looks like one, else a new one."""
    return offered if _ACCEPTABLE.fullmatch(offered) else uuid7().hex
