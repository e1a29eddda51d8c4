"""Idempotency-Key: a call that is sent twice is done once and answered twice.

The key is put down in the transaction that does the call, so a second call with it waits for the
first one's end: it then finds its answer, or, if the first one failed, does the call itself.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from orbita.api.bodies import read_bytes, read_parts
from orbita.api.models import Answered
from orbita.api.problems import Problem

if TYPE_CHECKING:
    from orbita.accounts.models import User

KEPT = timedelta(hours=24)
WAIT_SECONDS = 30
_KEY = re.compile(r"[!-~]{1,200}", re.ASCII)
_HEADERS = ("Content-Type", "ETag", "Location")
_NOT_FREE_YET = "55P03"


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view of a POST, done once for each key of a user; without a key, each time."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = read_key(request)
        if not key:
            return view(request, *args, **kwargs)
        digest = digest_of(request)
        with transaction.atomic():
            call, is_first = claim(request.auth, key, digest)  # type: ignore[attr-defined]
            if not is_first:
                return replay(call, digest)
            response = view(request, *args, **kwargs)
            if response.status_code < 400:
                keep(call, response)
            else:
                transaction.set_rollback(True)
        return response

    answer.is_done_once = True  # type: ignore[attr-defined]
    return answer


def read_key(request: HttpRequest) -> str:
    """The Idempotency-Key; empty when there is none."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if key and not _KEY.fullmatch(key):
        text = _("Idempotency-Key is made of at most 200 letters, digits and signs")
        raise Problem(400, text)
    return key


def digest_of(request: HttpRequest) -> str:
    """What the call asks for, so that two with one key can be told apart.

    A form is compared by its parts: programs draw a new boundary for every call.
    """
    found = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        found.update(read_bytes(request))
        return found.hexdigest()
    fields, files = read_parts(request)
    for name, values in sorted(fields.lists()):
        found.update(repr((name, values)).encode())
    for name, file in sorted(files.items()):
        found.update(repr((name, file.name)).encode())
        for chunk in file.chunks():
            found.update(chunk)
        file.seek(0)
    return found.hexdigest()


def claim(user: "User", key: str, digest: str) -> tuple[Answered, bool]:
    """The call with this key and whether it is this one; waits for another that is under way."""
    now = timezone.now()
    calls = Answered.objects.filter(user=user, key=key)
    calls.filter(created_at__lt=now - KEPT).delete()
    mine = Answered(user=user, key=key, digest=digest, created_at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_SECONDS}s"])
        try:
            Answered.objects.bulk_create([mine], ignore_conflicts=True)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != _NOT_FREE_YET:
                raise
            text = _("A call with this Idempotency-Key is under way")
            raise Problem(409, text, headers={"Retry-After": "5"}) from error
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    found = calls.get()
    return found, found.pk == mine.pk


def keep(call: Answered, response: HttpResponse) -> None:
    """Store the answer for calls to come."""
    headers = {name: response[name] for name in _HEADERS if name in response}
    Answered.objects.filter(pk=call.pk).update(
        status=response.status_code, headers=headers, body=response.content
    )


def replay(call: Answered, digest: str) -> HttpResponse:
    """The answer that the first call got; 422 if that one asked for something else."""
    if call.digest != digest:
        text = _("This Idempotency-Key was sent with another call")
        raise Problem(422, text)
    response = HttpResponse(bytes(call.body), status=call.status, headers=call.headers)
    response["Idempotency-Replayed"] = "true"
    return response


def forget_old() -> int:
    """Delete the answers of more than a day ago; how many there were."""
    return Answered.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
