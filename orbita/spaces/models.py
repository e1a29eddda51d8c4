"""Spaces: rooms for knowledge, files and projects."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.records.models import Record


class Space(Record):
    """A room of its own, with people and teams of its own."""

    description = models.TextField(_("Description"), blank=True)
