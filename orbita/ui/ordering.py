"""Sorting by the alphabet of the language, whatever collation the database has."""

from django.db.models.functions import Collate
from django.utils.translation import get_language

from orbita.ui.formats import collation


def alphabetical(*paths: str, language: str = "") -> list[Collate]:
    """Expressions for `order_by` that sort these texts as people who read the language do."""
    alphabet = collation(language or get_language() or "")
    return [Collate(path, alphabet) for path in paths]
