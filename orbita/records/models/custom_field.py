"""Custom fields: values of the account's own, kept as JSON on the record by the field's id."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.preferences.cached import Kept
from orbita.records.models.record import LIVE
from orbita.ui.ids import uuid7


class CustomFieldType(models.TextChoices):
    """What sort of value a custom field holds."""

    TEXT = "text", _("Short text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", _("Number")
    MONEY = "money", _("Amount with currency")
    PERCENT = "percent", _("Percent")
    DATE = "date", _("Date")
    MOMENT = "moment", _("Date and time")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("Single choice")
    CHOICES = "choices", _("Multiple choice")
    USER = "user", _("User")
    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Phone number")
    WWW = "www", _("Web address")


WITH_OPTIONS = (CustomFieldType.CHOICE, CustomFieldType.CHOICES)


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    """Definitions by where they stand: in use, archived, in the bin."""

    def known(self) -> "CustomFieldQuerySet":
        """All but those in the bin."""
        return self.filter(deleted_at=None)

    def in_use(self) -> "CustomFieldQuerySet":
        """Those that forms, lists and all the others have."""
        return self.known().filter(archived_at=None)

    def archived(self) -> "CustomFieldQuerySet":
        """Those that were put aside."""
        return self.known().exclude(archived_at=None)

    def in_bin(self) -> "CustomFieldQuerySet":
        """Those that were deleted; their values wait to be restored or removed for good."""
        return self.exclude(deleted_at=None).filter(removed_at=None)


class CustomField(Kept):
    """The definition of a value.

    `section` is the key of the form section where it stands unless the account's form says
    otherwise. `default` is a value as records store it. `roles` are those that may see the field
    besides administrators; none means everybody. `suggests` is for short texts alone. From
    `removed_at` on the values are being removed for good, and then the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=32)
    label = models.CharField(_("Label"), max_length=120)
    type = models.CharField(_("Type"), max_length=16, choices=CustomFieldType)
    section = models.CharField(_("Section of the form"), max_length=40, default="other")
    help = models.CharField(_("Help text"), max_length=255, blank=True)
    required = models.BooleanField(_("Required"), default=False)
    default = models.JSONField(null=True, blank=True)
    is_unique = models.BooleanField(_("Warn of equal values"), default=False)
    roles = models.JSONField(default=list, blank=True)
    is_indexed = models.BooleanField(_("Searched or sorted often"), default=False)
    suggests = models.BooleanField(_("Offer texts used before"), default=True, db_default=True)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    kept_as = "custom_fields"
    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        ordering = ("position", "id")
        indexes = [models.Index(fields=["kind", "position"], name="custom_field_kind")]

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """What forms, addresses and the API call the field: no new label breaks it."""
        return f"custom_{self.pk.hex}"

    @property
    def has_options(self) -> bool:
        """Whether its values are chosen out of options."""
        return self.type in WITH_OPTIONS

    @property
    def holders(self) -> models.Q:
        """The condition on live records with a value in the field, worded as in its indexes."""
        has_value = models.Q(**{f"custom__{self.pk}__isnull": False})
        return models.Q(kind=self.kind) & LIVE & has_value


class CustomOption(Kept):
    """One answer of a choice field; records keep its id, so a new name shows everywhere.

    A deleted one stays for the sake of the history, which names it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    field = models.ForeignKey(CustomField, models.CASCADE, related_name="options")
    name = models.CharField(_("Name"), max_length=120)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    kept_as = "custom_fields"

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name
