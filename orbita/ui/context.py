"""What every page knows: the menus, the theme and the layout it is shown in. Asks no queries."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from orbita.ui import navigation

THEMES = ("auto", "light", "dark")


class Shell:
    """The frame around a page, worked out only as far as a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def viewer(self) -> Any:
        """The user who is logged in, or None."""
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def theme(self) -> str:
        """The viewer's choice: auto, light or dark."""
        chosen = getattr(self.viewer, "theme", "auto")
        return chosen if chosen in THEMES else "auto"

    @property
    def language(self) -> str:
        """The language of the page."""
        return (get_language() or settings.LANGUAGE_CODE)[:2]

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Those that can be chosen, each by its own name."""
        return [("pl", "Polski"), ("en", "English")]

    @cached_property
    def entries(self) -> list[navigation.Entry]:
        """The whole navigation of the viewer."""
        return navigation.main.for_viewer(self.viewer, self._request.path)

    @cached_property
    def sections(self) -> list[tuple[str, str, list[navigation.Entry]]]:
        """The navigation as (section, title, entries), without empty sections."""
        grouped = [
            (key, str(title), [entry for entry in self.entries if entry.item.section == key])
            for key, title in navigation.SECTIONS.items()
        ]
        return [section for section in grouped if section[2]]

    @property
    def phone_entries(self) -> list[navigation.Entry]:
        """The four places of a phone's bottom bar."""
        return [entry for entry in self.entries if entry.item.on_phone][:4]

    @cached_property
    def quick_add(self) -> list[navigation.Entry]:
        """What the viewer may add from anywhere."""
        return navigation.quick_add.for_viewer(self.viewer)

    @cached_property
    def bell(self) -> navigation.Entry | None:
        """The notifications, once a package offers them."""
        return next(iter(navigation.bell.for_viewer(self.viewer)), None)

    @cached_property
    def user_menu(self) -> list[navigation.Entry]:
        """Pages about the viewer: profile, preferences."""
        return navigation.user_menu.for_viewer(self.viewer)


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` for the frame and `layout`, the template that pages extend."""
    return {"shell": Shell(request), "layout": layout(request)}


def layout(request: HttpRequest) -> str:
    """The frame for this request: a modal, a bare part for htmx, or the whole page."""
    if request.headers.get("HX-History-Restore-Request") == "true":
        return "shell.html"
    if request.headers.get("HX-Request") != "true":
        return "shell.html"
    return "modal.html" if request.headers.get("X-Modal") else "part.html"
