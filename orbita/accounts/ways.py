"""What packages above add to the log-in: other ways in, what they vouch for, who may use others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Way:
    """A button of the log-in page; `alone` where passwords are for administrators only."""

    label: str
    address: str
    icon: str = "login-2"
    alone: bool = False


Offer = Callable[[HttpRequest], Way | None]
Rule = Callable[[Any], bool]
Trust = Callable[[HttpRequest, Any], bool]
Panel = Callable[[HttpRequest], SafeString]
_offers: list[Offer] = []
_rules: list[Rule] = []
_trusts: list[Trust] = []
_panels: list[Panel] = []


def register_way(offer: Offer) -> None:
    """Add a way to log in; `offer` gives it, or None while it is not set up."""
    _offers.append(offer)


def ways(request: HttpRequest) -> list[Way]:
    """The ways to log in beside the password."""
    return [way for offer in _offers if (way := offer(request)) is not None]


def register_password_rule(rule: Rule) -> None:
    """Add a rule that says whether a user may log in with a password or a passkey."""
    _rules.append(rule)


def may_use_password(user: Any) -> bool:
    """Whether this user may log in with a password or a passkey, and have the password reset."""
    return all(rule(user) for rule in _rules)


def register_trust(trust: Trust) -> None:
    """Add a rule that says whether the way by which somebody comes did for the second factor."""
    _trusts.append(trust)


def is_trusted(request: HttpRequest, user: Any) -> bool:
    """Whether the user who is on the way in need not be asked for the second factor here."""
    return any(trust(request, user) for trust in _trusts)


def register_security_panel(panel: Panel) -> None:
    """Add a card to the part of “My settings” that is about the log-in; it may be empty."""
    _panels.append(panel)


def security_panels(request: HttpRequest) -> list[SafeString]:
    """The cards that packages above add to “My settings”."""
    return [html for panel in _panels if (html := panel(request))]
