"""Our own mails: letters that the worker writes and sends.

@register
class Welcome(Letter):
    name = "members.welcome"
    def __init__(self, to: str, *, user: str) -> None: …

send(Welcome, to=user.email, user=str(user.pk))
"""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from orbita.accounts.throttle import Limit

logger = logging.getLogger("orbita.mail")

TO_ONE = Limit("mails to one address", times=3, period=3600)
Carrier = Callable[[str, str, dict[str, Any]], object]


class Letter:
    """One sort of mail. It is made when it is sent, out of arguments that JSON can carry.

    The arguments wait in the queue for everybody with the database to read: they name rows, and
    never hold a link, a code or a token. Those are made here. All texts are asked for in the
    language of the letter. Raise `Undeliverable` in `__init__` when there is nothing to send.
    """

    name = ""
    """Stays the same when the code moves: letters wait under it."""
    limited = False
    """Whether strangers or colleagues can have it sent: at most three an hour to one address."""
    to = ""
    language = settings.LANGUAGE_CODE

    def __init__(self, to: str, **arguments: Any) -> None:
        self.to = to

    def subject(self) -> str:
        """The subject, which is the heading too."""
        raise NotImplementedError

    def lines(self) -> list[str]:
        """Paragraphs before the button, plain text."""
        return []

    def button(self) -> tuple[str, str] | None:
        """What it says and which path it leads to; see `absolute`."""
        return None

    def after(self) -> list[str]:
        """Paragraphs after the button, plain text."""
        return []


class Undeliverable(Exception):  # noqa: N818 - no error: there is nobody to write to
    """The letter has become pointless: its reader, or what it is about, is gone."""


_letters: dict[str, type[Letter]] = {}
_carrier: Carrier | None = None


def register(letter: type[Letter]) -> type[Letter]:
    """Make a sort of letter known under its name."""
    if not letter.name or _letters.get(letter.name, letter).__qualname__ != letter.__qualname__:
        raise ValueError(f"{letter.__qualname__} needs a name of its own")
    _letters[letter.name] = letter
    return letter


def carry_by(carrier: Carrier) -> None:
    """Who takes letters to the worker; this package stands below the queue."""
    global _carrier
    _carrier = carrier


def send(letter: type[Letter], *, to: str, **arguments: Any) -> int:
    """Have a letter sent once the transaction commits; 0, or the seconds to wait if not now.

    Counts by the address and not by what is known about it, so that the answer tells nothing.
    """
    to = to.strip().lower()
    if letter.limited and (wait := TO_ONE.hit(to)):
        logger.warning("A mail %s was held back: too many to one address", letter.name)
        return wait
    if _carrier is None:
        deliver(letter.name, to, arguments)
    else:
        _carrier(letter.name, to, arguments)
    return 0


def deliver(name: str, to: str, arguments: dict[str, Any]) -> bool:
    """Write the letter and hand it to the mail server now; raises what the server says."""
    try:
        letter = _letters[name](to, **arguments)
    except Undeliverable:
        return False
    message(letter).send()
    return True


def message(letter: Letter) -> EmailMultiAlternatives:
    """The mail, in text and HTML, in the language of its reader."""
    with translation.override(letter.language):
        button = letter.button()
        context = {
            "subject": letter.subject(),
            "lines": letter.lines(),
            "label": button[0] if button else "",
            "url": absolute(button[1]) if button else "",
            "after": letter.after(),
            "language": letter.language,
            "home": absolute("/"),
        }
        text = render_to_string("mail/letter.txt", context)
        page = render_to_string("mail/letter.html", context)
    subject = " ".join(str(context["subject"]).split())
    mail = EmailMultiAlternatives(
        subject, text, to=[letter.to], headers={"Auto-Submitted": "auto-generated"}
    )
    mail.attach_alternative(page, "text/html")
    return mail


def absolute(path: str) -> str:
    """The path below the configured address; what the request calls the host plays no part."""
    return settings.BASE_URL.rstrip("/") + path
