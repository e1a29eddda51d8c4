"""Saved views: a list's filters, order and columns under a name."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.preferences.cached import Kept, cached
from orbita.ui.ids import uuid7


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Views by who may use them."""

    def usable_by(self, viewer: object, kind: str) -> "SavedViewQuerySet":
        """The viewer's own and the shared ones of a kind; they run with the viewer's rights."""
        return self.filter(kind=kind).filter(models.Q(owner=viewer) | models.Q(shared=True))

    def editable_by(self, viewer: object) -> "SavedViewQuerySet":
        """Only one's own."""
        return self.filter(owner=viewer)


class SavedView(Kept):
    """`query` is the part of the list's address that reproduces the view."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=32)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("Name"), max_length=80)
    query = models.TextField(blank=True)
    shared = models.BooleanField(_("Shared with everyone"), default=False)
    position = models.PositiveIntegerField(default=0)

    kept_as = "saved_views"
    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ("position", "name", "id")
        indexes = [models.Index(fields=["kind", "owner"], name="saved_view_kind")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of_list(cls, viewer: Any, kind: str) -> "list[SavedView]":
        """The views beside a list, kept by this process until somebody saves or deletes one."""
        kept: dict[Any, list[SavedView]] = cached("saved_views", dict)
        if (viewer.pk, kind) not in kept:
            kept[viewer.pk, kind] = list(cls.objects.usable_by(viewer, kind))
        return kept[viewer.pk, kind]
