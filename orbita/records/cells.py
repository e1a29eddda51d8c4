"""Small pieces of HTML that lists, profiles and pickers share."""

from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orbita.records.kinds import kinds
from orbita.records.models import Visibility
from orbita.ui.html import format_html
from orbita.ui.icons import svg as icon

LEVEL_ICONS = {
    Visibility.PUBLIC: "world",
    Visibility.RESTRICTED: "lock",
    Visibility.HIDDEN: "eye-off",
}


@lru_cache(maxsize=64)
def _profile_prefix(kind_key: str) -> str:
    """The address of profiles of a kind, without the id: reversing 50 rows costs as one."""
    return reverse("list", kwargs={"kind": kinds.by_key(kind_key)})


def profile_url(record: Any) -> str:
    """The address of the record's profile."""
    return f"{_profile_prefix(record.kind)}{record.pk}/"


def record_link(record: Any) -> SafeString:
    """A link with the record's name and a hover card; a lock where it is closed (`is_open`)."""
    mark = "" if getattr(record, "is_open", True) else lock()
    return format_html(
        '<a href="{}" class="record-link" data-card><bdi>{}</bdi></a>{}',
        profile_url(record),
        record.title,
        mark,
    )


def title_link(record: Any) -> SafeString:
    """The name in a list, as the link that Enter opens."""
    mark = "" if getattr(record, "is_open", True) else lock()
    return format_html(
        '<a href="{}" class="row-link" title="{}"><bdi>{}</bdi></a>{}',
        profile_url(record),
        record.title,
        record.title,
        mark,
    )


def lock() -> SafeString:
    """The sign of a record of which the viewer knows only the basics."""
    return format_html(
        ' <span class="lock" title="{}">{}<span class="visually-hidden">{}</span></span>',
        _("You have no access"),
        icon("lock"),
        _("You have no access"),
    )


def visibility_badge(record: Any) -> SafeString:
    """The level of visibility, icon and word."""
    level = Visibility(record.visibility)
    return format_html('<span class="level">{} {}</span>', icon(LEVEL_ICONS[level]), level.label)
