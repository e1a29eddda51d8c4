"""Sessions in the database: whose, since when, from where; read by a question worded once."""

from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError, UpdateError
from django.db import IntegrityError, models, transaction
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

from orbita.accounts.addresses import client_address
from orbita.accounts.policy import policy
from orbita.ui.ids import uuid7
from orbita.ui.questions import Question, Varies

SEEN_EVERY = timedelta(minutes=5)
STRANGERS = timedelta(days=1)
AGENT_LENGTH = 250


class Session(models.Model):
    """One browser. Pages name it by `id`.

    Whoever has the key in the cookie is its user; the row holds only a keyed hash of it, so that
    nobody gets in with what stands in the database or in a backup.
    """

    session_key = models.CharField(max_length=40, primary_key=True)
    id = models.UUIDField(default=uuid7, unique=True, editable=False)
    session_data = models.TextField()
    expire_date = models.DateTimeField(db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions"
    )
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=AGENT_LENGTH, blank=True)

    class Meta:
        ordering = ("-seen_at",)
        verbose_name = _("Session")

    def __str__(self) -> str:
        return f"{self.user_id} {self.address}"


def hash_of(key: str | None) -> str:
    """What the table knows of a key; 160 bits of HMAC-SHA256."""
    return salted_hmac("orbita.sessions", key or "", algorithm="sha256").hexdigest()[:40]


STORED = Question(
    lambda _ids, key: (
        Session.objects.filter(session_key=RawSQL("%s", (key,)))
        .order_by()
        .select_related("user")
        .defer("id", "address", "agent")
    )
)
_beside: ContextVar[Any] = ContextVar("user_beside_the_session", default=None)


def user_beside(pk: Any) -> Any:
    """The user with this key, if the session that was read last here is theirs: once."""
    user = _beside.get()
    _beside.set(None)
    return user if user is not None and user.pk == pk else None


class SessionStore(db.SessionStore):
    """Django's, but for how a session is found and when it ends; it keeps its row for life."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.seen_at: datetime | None = None
        self._news: dict[str, Any] = {}

    @classmethod
    def get_model_class(cls) -> type[Any]:
        """Our own table."""
        return Session

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing once it has ended or if there is none.

        Its user comes along, for whoever asks next (`user_beside`).
        """
        for row in STORED.objects((), Varies(hash_of(self.session_key))):
            now = timezone.now()
            if row.expire_date > now and (
                row.user is None or _is_alive(now, row.started_at, row.seen_at)
            ):
                self.seen_at = row.seen_at
                _beside.set(row.user)
                return self.decode(row.session_data)
        self._session_key = None
        return {}

    def save(self, must_create: bool = False) -> None:
        """Store what it holds, and whose it is."""
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        values = self._news | {
            "session_data": self.encode(data),
            "expire_date": self.get_expiry_date(),
            "user_id": data.get(SESSION_KEY),
        }
        self._news = {}
        if must_create:
            return self._insert(values)
        if not Session.objects.filter(pk=hash_of(self.session_key)).update(**values):
            raise UpdateError
        return None

    def cycle_key(self) -> None:
        """The same session under a new key; the old key opens nothing any more."""
        store: Any = self
        data, old, new = store._session, self.session_key, store._get_new_session_key()
        if old and Session.objects.filter(pk=hash_of(old)).update(session_key=hash_of(new)):
            self._session_key, self.modified = new, True
            return
        self.create()
        self._session_cache = data

    def _get_new_session_key(self) -> str:
        """A key that nobody has: one of 165 bits need not be looked for."""
        return get_random_string(32, VALID_KEY_CHARS)

    def exists(self, session_key: str | None) -> bool:
        """Whether there is a session with this key."""
        return Session.objects.filter(pk=hash_of(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        """End the session on the server."""
        if key := session_key or self.session_key:
            Session.objects.filter(pk=hash_of(key)).delete()

    def begin(self, request: HttpRequest) -> None:
        """Somebody has logged in: the session counts from now."""
        now = timezone.now()
        self.seen_at = now
        self._news = {"started_at": now, "seen_at": now, **_origin(request)}
        self.modified = True

    def _insert(self, values: dict[str, Any]) -> None:
        try:
            with transaction.atomic():
                Session.objects.create(session_key=hash_of(self.session_key), **values)
        except IntegrityError as error:
            raise CreateError from error


def note_visit(request: HttpRequest) -> None:
    """Write down that the session is in use, at most every five minutes."""
    session: Any = request.session
    now = timezone.now()
    if session.seen_at is None or now - session.seen_at < SEEN_EVERY:
        return
    session.seen_at = now
    Session.objects.filter(pk=hash_of(session.session_key)).update(seen_at=now, **_origin(request))


def sessions_of(user: Any) -> list[Session]:
    """The sessions with which one gets in as the user, the latest used first."""
    now, limits = timezone.now(), policy()
    return list(
        Session.objects.filter(
            user=user,
            expire_date__gt=now,
            seen_at__gt=now - limits.idle,
            started_at__gt=now - limits.absolute,
        ).defer("session_data")
    )


def end_sessions(user: Any, *, keep: str | None = None) -> int:
    """End the user's sessions on the server, but for the one with the key `keep`; how many."""
    return Session.objects.filter(user=user).exclude(pk=hash_of(keep)).delete()[0]


def forget_ended_sessions() -> int:
    """Delete the rows of sessions that open nothing any more, and old ones of strangers."""
    now, limits = timezone.now(), policy()
    ended = (
        models.Q(expire_date__lt=now)
        | models.Q(user=None, seen_at__lt=now - STRANGERS)
        | models.Q(seen_at__lt=now - limits.idle)
        | models.Q(started_at__lt=now - limits.absolute)
    )
    return Session.objects.filter(ended).delete()[0]


def _is_alive(now: datetime, started_at: datetime, seen_at: datetime) -> bool:
    limits = policy()
    return now - seen_at < limits.idle and now - started_at < limits.absolute


def _origin(request: HttpRequest) -> dict[str, str]:
    return {
        "address": client_address(request),
        "agent": request.META.get("HTTP_USER_AGENT", "")[:AGENT_LENGTH].replace("\0", ""),
    }
