"""Letters go out in the background, and once more when the mail server does not answer."""

from typing import Any

from orbita.accounts import mail
from orbita.jobs.queue import enqueue
from orbita.jobs.registry import task


@task(name="jobs.mail", retry=5)
def send_letter(letter: str, to: str, arguments: dict[str, Any]) -> None:
    """Write a letter and hand it to the mail server."""
    mail.deliver(letter, to, arguments)


def connect() -> None:
    """Have letters wait in the queue, in the transaction that they tell of."""
    mail.carry_by(
        lambda letter, to, arguments: enqueue(
            send_letter, letter=letter, to=to, arguments=arguments
        )
    )
