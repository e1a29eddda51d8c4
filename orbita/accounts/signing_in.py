"""What is written into a session when somebody logs in, by whatever way."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from orbita.accounts.reauthentication import note_authentication


def connect() -> None:
    """Follow Django's signal, which every way of logging in sends."""
    user_logged_in.connect(_begin, dispatch_uid="orbita.accounts.signing_in")


def _begin(request: HttpRequest, **kwargs: Any) -> None:
    session: Any = request.session
    session.begin(request)
    note_authentication(request)
