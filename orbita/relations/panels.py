"""Relations in the history, in mergers and in the menu of profiles."""

from orbita.records import history
from orbita.records.merging import ends
from orbita.relations.graph import profile as _profile  # noqa: F401 - registers its actions
from orbita.relations.models import Relation
from orbita.relations.moving import move_relations
from orbita.relations.telling import lines

history.register_table(Relation._meta.db_table, lines, is_closed=True)
ends.register_mover(Relation, move_relations)
