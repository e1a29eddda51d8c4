"""What a page has shown is let go at once, and not left to the garbage collector."""

import gc
import weakref

import pytest
from django.template import TemplateDoesNotExist, engines
from django.template.loader import get_template
from django.template.response import TemplateResponse

pytestmark = pytest.mark.django_db


class Shown:
    """Something that a template is given."""

    def __str__(self):
        return "pokazane"


@pytest.mark.parametrize("with_request", [True, False])
def test_what_was_shown_is_gone_without_the_garbage_collector(rf, with_request):
    shown = Shown()
    gone = weakref.ref(shown)
    template = engines["django"].from_string("{% with a=shown %}{{ a }}{% endwith %}")
    gc.disable()
    try:
        assert (
            template.render({"shown": shown}, rf.get("/") if with_request else None) == "pokazane"
        )
        del shown
        assert gone() is None
    finally:
        gc.enable()


def test_a_missing_template_is_an_error_that_names_it(rf):
    with pytest.raises(TemplateDoesNotExist, match="nowhere.html"):
        get_template("nowhere.html")
    outer = engines["django"].from_string("{% include name %}")
    with pytest.raises(TemplateDoesNotExist, match="nowhere.html"):
        outer.render({"name": "nowhere.html"})


def test_an_answer_may_be_rendered_late(rf):
    answer = TemplateResponse(rf.get("/"), engines["django"].from_string("{{ a }}"), {"a": 1})
    assert answer.render().content == b"1"
