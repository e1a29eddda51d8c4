"""Mails as files, for installations without a mail server."""

import logging
import os
from typing import Any

from django.core.mail.backends.filebased import EmailBackend as FileBackend

logger = logging.getLogger("orbita.mail")


class EmailBackend(FileBackend):
    """Each mail is a file in DATA_DIR/mail that its owner alone may read; the log names it."""

    def open(self) -> bool:
        """A new file."""
        if self.stream is not None:
            return False
        self.stream = open(self._get_filename(), "xb", opener=_private)  # noqa: SIM115
        return True

    def _get_filename(self) -> str:
        name = super()._get_filename()  # type: ignore[misc]
        return f"{name.removesuffix('.log')}.eml"

    def write_message(self, message: Any) -> None:
        """One mail; nothing of what it says goes into the log."""
        self.stream.write(message.message().as_bytes())
        logger.warning("A mail is in %s; set EMAIL_HOST to have mails sent", self.stream.name)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
