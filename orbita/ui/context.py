"""What every page knows: the menus, the theme and the layout it is shown in. Asks no queries."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from orbita.ui import navigation
from orbita.ui.drawing import HERE, drawn, filled
from orbita.ui.templatetags.ui import avatar

THEMES = ("auto", "light", "dark")


class Line(NamedTuple):
    """An entry of a menu as it is drawn: all that the template is told of it."""

    label: str
    url: str
    icon: str
    is_current: bool
    waiting: int


class UserMenu(NamedTuple):
    """The menu of the viewer as it is drawn."""

    name: str
    email: str
    avatar: SafeString
    theme: str
    language: str
    entries: tuple[Line, ...]
    here: str
    languages: tuple[tuple[str, str], ...] = (("pl", "Polski"), ("en", "English"))


def lines(entries: Iterable[navigation.Entry]) -> tuple[Line, ...]:
    """The entries with their words in the language of the moment."""
    return tuple(
        Line(str(one.label), one.url, one.icon, one.is_current, one.count) for one in entries
    )


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
    def side(self) -> SafeString:
        """The menu at the side."""
        sections = ((key, title, lines(entries)) for key, title, entries in self.sections)
        return drawn("ui/parts/side.html", self.language, tuple(sections))

    @property
    def bottom(self) -> SafeString:
        """The bottom bar of a phone, with four places."""
        places = [entry for entry in self.entries if entry.item.on_phone][:4]
        return drawn("ui/parts/bottom.html", self.language, lines(places))

    @property
    def quick_add(self) -> SafeString | str:
        """The menu of what the viewer may add from anywhere."""
        entries = navigation.quick_add.for_viewer(self.viewer)
        return drawn("ui/parts/quick_add.html", self.language, lines(entries)) if entries else ""

    @cached_property
    def bell(self) -> navigation.Entry | None:
        """The notifications, once a package offers them."""
        return next(iter(navigation.bell.for_viewer(self.viewer)), None)

    @property
    def user_menu(self) -> SafeString | str:
        """The menu of the viewer: pages about them, theme, language, the way out."""
        viewer = self.viewer
        if viewer is None:
            return ""
        entries = lines(navigation.user_menu.for_viewer(viewer))
        sign = avatar(viewer, "sm")
        content = (viewer.name, viewer.email, sign, self.theme, self.language, entries, HERE)
        menu = drawn("ui/parts/user_menu.html", self.language, (UserMenu(*content),))
        return filled(menu, self._request, here=self._request.get_full_path())


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
