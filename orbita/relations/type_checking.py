"""What speaks against a type of relation as an administrator wants it, in sentences by field."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orbita.records.arranging import arranged
from orbita.records.defining import check_label
from orbita.records.kinds import Kind, kinds
from orbita.relations.models import LABEL_LENGTH, Edge, Relation, RelationType, Side
from orbita.ui.formats import number
from orbita.ui.text import clean, fold

Errors = dict[str, ValidationError]
_BEYOND = """
SELECT count(*) FROM (
    SELECT e.near_id FROM relations_edge e
    JOIN records_record n ON n.id = e.near_id AND n.deleted_at IS NULL
    JOIN records_record f ON f.id = e.far_id AND f.deleted_at IS NULL
    WHERE e.type_id = %s AND e.side = %s GROUP BY e.near_id HAVING count(*) > 1
) beyond
"""


class TypeTakenError(ValidationError):
    """There is such a type, perhaps the other way round; `other` may be archived."""

    def __init__(self, other: RelationType) -> None:
        if other.archived_at is None:
            text = _("There is such a type of relation already: %(name)s")
        else:
            text = _("There is such a type of relation already, in the archive: %(name)s")
        super().__init__(text % {"name": other}, code="taken")
        self.other = other


def choosable_kinds() -> list[Kind]:
    """The kinds that can stand on the ends of a new type: those that are switched on."""
    return [kind for kind in kinds if kind.is_on()]


def sections_of(kind: Kind, viewer: Any) -> list[tuple[str, str]]:
    """Key and label of the sections of the kind's form, in which a relation can be chosen."""
    return [(one.key, str(one.label)) for one in arranged(kind, kind.fields(viewer))]


def check(
    wanted: RelationType, stored: RelationType | None, viewer: Any, given: Mapping[str, Any]
) -> None:
    """ValidationError with sentences by field; `stored` is the locked row that is to change."""
    errors = _kinds_that_are_none(wanted, stored)
    errors |= _labels(wanted, stored, errors)
    if not errors:
        errors |= _sections(wanted, stored, viewer)
        errors |= _taken(wanted)
    if not errors and stored is not None:
        errors |= _against_use(wanted, stored, given)
    if errors:
        raise ValidationError({key: [error] for key, error in errors.items()})


def _kinds_that_are_none(wanted: RelationType, stored: RelationType | None) -> Errors:
    known = {kind.key for kind in choosable_kinds()}
    return {
        name: ValidationError(_("Choose what the relation joins"), code="kind")
        for name in ("kind_a", "kind_b")
        if _differs(wanted, stored, name) and getattr(wanted, name) not in known
    }


def _labels(wanted: RelationType, stored: RelationType | None, before: Errors) -> Errors:
    """Each label is a column of the other side's kind, so it is called like none of its fields."""
    errors: Errors = {}
    for name, other in (("label_a", "kind_b"), ("label_b", "kind_a")):
        label = getattr(wanted, name)
        if not fold(label):
            errors[name] = ValidationError(_("Give the labels of both sides"), code="empty")
        elif len(label) > LABEL_LENGTH:
            text = _("A label has at most %(most)d characters") % {"most": LABEL_LENGTH}
            errors[name] = ValidationError(text, code="long")
        elif other not in before and (
            _differs(wanted, stored, name) or _differs(wanted, stored, other)
        ):
            errors |= _like_a_field(name, label, kinds.by_key(getattr(wanted, other)))
    return errors


def _like_a_field(name: str, label: str, kind: Kind) -> Errors:
    try:
        check_label(kind, label)
    except ValidationError:
        words = {"label": label, "kind": kind.labels.many}
        text = _("There is a field “%(label)s” already, see: %(kind)s") % words
        return {name: ValidationError(text, code="field")}
    return {}


def _differs(wanted: RelationType, stored: RelationType | None, name: str) -> bool:
    return stored is None or getattr(wanted, name) != getattr(stored, name)


