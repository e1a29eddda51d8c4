"""Django's templates, which let go of what they have shown."""

from typing import Any

from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends import django as backend
from django.template.context import make_context
from django.utils.safestring import SafeString


class Template(backend.Template):
    """A template that leaves no garbage.

    A context knows its layers and the layer of the view knows its context: a circle, in which every
    record of the page would wait for the garbage collector, which stops the process for it.
    """

    def render(
        self, context: dict[str, Any] | None = None, request: HttpRequest | None = None
    ) -> SafeString:
        """The text, as Django's own gives it."""
        layers = make_context(context, request, autoescape=self.backend.engine.autoescape)
        try:
            return self.template.render(layers)
        except TemplateDoesNotExist as error:
            backend.reraise(error, self.backend)
            raise
        finally:
            layers.dicts.clear()


class Templates(backend.DjangoTemplates):
    """The backend that settings name."""

    def from_string(self, template_code: str) -> Template:
        """A template of this text."""
        return Template(self.engine.from_string(template_code), self)

    def get_template(self, template_name: str) -> Template:
        """The template of this name; raises TemplateDoesNotExist."""
        try:
            return Template(self.engine.get_template(template_name), self)
        except TemplateDoesNotExist as error:
            backend.reraise(error, self)
            raise
