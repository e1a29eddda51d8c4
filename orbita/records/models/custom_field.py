"""Custom fields: values of the account's own, kept as JSON on the record by the field's id."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.preferences.cached import Kept
from orbita.ui.ids import uuid7


class CustomFieldType(models.TextChoices):
    """What sort of value a custom field holds."""

    TEXT = "text", _("Short text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("Single choice")


class CustomField(Kept):
    """The definition of a value; `section` is the label of the form section where it stands."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=32)
    label = models.CharField(_("Label"), max_length=120)
    type = models.CharField(_("Type"), max_length=16, choices=CustomFieldType)
    section = models.CharField(max_length=40, default="other")
    help = models.CharField(_("Help text"), max_length=255, blank=True)
    required = models.BooleanField(_("Required"), default=False)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    kept_as = "custom_fields"

    class Meta:
        ordering = ("position", "id")
        indexes = [models.Index(fields=["kind", "position"], name="custom_field_kind")]

    def __str__(self) -> str:
        return self.label


class CustomOption(Kept):
    """One answer of a choice field; records keep its id, so a new name shows everywhere."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    field = models.ForeignKey(CustomField, models.CASCADE, related_name="options")
    name = models.CharField(_("Name"), max_length=120)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    kept_as = "custom_fields"

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name