def _sections(wanted: RelationType, stored: RelationType | None, viewer: Any) -> Errors:
    errors: Errors = {}
    for name, side in (("section_a", Side.A), ("section_b", Side.B)):
        section = getattr(wanted, name)
        if not section or not _differs(wanted, stored, name):
            continue
        known = sections_of(kinds.by_key(wanted.kind_of(side)), viewer)
        if section not in dict(known):
            text = _("There is no such section in the form")
            errors[name] = ValidationError(text, code="section")
    return errors


def taken(wanted: RelationType) -> RelationType | None:
    """Another type that says the same, perhaps the other way round."""
    ends = ((wanted.kind_a, fold(wanted.label_a)), (wanted.kind_b, fold(wanted.label_b)))
    same = RelationType.objects.known().filter(key=RelationType.make_key(*ends))
    return same.exclude(pk=wanted.pk).first()


def _taken(wanted: RelationType) -> Errors:
    other = taken(wanted)
    return {} if other is None else {"label_b": TypeTakenError(other)}


def _against_use(wanted: RelationType, stored: RelationType, given: Mapping[str, Any]) -> Errors:
    """What its relations forbid; the row is locked, so that none comes meanwhile."""
    if not Relation.objects.filter(type=stored).exists():
        return {}
    errors: Errors = {
        name: ValidationError(
            _("What a type of relation joins cannot be changed while it is in use"), code="used"
        )
        for name in ("kind_a", "kind_b")
        if _differs(wanted, stored, name)
    }
    if not errors and is_symmetric(wanted) != stored.is_symmetric:
        changed = [n for n in ("label_a", "label_b") if _differs(wanted, stored, n)]
        errors[changed[-1]] = ValidationError(
            _("Two labels cannot become one, nor one become two, while the type is in use"),
            code="symmetry",
        )
    return errors or _limits(wanted, stored, given)


def is_symmetric(wanted: RelationType) -> bool:
    """Whether it has one label for both sides; what `save` will find."""
    return (wanted.kind_a, fold(wanted.label_a)) == (wanted.kind_b, fold(wanted.label_b))


def _limits(wanted: RelationType, stored: RelationType, given: Mapping[str, Any]) -> Errors:
    errors: Errors = {}
    for side, name in ((Side.A, "one_a"), (Side.B, "one_b")):
        if side not in stored.sides:
            continue
        if wanted.is_one(side) and not stored.is_one(side):
            asked = name if name in given or not stored.is_symmetric else "one_b"
            errors |= _beyond(stored, side, asked)
    if not errors and wanted.is_tree and not stored.is_tree and has_circle(wanted):
        name = "one_a" if wanted.one_a else "one_b"
        text = _("Some records already stand below themselves by this relation")
        errors[name] = ValidationError(text, code="circle")
    return errors


def _beyond(stored: RelationType, side: Side, name: str) -> Errors:
    """Refuse one record on the side where some have several."""
    near = Side.A if stored.is_symmetric or side == Side.B else Side.B
    with connection.cursor() as cursor:
        cursor.execute(_BEYOND, [stored.pk, near])
        count = cursor.fetchone()[0]
    if not count:
        return {}
    text = ngettext(
        "%(number)s record already has more of these relations",
        "%(number)s records already have more of these relations",
        count,
    )
    return {name: ValidationError(text % {"number": number(count)}, code="beyond")}


def has_circle(wanted: RelationType) -> bool:
    """Whether a record stands below itself; each has at most one above it by now."""
    side = Side.B if wanted.one_a else Side.A
    edges = Edge.objects.filter(type=wanted.pk, side=side, far__deleted_at=None)
    pairs = edges.filter(near__deleted_at=None).values_list("near_id", "far_id")
    above = dict(pairs.iterator(chunk_size=10_000))
    safe: set[Any] = set()
    for start in above:
        path: set[Any] = set()
        here = start
        while here in above and here not in safe:
            if here in path:
                return True
            path.add(here)
            here = above[here]
        safe |= path
    return False


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored: labels without stray spaces."""
    return {
        name: clean(value) if name in ("label_a", "label_b") else value
        for name, value in values.items()
    }
