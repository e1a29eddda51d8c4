"""Links to articles, and links in articles; builtins, like those of `ui`."""

from collections.abc import Callable
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orbita.help import places
from orbita.help.articles import Article
from orbita.help.reading import read
from orbita.ui.addresses import address
from orbita.ui.html import format_html
from orbita.ui.icons import svg

register = template.Library()


@register.simple_tag(takes_context=True)
def section_help(context: Context, key: str) -> SafeString | str:
    """`{% section_help section.key %}`: the article about a section of the settings."""
    return _link(context, lambda _match: places.help_with_section(key))


@register.simple_tag(takes_context=True)
def page_help(context: Context) -> SafeString | str:
    """`{% page_help %}`: the article about this page, if there is one."""
    return _link(context, places.help_with_page)


@register.simple_tag(takes_context=True)
def empty_help(context: Context) -> SafeString | str:
    """`{% empty_help %}`: the article about what is not here yet, if there is one."""
    return _link(context, places.help_where_empty)


@register.simple_tag(takes_context=True)
def way(context: Context, name: str, label: str, *args: str) -> SafeString:
    """`{% way "users" "Account settings > Users" %}`: a link for administrators alone."""
    if not context.get("is_administrator"):
        return format_html("<strong>{}</strong>", label)
    return format_html('<a href="{}">{}</a>', address(name, *args), label)


def _link(context: Context, find: Callable[[Any], Article | None]) -> SafeString | str:
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    user = getattr(request, "user", None)
    if match is None or user is None or not user.is_authenticated:
        return ""
    article = find(match)
    if article is None:
        return ""
    title = read(article, is_administrator=user.is_administrator).title
    return format_html(
        '<a class="help-link" href="{}" data-modal="drawer">{}<span>{}</span></a>',
        address("help-article", article.slug),
        svg("help-circle", "icon-sm"),
        _("Help: %(title)s") % {"title": title},
    )
