"""Users and teams as JSON: what pickers show of them, and oneself."""

from typing import Any

from orbita.accounts.models import ApiToken, Team, User


def user_json(user: User) -> dict[str, Any]:
    """A user as colleagues see them."""
    return {
        "id": str(user.pk),
        "name": user.name,
        "team": {"id": str(user.team.pk), "name": user.team.name} if user.team else None,
        "status": user.status,
    }


def team_json(team: Team) -> dict[str, Any]:
    """A team and the one above it."""
    return {
        "id": str(team.pk),
        "name": team.name,
        "parent": str(team.parent_id) if team.parent_id else None,
    }


def own_json(user: User, token: ApiToken) -> dict[str, Any]:
    """The owner of the token, and what the token may be used for."""
    return user_json(user) | {
        "email": user.email,
        "role": user.role,
        "language": user.language,
        "token": {
            "name": token.name,
            "prefix": token.prefix,
            "scopes": token.scopes,
            "expires_at": token.expires_at.isoformat() if token.expires_at else None,
        },
    }
