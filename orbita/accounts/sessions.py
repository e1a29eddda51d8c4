"""Sessions in the database, read by a question that is worded once."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models.expressions import RawSQL
from django.utils import timezone

from orbita.ui.questions import Question, Varies

STORED = Question(
    lambda _ids, key: Session.objects.filter(session_key=RawSQL("%s", (key,))).values_list(
        "session_data", "expire_date"
    )
)


class SessionStore(db.SessionStore):
    """Django's, but for how a session is found."""

    @classmethod
    def get_model_class(cls) -> type[Any]:
        """The table, which is Django's own."""
        return Session

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing once it has ended or if there is none."""
        for data, ends in STORED.rows((), Varies(self.session_key)):
            if ends > timezone.now():
                return self.decode(data)
        self._session_key = None
        return {}
