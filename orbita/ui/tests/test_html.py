"""Escaping is Django's, only quicker."""

import pytest
from django.utils import html as django_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from orbita.ui import html

VALUES = [
    "<script>alert('x')</script>",
    "\"&'<>",
    mark_safe("<b>ready</b>"),
    gettext_lazy("Name"),
    "",
    0,
    None,
    12.5,
    "Żółw & Syn",
]


@pytest.mark.parametrize("value", VALUES)
def test_values_are_escaped_as_django_escapes_them(value):
    ours = html.conditional_escape(value)
    assert ours == django_html.conditional_escape(value)
    assert isinstance(ours, SafeString)


def test_templates_are_filled_as_django_fills_them():
    template = '<a href="{}" title="{}">{}</a>'
    values = ("/?a=1&b=2", '"quoted"', mark_safe("<i>x</i>"))
    ours = html.format_html(template, *values)
    assert ours == django_html.format_html(template, *values)
    assert isinstance(ours, SafeString)
    named = html.format_html("<p>{text}</p>", text="<br>")
    assert named == django_html.format_html("<p>{text}</p>", text="<br>")


def test_rows_are_joined_as_django_joins_them():
    rows = [(value,) for value in VALUES]
    ours = html.format_html_join("\n", "<li>{}</li>", rows)
    assert ours == django_html.format_html_join("\n", "<li>{}</li>", rows)
    assert html.format_html_join("<", "{}", [("a",), ("b",)]) == "a&lt;b"
    assert isinstance(ours, SafeString)
