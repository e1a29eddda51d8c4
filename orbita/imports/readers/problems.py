"""The one error of the readers."""

from typing import Any


class UnreadableFile(Exception):  # noqa: N818 - the name says it as people do
    """A file that cannot or must not be read.

    `code` names the reason for programs, `sentence` tells it to a person in the active language.
    The child process raises it too and sends code and parameters to its parent.
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    @property
    def sentence(self) -> str:
        """What is wrong and what to do about it."""
        from orbita.imports.readers.sentences import sentence

        return sentence(self.code, self.params)

    def __str__(self) -> str:
        return self.sentence
