"""Who works in the account: users, their teams and what a role may do."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.invitations import Invitation
from orbita.accounts.scopes import Scope, every_scope
from orbita.accounts.sessions import Session
from orbita.accounts.throttle import Counter
from orbita.ui.ids import uuid7

__all__ = [
    "ApiToken",
    "AuditAction",
    "AuditEntry",
    "Counter",
    "Invitation",
    "Role",
    "Scope",
    "Session",
    "Status",
    "Team",
    "User",
    "with_descendants",
]


class Team(models.Model):
    """A team; teams form a tree, and a manager of a team manages all teams below it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("Name"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


def with_descendants(team_ids: Iterable[UUID]) -> set[UUID]:
    """The ids given and those of every team below them; a cycle in the data does no harm."""
    return below_teams(team_ids, Team.objects.values_list("id", "parent_id"))


def below_teams(team_ids: Iterable[UUID], teams: Iterable[tuple[UUID, UUID | None]]) -> set[UUID]:
    """`with_descendants` for teams that are known, each with its parent."""
    children: dict[UUID | None, list[UUID]] = {}
    for team_id, parent_id in teams:
        children.setdefault(parent_id, []).append(team_id)
    found: set[UUID] = set()
    waiting = list(team_ids)
    while waiting:
        team_id = waiting.pop()
        if team_id not in found:
            found.add(team_id)
            waiting.extend(children.get(team_id, ()))
    return found


class Role(models.TextChoices):
    """What a user is in the account."""

    ADMINISTRATOR = "administrator", _("Administrator")
    MANAGER = "manager", _("Manager")
    USER = "user", _("User")


class Status(models.TextChoices):
    """Whether a user may log in. Suspended and removed users keep their records and their name."""

    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    REMOVED = "removed", _("Removed")


class UserQuerySet(models.QuerySet["User"]):
    """Users by what they may do here."""

    def active(self) -> "UserQuerySet":
        """Those who may log in, and so be chosen as owners."""
        return self.filter(status=Status.ACTIVE)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes users with normalised e-mail addresses and hashed passwords."""

    def create_user(self, email: str, password: str | None = None, **values: Any) -> "User":
        """A new user; without a password nobody can log in as them until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), **values)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        """The user with this address in any letter case."""
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person who works here; as *viewer* it decides what a page may show."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("E-mail"), unique=True)
    first_name = models.CharField(_("First name"), max_length=80, blank=True)
    last_name = models.CharField(_("Last name"), max_length=80, blank=True)
    role = models.CharField(_("Role"), max_length=16, choices=Role, default=Role.USER)
    status = models.CharField(_("Status"), max_length=16, choices=Status, default=Status.ACTIVE)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("Team")
    )
    language = models.CharField(_("Language"), max_length=5, default="pl")
    theme = models.CharField(_("Theme"), max_length=8, default="auto")
    second_factor_at = models.DateTimeField(_("Second factor"), null=True, editable=False)
    preferences = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    temporary_until = models.DateTimeField(null=True, blank=True, editable=False)
    """Until when a password works that somebody else has set; no end for the user's own."""
    access_epoch = models.PositiveIntegerField(default=0, editable=False)
    """Grows when everything ends that was open for the user: a session of before is none."""

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        ordering = ("last_name", "first_name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def follows_own(self) -> bool:
        """Whether they follow by itself what they add and own."""
        return bool(self.preferences.get("follows_own", True))

    @property
    def name(self) -> str:
        """The full name, or the e-mail address of a nameless user."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def initials(self) -> str:
        """One or two letters for an avatar."""
        return (self.first_name[:1] + self.last_name[:1]).upper() or self.email[:1].upper()

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether Django may log this user in."""
        return self.status == Status.ACTIVE

    @property
    def has_temporary_password(self) -> bool:
        """Whether nothing opens before the user has set a password of their own."""
        return self.temporary_until is not None

    @property
    def has_expired_password(self) -> bool:
        """Whether a temporary password was not used in time."""
        return self.temporary_until is not None and self.temporary_until <= timezone.now()

    def set_password(self, raw_password: str | None) -> None:
        """A password of the user's own, unless `temporary_until` is set afterwards."""
        super().set_password(raw_password)
        self.temporary_until = None

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What a session must know: password and epoch, so that both can end it."""
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        text = f"{self.password}{self.access_epoch or ''}"
        return salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_administrator(self) -> bool:
        """Whether the account's settings and every record are open to this user."""
        return self.role == Role.ADMINISTRATOR

    @cached_property
    def managed_team_ids(self) -> set[UUID]:
        """The teams that this user manages: their own and all below it; none for others."""
        return {team for team, _member in self._managed}

    @cached_property
    def managed_user_ids(self) -> set[UUID]:
        """Those whose records this user may open: the members of managed teams and the user."""
        return {self.pk, *(member for _team, member in self._managed if member is not None)}

    @cached_property
    def _managed(self) -> list[tuple[UUID, UUID | None]]:
        """Managed teams with each of their members, asked for at once."""
        if self.role != Role.MANAGER or self.team_id is None:
            return []
        below = below_teams([self.team_id], ((row[0], row[1]) for row in self.teams))
        return [(row[0], row[3]) for row in self.teams if row[0] in below]

    @cached_property
    def teams(self) -> list[tuple[UUID, UUID | None, str, UUID | None, str | None]]:
        """Id, parent and name of every team of the account, with each member and their status."""
        member = ("members", "members__status")
        return list(Team.objects.order_by().values_list("id", "parent_id", "name", *member))

    def may(self, action: str, kind: str) -> bool:
        """Whether the role allows `action` (view, add, edit, delete, import, export, bulk) here."""
        from orbita.accounts.rights import role_allows

        return self.is_active and role_allows(self.role, kind, action)


class ApiToken(models.Model):
    """A key to the API with its owner's rights; only a keyed hash of it is stored.

    `scopes` cut these rights down; `addresses` are networks from which alone it may be used, any
    when there are none.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("Name"), max_length=120)
    prefix = models.CharField(max_length=16, db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_from = models.CharField(max_length=45, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    scopes = ArrayField(models.CharField(max_length=32, choices=Scope), default=every_scope)
    addresses = ArrayField(models.CharField(max_length=45), default=list, blank=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def scope_labels(self) -> list[str]:
        """What it may be used for, in words."""
        return [str(Scope(scope).label) for scope in self.scopes if scope in Scope.values]
