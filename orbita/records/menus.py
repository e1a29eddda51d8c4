"""Entries of the shell that follow from the kinds: navigation and quick add."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from orbita.records.kind_names import lazy_name, lazy_singular
from orbita.records.kinds import Kind, kinds
from orbita.ui import navigation
from orbita.ui.addresses import address


def register_menus() -> None:
    """A place in the navigation and in quick add for every kind, latest operations and the bin."""
    for kind in kinds:
        register_kind(kind)
    navigation.user_menu.register(
        navigation.Item(
            label=_("Latest operations"),
            url="operations",
            icon="history",
            section="account",
            order=85,
        )
    )
    navigation.user_menu.register(
        navigation.Item(label=_("Bin"), url="bin", icon="trash", section="account", order=90)
    )


def register_kind(kind: Kind) -> None:
    """The entries of one kind."""
    navigation.register(
        navigation.Item(
            label=lazy_name(kind),
            url=_address("list", kind),
            icon=kind.icon,
            section=kind.navigation or "work",
            order=kind.order,
            visible=_allowed(kind, "view"),
            on_phone=True,
        )
    )
    navigation.quick_add.register(
        navigation.Item(
            label=lazy_singular(kind),
            url=_address("add", kind),
            icon=kind.icon,
            order=kind.order,
            visible=_allowed(kind, "add"),
        )
    )


def _address(name: str, kind: Kind) -> Callable[[], str]:
    return lambda: address(name, kind=kind.slug)


def _allowed(kind: Kind, action: str) -> Callable[[Any], bool]:
    return lambda viewer: viewer is not None and kind.may(viewer, action)
