"""Pages that must be visited before any other opens: a new password, a second factor.

gates.register(Gate(needed=lambda user: user.has_temporary_password, url="own-password"))
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from orbita.accounts.policy import policy

ALWAYS_OPEN = frozenset({"account_logout", "set-language", "set-theme"})


@dataclass(frozen=True)
class Gate:
    """As long as `needed(user)`, nothing opens but `url` and the views named in `open`.

    `needed` is asked at each request and must not ask the database.
    """

    needed: Callable[[Any], bool]
    url: str
    open: frozenset[str] | set[str] = field(default_factory=frozenset)

    def bars(self, user: Any, view_name: str) -> bool:
        """Whether the view stays shut for the user."""
        if view_name == self.url or view_name in self.open or view_name in ALWAYS_OPEN:
            return False
        return self.needed(user)


_gates: list[Gate] = []


def register(gate: Gate) -> Gate:
    """Put up a gate; the first ones stand in front."""
    _gates.append(gate)
    return gate


def unregister(gate: Gate) -> None:
    """Take it down again, as tests must."""
    _gates.remove(gate)


def barred(user: Any, view_name: str) -> str:
    """Where the user must go first; empty if the view is open."""
    gate = next((gate for gate in _gates if gate.bars(user, view_name)), None)
    return reverse(gate.url) if gate else ""


def _needs_second_factor(user: Any) -> bool:
    return user.second_factor_at is None and policy().second_factor_required


TEMPORARY_PASSWORD = register(
    Gate(needed=lambda user: user.has_temporary_password, url="own-password")
)
SECOND_FACTOR = register(
    Gate(
        needed=_needs_second_factor,
        url="me-second-factor",
        open={"own-password", "me-security", "me-passkeys", "me-passkey-options"},
    )
)
