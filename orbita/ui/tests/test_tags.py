"""What the builtin tags and filters draw."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.template import Context, engines
from django.test import RequestFactory

from orbita.ui.templatetags import ui


def draw(source, **context):
    """The source as the settings' engine renders it."""
    return engines["django"].from_string(source).template.render(Context(context))


def test_an_icon_is_hidden_from_screen_readers():
    svg = draw('{% icon "building" class="icon-sm" %}')
    assert svg.startswith('<svg class="icon icon-sm"')
    assert 'aria-hidden="true"' in svg
    assert "<path d=" in svg


@pytest.mark.parametrize("name", ["no-such-icon", '"><script>', "../../etc/passwd", ""])
def test_an_unknown_icon_is_an_empty_square(name):
    svg = draw("{% icon name %}", name=name)
    assert svg.startswith("<svg")
    assert "<path" not in svg
    assert "script" not in svg


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jan Kowalski", "JK"),
        ("Jan Maria Rokita", "JR"),
        ("żółw", "Ż"),
        ("👩‍👩‍👧 Rodzina", "R"),
        ("\u202e\u202e", "?"),
        ("", "?"),
        (None, "?"),
    ],
)
def test_initials_are_letters_whatever_the_name(text, expected):
    assert ui.initials(text) == expected


def test_a_company_has_the_initials_of_its_own_words_and_the_colour_of_its_kind():
    drawn = ui.avatar(SimpleNamespace(kind="companies", title="Dąb i Syn Sp. z o.o."), "sm")
    assert 'class="avatar kind-companies avatar-sm"' in drawn
    assert ">DS<" in drawn


@pytest.mark.parametrize("kind", ["company", "companies", SimpleNamespace(slug="companies")])
def test_a_kind_has_one_colour_however_it_is_named(kind):
    assert "kind-companies" in ui.avatar({"kind": kind, "title": "ACME"})


def test_a_deal_has_an_icon():
    assert "<svg" in ui.avatar({"kind": "deals", "title": "Wdrożenie"})


def test_a_user_keeps_a_colour():
    user = SimpleNamespace(pk=1, initials="KW")
    assert ui.avatar(user) == ui.avatar(user)
    assert "tone-" in ui.avatar(user)


def test_a_hostile_name_stays_text():
    assert "<script" not in ui.avatar(SimpleNamespace(pk=1, initials="<script>"))


def test_query_changes_one_parameter_and_keeps_the_others():
    request = RequestFactory().get("/list?q=łódź&sort=name&after=x&tag=a&tag=b")
    drawn = draw('{% query sort="-name" after=None %}', request=request)
    assert drawn == "?q=%C5%82%C3%B3d%C5%BA&amp;tag=a&amp;tag=b&amp;sort=-name"


def test_query_inputs_carry_the_rest_of_the_query():
    request = RequestFactory().get('/list?q=a&sort="><b>')
    drawn = draw('{% query_inputs "q" %}', request=request)
    assert drawn == '<input type="hidden" name="sort" value="&quot;&gt;&lt;b&gt;">'


def test_when_is_a_time_with_the_exact_moment():
    drawn = draw("{% when value %}", value=date(2026, 3, 5))
    assert 'datetime="2026-03-05"' in drawn


def test_attrs_leaves_out_what_is_false():
    drawn = draw("<b{% attrs values %}>", values={"a": 1, "b": None, "c": False, "d": True})
    assert drawn == '<b a="1" d>'


def test_a_share_is_whole_percents_between_0_and_100():
    assert [ui.percent_of(*pair) for pair in ((1, 3), (5, 0), (7, 3), (None, 3))] == [33, 0, 100, 0]


def test_static_is_a_builtin(plain_static):
    assert "ui/app.css" in draw("{% static 'ui/app.css' %}")
