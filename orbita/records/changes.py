"""Change sets: the frame in which every write of business data happens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import connection, transaction

from orbita.records.models import ChangeSet, Channel

if TYPE_CHECKING:
    from uuid import UUID

    from orbita.accounts.models import User

_TELL = """
SELECT set_config('orbita.change_set', %s, true),
    (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM records_change_id_seq)
"""
_current: ContextVar[ChangeSet | None] = ContextVar("orbita_change_set", default=None)
_closing_hooks: list[Callable[[ChangeSet], None]] = []
_settling_hooks: list[Callable[[ChangeSet, int], None]] = []


def on_close(hook: Callable[[ChangeSet], None]) -> None:
    """Have `hook` called at the end of each outermost change set, inside its transaction."""
    _closing_hooks.append(hook)


def on_settle(hook: Callable[[ChangeSet, int], None]) -> None:
    """Have `hook` called last of all in the transaction of each outermost change set, quiet or not.

    It also gets the last row that the ledger had before the transaction: of a deed of many
    transactions, only what is behind it was done in this one.
    """
    _settling_hooks.append(hook)


def current() -> ChangeSet | None:
    """The change set that is open now, if any."""
    return _current.get()


@contextmanager
def change_set(
    *,
    by: "User | None",
    channel: str = Channel.FORM,
    label: str = "",
    quiet: bool = False,
    resume: "UUID | None" = None,
    undoes: "UUID | None" = None,
) -> Iterator[ChangeSet]:
    """A transaction whose writes the ledger files under one deed.

    An inner one joins the outer. `quiet` tells nobody: no notification comes of it. `resume` is
    the id of a change set of former transactions, which this one goes on with: one deed of many
    transactions. `undoes` is the change set that this one takes back.
    """
    open_one = _current.get()
    if open_one is not None:
        with transaction.atomic():
            yield open_one
        return
    with transaction.atomic():
        opened = ChangeSet.objects.filter(pk=resume).first() if resume else None
        if opened is None:
            opened = ChangeSet.objects.create(
                actor=by, channel=channel, label=label[:255], undoes=undoes
            )
        since = _tell_database(str(opened.pk))
        token = _current.set(opened)
        try:
            yield opened
            if not quiet:
                for hook in _closing_hooks:
                    hook(opened)
            for settle in _settling_hooks:
                settle(opened, since)
        finally:
            _current.reset(token)
        _tell_database("")


def _tell_database(change_set_id: str) -> int:
    """Name the change set to the triggers, until the end of the transaction.

    The id of the last row in the ledger, also of transactions that go on.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [change_set_id])
        return int(cursor.fetchone()[1])
