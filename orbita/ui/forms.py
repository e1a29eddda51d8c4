"""How forms are drawn: our templates first, Django's for what we do not change."""

from pathlib import Path
from typing import Any

import django.forms
from django.conf import settings
from django.forms.renderers import BaseRenderer, EngineMixin
from django.utils.functional import cached_property

from orbita.ui.templating import Templates


class FormRenderer(EngineMixin, BaseRenderer):
    """Draws fields with label above, help below and errors tied to the control.

    `orbita/ui/templates/django/forms/` overrides single templates of Django.
    """

    backend = Templates
    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    @cached_property
    def engine(self) -> Templates:
        """An engine that knows our tags; templates of installed apps come last."""
        options: Any = settings.TEMPLATES[0]["OPTIONS"]
        builtins = options["builtins"]
        own = Path(__file__).parent / "templates"
        django_own = Path(django.forms.__file__).parent / "templates"
        return Templates(
            {
                "APP_DIRS": True,
                "DIRS": [own, django_own],
                "NAME": "forms",
                "OPTIONS": {"builtins": builtins},
            }
        )
