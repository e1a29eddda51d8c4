"""`trans`, `static`, `icon` and `url`, which say the same on every page, worked out once.

They read as Django's tags of these names. What is written out in the template (a phrase, a file,
an icon) is rendered once in each language and then kept with the compiled template; addresses are
kept by `orbita.ui.addresses`. A tag that names a variable is rendered each time.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django import template
from django.template import Context, Node
from django.template.base import FilterExpression, Parser, TextNode, Token, Variable
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.templatetags.i18n import TranslateNode, do_translate
from django.templatetags.static import StaticNode, do_static
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape
from django.utils.translation import get_language

from orbita.ui.addresses import address
from orbita.ui.templatetags.ui import register as ui_tags

register = template.Library()


class Phrase(Node):
    """A phrase of the template in the language of the moment."""

    child_nodelists: Sequence[str] = ()

    def __init__(self, node: TranslateNode) -> None:
        self.node, self.asvar = node, node.asvar
        node.asvar = None
        self.said: dict[tuple[str | None, bool], str] = {}

    def render(self, context: Context) -> str:
        """The phrase, looked up the first time."""
        key = get_language(), context.autoescape
        said = self.said.get(key)
        if said is None:
            said = self.said[key] = self.node.render(context)
        if self.asvar:
            context[self.asvar] = said
            return ""
        return said


class Once(Node):
    """A node that renders the same in every context."""

    child_nodelists: Sequence[str] = ()

    def __init__(self, node: Node) -> None:
        self.node = node
        self.rendered: str | None = None

    def render(self, context: Context) -> str:
        """What it rendered the first time."""
        if self.rendered is None:
            self.rendered = self.node.render(context)
        return self.rendered


class Address(Node):
    """The address of a page; with `as`, nothing where there is no such page."""

    child_nodelists: Sequence[str] = ()

    def __init__(self, node: URLNode) -> None:
        self.node = node

    def render(self, context: Context) -> str:
        """The address, or nothing when it becomes a variable."""
        node = self.node
        name = node.view_name.resolve(context)
        args = [arg.resolve(context) for arg in node.args]
        kwargs = {key: value.resolve(context) for key, value in node.kwargs.items()}
        try:
            found = address(name, *args, **kwargs)
        except NoReverseMatch:
            if node.asvar is None:
                raise
            found = ""
        if node.asvar:
            context[node.asvar] = found
            return ""
        return conditional_escape(found) if context.autoescape else found


def is_written_out(value: FilterExpression) -> bool:
    """Whether the template itself holds the value: no variable, no filter."""
    variable = value.var
    literal = not isinstance(variable, Variable) or variable.lookups is None
    return literal and not value.filters


@register.tag("trans")
@register.tag("translate")
def trans(parser: Parser, token: Token) -> Node:
    """`{% trans "Add" %}`."""
    node = do_translate(parser, token)
    plain = not node.noop and node.message_context is None
    return Phrase(node) if plain and is_written_out(node.filter_expression) else node


@register.tag
def static(parser: Parser, token: Token) -> Node:
    """`{% static "ui/app.css" %}`."""
    node: StaticNode = do_static(parser, token)
    return Once(node) if node.varname is None and is_written_out(node.path) else node


@register.tag
def icon(parser: Parser, token: Token) -> Node:
    """`{% icon "building" %}`: an icon that is written out is text of the template."""
    node: Any = _icon(parser, token)
    values = [*node.args, *node.kwargs.values()]
    if node.target_var is None and all(map(is_written_out, values)):
        return TextNode(node.render(Context()))
    return node


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """`{% url "add" kind=kind %}`, also with `as`."""
    return Address(django_url(parser, token))


_icon: Callable[[Parser, Token], Node] = ui_tags.tags["icon"]
