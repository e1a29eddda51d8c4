"""Limits per time on one counter table, shared by all processes."""

from dataclasses import dataclass
from math import ceil
from time import monotonic

from django.db import connection, models
from django.utils import timezone
from django.utils.crypto import salted_hmac


class Counter(models.Model):
    """How often something happened in the current stretch of time."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.count}"


_HIT = """
INSERT INTO accounts_counter AS counter (key, count, ends_at)
VALUES (%(key)s, %(weight)s, clock_timestamp() + %(period)s * interval '1 second')
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN counter.ends_at <= clock_timestamp() THEN excluded.count
                 ELSE counter.count + excluded.count END,
    ends_at = CASE WHEN counter.ends_at <= clock_timestamp()
                   THEN excluded.ends_at ELSE counter.ends_at END
RETURNING count, ceil(extract(epoch FROM ends_at - clock_timestamp()))::integer
"""


@dataclass(frozen=True)
class Use:
    """How a subject stands after one more time: what is left, and when the count begins again."""

    limit: int
    count: int
    seconds: int

    @property
    def left(self) -> int:
        """How often it may happen until then."""
        return max(0, self.limit - self.count)

    @property
    def wait(self) -> int:
        """The seconds to wait; 0 within the limit."""
        return self.seconds if self.count > self.limit else 0


@dataclass(frozen=True)
class Limit:
    """At most `times` in `period` seconds for each subject (an address, a user, both)."""

    name: str
    times: int
    period: int

    def hit(self, *subject: str, weight: int = 1) -> int:
        """Count one; 0 if it is within the limit, else the seconds to wait.

        Atomic in the database: however many processes ask at once, exactly `times` pass.
        """
        return self.use(*subject, weight=weight).wait

    def use(self, *subject: str, weight: int = 1) -> Use:
        """Count one, or more, and say how the subject stands now."""
        values: dict[str, str | int] = {
            "key": self._key(subject),
            "period": self.period,
            "weight": weight,
        }
        with connection.cursor() as cursor:
            cursor.execute(_HIT, values)
            count, seconds = cursor.fetchone()
        return Use(self.times, count, max(1, seconds))

    def give_back(self, *subject: str) -> None:
        """Take one count back, for what turned out to be allowed."""
        Counter.objects.filter(key=self._key(subject), count__gt=0).update(
            count=models.F("count") - 1
        )

    def _key(self, subject: tuple[str, ...]) -> str:
        text = "\0".join((self.name, *subject))
        return salted_hmac("orbita.throttle", text, algorithm="sha256").hexdigest()


class Sparing:
    """A limit for what happens at every keystroke: each process tells the table every tenth time.

    So up to nine more per process may pass, and a keystroke costs no write.
    """

    every = 10

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self._counts: dict[str, int] = {}
        self._closed_until: dict[str, float] = {}

    def hit(self, subject: str) -> int:
        """Count one; 0 if it is within the limit, else the seconds to wait."""
        left = self._closed_until.get(subject, 0.0) - monotonic()
        if left > 0:
            return ceil(left)
        count = self._counts[subject] = self._counts.get(subject, 0) + 1
        if count % self.every:
            return 0
        wait = self.limit.hit(subject, weight=self.every)
        self._counts.pop(subject, None)
        if wait:
            self._closed_until[subject] = monotonic() + wait
        else:
            self._closed_until.pop(subject, None)
        return wait


def forget_expired() -> int:
    """Delete counters whose time is over."""
    return Counter.objects.filter(ends_at__lt=timezone.now()).delete()[0]
