"""The account's own arrangement of a kind's form."""

from django.db import models

from orbita.preferences.cached import Kept


class FormLayout(Kept):
    """Sections and the order of fields of one kind; without a row the kind's own `form` holds.

    `sections` are objects of `key`, `label` (empty: the kind's own label) and `fields`, the keys
    in their order. `required` are keys of built-in fields that the account demands.
    """

    kind = models.CharField(max_length=32, primary_key=True)
    sections = models.JSONField(default=list)
    required = models.JSONField(default=list)
    updated_at = models.DateTimeField(auto_now=True)

    kept_as = "form_layouts"

    def __str__(self) -> str:
        return self.kind
