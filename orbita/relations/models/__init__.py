"""Relations: their types, the relations themselves, and how the database finds them."""

from orbita.relations.models.edge import Edge
from orbita.relations.models.relation import NOTE_LENGTH, Relation
from orbita.relations.models.relation_type import LABEL_LENGTH, RelationType, Side

__all__ = ["LABEL_LENGTH", "NOTE_LENGTH", "Edge", "Relation", "RelationType", "Side"]
