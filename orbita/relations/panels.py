"""Relations in fields, in the history and in mergers."""

from orbita.records import events, history
from orbita.records.merging import ends
from orbita.relations import fields  # noqa: F401
from orbita.relations.models import Relation
from orbita.relations.moving import follow, move_relations
from orbita.relations.telling import lines

history.register_table(Relation._meta.db_table, lines, is_closed=True)
ends.register_mover(Relation, move_relations)
events.undone.subscribe(follow)
