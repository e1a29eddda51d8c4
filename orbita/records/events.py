"""What happens to records and is of interest elsewhere: slices above subscribe."""

from collections.abc import Callable
from typing import Any

Listener = Callable[..., None]


class Event:
    """One sort of happening; listeners are called in the order in which they subscribed."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Listener:
        """Have the listener called; also as a decorator."""
        self._listeners.append(listener)
        return listener

    def tell(self, **details: Any) -> None:
        """Call all listeners, inside the transaction of the deed."""
        for listener in self._listeners:
            listener(**details)


duplicates_noticed = Event()
"""Records were added whose like their author may not know of: `record_ids`, `changes`."""

access_requested = Event()
"""A user asks the owner of a restricted record for access: `record`, `by`."""

record_added = Event()
"""A record was added by hand or through the API: `record`, `by`."""

undone = Event()
"""A deed was taken back on some records, chunk by chunk: `undo` (the Undo, whose `changeset_id` is
the deed and whose `result_id` is the change set that takes it back) and `record_ids`. For slices
that keep something outside of the ledger, which they take back here, in the same transaction."""

erasing = Event()
"""Records are about to be deleted for good: `record_ids`. For slices that keep something of them
where no foreign key leads: files in the storage, rows of imports."""

release_announced = Event()
"""Records will become free unless something happens: `owners`, the number of records by the id of
each owner, and `changes`, the change set under which they are told."""

work_ended = Event()
"""Work in the background came to its end, or failed, while its owner was not watching: `owner`,
`name` of the deed, `subject` (an OperationRun, an Undo, or what is registered as work)."""

export_written = Event()
"""A long export is ready: `export`."""
