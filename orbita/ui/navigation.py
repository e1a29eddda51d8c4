"""The menus of the shell, filled by the packages whose pages they open.

navigation.register(Item(label=_("Companies"), url="companies-list", icon="building",
                         section="contacts", order=10))
navigation.quick_add.register(Item(label=_("Company"), url="companies-add", icon="building"))
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SECTIONS: Mapping[str, str | Promise] = {
    "home": "",
    "contacts": _("Contacts"),
    "work": "",
    "insight": "",
    "account": "",
}


def _always(viewer: Any) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry of a menu; it exists for those for whom `visible(viewer)` says yes."""

    label: str | Promise
    url: str | Callable[[], str]
    """The name of a URL, or something that gives the address."""
    icon: str
    section: str = "work"
    order: int = 100
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    visible: Callable[[Any], bool] = _always
    counter: Callable[[Any], int] | None = None
    """How many things wait there; asked only when the menu is shown."""
    count_url: str = ""
    """The name of a URL that answers the number, when it is fetched after the page has loaded."""
    on_phone: bool = False
    """Whether it has a place of its own in the bottom bar of a phone."""

    def address(self) -> str:
        """Where the entry leads, or nothing when that page is not installed."""
        if callable(self.url):
            return self.url()
        return _address(self.url, tuple(self.kwargs.items()))


@lru_cache(maxsize=256)
def _address(name: str, kwargs: tuple[tuple[str, Any], ...]) -> str:
    try:
        return reverse(name, kwargs=dict(kwargs) or None)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Entry:
    """An item as one viewer gets it."""

    item: Item
    url: str
    viewer: Any
    is_current: bool

    @property
    def label(self) -> str | Promise:
        """What it is called."""
        return self.item.label

    @property
    def icon(self) -> str:
        """The name of its icon."""
        return self.item.icon

    @property
    def count(self) -> int:
        """How many things wait there for the viewer."""
        return self.item.counter(self.viewer) if self.item.counter else 0


class Menu:
    """Items in their order; registering a URL again replaces its item."""

    def __init__(self) -> None:
        self._items: dict[Any, Item] = {}

    def register(self, item: Item) -> Item:
        """Adds the item for good."""
        key = (item.url, tuple(sorted(item.kwargs.items())))
        self._items[key] = item
        return item

    def unregister(self, item: Item) -> None:
        """Takes the item out again, as tests must."""
        self._items = {key: one for key, one in self._items.items() if one is not item}

    def for_viewer(self, viewer: Any, path: str = "") -> list[Entry]:
        """What this viewer may open, in order; the entry of `path` is the current one."""
        items = sorted(
            (item for item in self._items.values() if item.visible(viewer)),
            key=lambda item: item.order,
        )
        return [
            Entry(item, url, viewer, _is_current(url, path))
            for item in items
            if (url := item.address())
        ]


def _is_current(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))


main = Menu()
quick_add = Menu()
bell = Menu()
user_menu = Menu()
my_settings = Menu()
"""The tabs of "My settings"."""
register = main.register
