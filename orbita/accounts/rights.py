"""What a role may do with a kind of record, before any single record is looked at."""

from orbita.accounts.models import Role

ACTIONS = ("view", "add", "edit", "delete", "import", "export", "bulk")
_USER_ACTIONS = frozenset(ACTIONS)


def role_allows(role: str, kind: str, action: str) -> bool:
    """Whether `role` may do `action` with records of `kind`; unknown actions are refused.

    Every role may do everything with the records that it can reach; the matrix per kind that an
    administrator edits takes this function's place and nobody else's.
    """
    return role in Role.values and action in _USER_ACTIONS
