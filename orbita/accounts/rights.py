"""What a role may do with a kind of record, before any single record is looked at.

The matrix of an account stands among its settings, which are read above this package: whoever
reads them hands the way in with `read_matrix_with`. Until then every role may do everything with
the records that it can reach.
"""

from collections.abc import Callable, Collection

from orbita.accounts.models import Role

ACTIONS = ("view", "add", "edit", "delete", "import", "export", "bulk")
Matrix = Callable[[str, str], Collection[str]]
"""What a role may do with the kind of this key."""

_ROLES = frozenset(Role.values)
_ACTIONS = frozenset(ACTIONS)
_matrices: list[Matrix] = []


def read_matrix_with(matrix: Matrix) -> None:
    """Have `matrix` asked from now on; called once, at the start."""
    _matrices[:] = [matrix]


def role_allows(role: str, kind: str, action: str) -> bool:
    """Whether `role` may do `action` with records of `kind`; unknown actions are refused.

    An administrator may do everything. Who may not view a kind may do nothing with it, whatever
    the matrix says.
    """
    if role not in _ROLES or action not in _ACTIONS:
        return False
    if role == Role.ADMINISTRATOR or not _matrices:
        return True
    allowed = _matrices[0](role, kind)
    return "view" in allowed and action in allowed
