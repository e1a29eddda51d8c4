"""What is worked out once stays right: in both languages, for everybody, wherever it is asked."""

import pytest
from django.template import Context, TemplateSyntaxError, engines
from django.urls import NoReverseMatch
from django.utils import translation

from orbita.ui import navigation
from orbita.ui.context import lines
from orbita.ui.drawing import drawn


def compiled(source):
    """The source as the settings' engine compiles it, to be drawn several times."""
    template = engines["django"].from_string(source).template
    return lambda **context: template.render(Context(context))


def test_a_phrase_follows_the_language_each_time():
    draw = compiled('{% trans "Add" %}|{% trans "Close" as word %}{{ word }}')
    with translation.override("pl"):
        assert draw() == "Dodaj|Zamknij"
    with translation.override("en"):
        assert draw() == "Add|Close"
    with translation.override("pl"):
        assert draw() == "Dodaj|Zamknij"


def test_a_phrase_out_of_a_variable_is_looked_up_each_time():
    draw = compiled("{% trans word %}")
    with translation.override("pl"):
        assert [draw(word="Add"), draw(word="Close")] == ["Dodaj", "Zamknij"]


def test_an_icon_out_of_a_variable_is_drawn_each_time():
    draw = compiled("{% icon name %}")
    assert draw(name="plus") != draw(name="x")
    assert compiled('{% icon "plus" %}')() == draw(name="plus")


def test_an_address_follows_its_arguments_and_escapes_them():
    draw = compiled('{% url "search" as here %}{{ here }} {% url "me" %}')
    assert draw() == "/search/ /me/"
    with pytest.raises(NoReverseMatch):
        compiled('{% url "no-such-page" %}')()
    assert compiled('{% url "no-such-page" as here %}[{{ here }}]')() == "[]"


def test_a_tag_without_its_argument_is_refused_as_ever():
    with pytest.raises(TemplateSyntaxError):
        compiled("{% trans %}")


def test_a_menu_is_drawn_of_what_its_viewer_may_open_and_of_nothing_else():
    open_to_all = navigation.Item(label="Open", url=lambda: "/open/", icon="user")
    secret = navigation.Item(
        label="Secret", url=lambda: "/secret/", icon="lock", visible=lambda viewer: viewer == "anna"
    )
    menu = navigation.Menu()
    menu.register(open_to_all)
    menu.register(secret)

    def side(viewer, path="/"):
        sections = (("work", "", lines(menu.for_viewer(viewer, path))),)
        return drawn("ui/parts/side.html", "en", sections)

    assert "Secret" in side("anna")
    assert "Secret" not in side("kasia")
    assert "Secret" in side("anna")
    assert 'aria-current="page"' not in side("kasia")
    assert 'aria-current="page"' in side("kasia", "/open/")


def test_a_number_in_a_menu_is_counted_for_each_viewer():
    item = navigation.Item(
        label="Mail", url=lambda: "/mail/", icon="mail", counter={"anna": 3, "kasia": 7}.__getitem__
    )
    menu = navigation.Menu()
    menu.register(item)

    def side(viewer):
        return drawn("ui/parts/side.html", "en", (("work", "", lines(menu.for_viewer(viewer))),))

    assert ">3<" in side("anna")
    assert ">7<" in side("kasia")
