"""Parts of a page that look the same whenever their content is the same, drawn once per process."""

import secrets
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString

_MARK = secrets.token_hex(16)
CSRF, HERE = f"csrf-{_MARK}", f"here-{_MARK}"
"""Places in what is drawn for the token of a form and for an address, which differ each time.

Nobody can write them into a name, since nobody knows them.
"""


@lru_cache(maxsize=512)
def drawn(template: str, language: str, content: tuple[Any, ...]) -> SafeString:
    """A part in this language, kept by this process, whoever is shown it.

    The template gets the content and nothing else: neither the request nor who looks. `filled`
    fills its places.
    """
    return SafeString(render_to_string(template, {"content": content, "csrf_token": CSRF}))


def filled(part: SafeString, request: HttpRequest, *, here: str = "") -> SafeString:
    """What was `drawn`, with the token of this request's forms and with an address."""
    text = part.replace(CSRF, get_token(request)).replace(HERE, escape(here))
    return SafeString(text)
