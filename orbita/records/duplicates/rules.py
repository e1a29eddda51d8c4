"""By what two records of a kind are recognised as alike, and how sure that is.

A rule gives each record keys in SQL; records of one key are suspected. Rules are built from
`Kind.matching`, from contact data and from the name, so a new kind has them by itself.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import permutations
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.records.fields.contact import ContactField
from orbita.records.fields.reference import ReferenceField
from orbita.records.models import Address, ContactPoint, Record

if TYPE_CHECKING:
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind

MOST_OF_A_KEY = 50
"""What stands on more records than this is a switchboard or a habit, and tells nothing."""
MOST_WORDS = 4
"""Names of more words are compared in their own order when a single record is looked at."""

_FIRST_WORD = re.compile(r"[^\W_]{1,7}")
WORDS = "btrim(regexp_replace(r.title_key, '[^[:alnum:]]+', ' ', 'g'))"
_SORTED = """
array_to_string(ARRAY(
    SELECT w FROM unnest(string_to_array({words}, ' ')) w ORDER BY w COLLATE "C"), ' ')
"""
_NAMES = """
SELECT r.id, r.title_key AS name, ({core})::text AS core, ({sorted})::text AS words,
    ({identifier})::text AS identifier
FROM records_record r JOIN {child} c ON c.{key} = r.id
WHERE r.kind = %(kind)s AND r.deleted_at IS NULL{narrowed}
"""
_KEYED = "SELECT n.id, {key} AS key, n.core, n.identifier FROM duplicate_name n {joins} {where}"

Candidates = Callable[[Any], Q | None]


@dataclass(frozen=True)
class Part:
    """One thing that must agree: its SQL over the names (`n`) and the joins that it needs.

    `candidates` gives for a stored record the condition, served by an index, on others that may
    agree with it; None where the record has no value.
    """

    sql: str
    candidates: Candidates
    join: str = ""
    where: str = ""


@dataclass(frozen=True)
class Rule:
    """Records that agree in all the parts are suspected, as sure as `score` of 100.

    `keys` are the fields that it looks at: who does not have them is not told. `is_similar` asks
    for names that are alike instead of equal, within the records of one key.
    """

    key: str
    label: str | Promise
    score: int
    parts: tuple[Part, ...]
    keys: tuple[str, ...]
    reference: "ReferenceField | None" = None
    is_similar: bool = False
    most: int = field(default=MOST_OF_A_KEY)

    @property
    def keyed(self) -> str:
        """SELECT id, key, core, identifier out of the table of names."""
        where = " AND ".join(part.where for part in self.parts if part.where)
        return _KEYED.format(
            key=" || E'\\x01' || ".join(f"({part.sql})::text" for part in self.parts),
            joins=" ".join(dict.fromkeys(part.join for part in self.parts)),
            where=f"WHERE {where}" if where else "",
        )

    def candidates(self, record: Any) -> Q | None:
        """The condition on others that may agree with the record."""
        found = Q()
        for part in self.parts:
            condition = part.candidates(record)
            if condition is None:
                return None
            found &= condition
        return found


def names_of(kind: "Kind", *, narrowed: bool = False) -> str:
    """SELECT the live records of the kind (`narrowed` to %(ids)s) with what rules compare.

    Names are taken to pieces once for all rules: that costs more than the rest.
    """
    quote, meta = connection.ops.quote_name, kind.model._meta
    is_composed = kind.title_from != ("title",)
    identifier = next(iter(identifiers_of(kind).values()), "")
    return _NAMES.format(
        core="''" if is_composed else core_of(kind),
        sorted=_SORTED.format(words=WORDS) if is_composed else "''",
        identifier=f"c.{quote(identifier)}" if identifier else "NULL",
        child=quote(meta.db_table),
        key=quote(str(meta.pk.column)),  # type: ignore[union-attr]
        narrowed=" AND r.id = ANY(%(ids)s)" if narrowed else "",
    )


def rules_of(kind: "Kind") -> list[Rule]:
    """The rules of a kind, the surest first; each kind's are built once."""
    if "_duplicate_rules" not in kind.__dict__:
        found = {rule.key: rule for rule in _rules(kind)}
        kind._duplicate_rules = sorted(found.values(), key=lambda rule: -rule.score)  # type: ignore[attr-defined]
    return list(kind._duplicate_rules)  # type: ignore[attr-defined]


def _rules(kind: "Kind") -> Iterator[Rule]:
    fields = kind.all_fields()
    is_composed = kind.title_from != ("title",)
    for keys in kind.matching:
        if keys == ("number",) or not set(keys) <= fields.keys():
            continue
        if keys == ("title",):
            yield from _name_rules(kind)
        elif is_composed and set(kind.title_from) <= set(keys):
            rest = [fields[key] for key in keys if key not in kind.title_from]
            yield _combined(kind, rest)
        else:
            yield _same(kind, [fields[key] for key in keys])
    if kind.has_contact_data:
        yield _contact(kind, fields["emails"], 65, gettext_lazy("Same e-mail"))
        yield _contact(kind, fields["phones"], 50, gettext_lazy("Same phone"))
        if is_composed:
            yield _name_and_city(kind)


def identifiers_of(kind: "Kind") -> dict[str, str]:
    """The columns of the child table that tell two records apart, by the keys of their rules."""
    fields, found = kind.all_fields(), {}
    for keys in kind.matching:
        one = fields.get(keys[0])
        if len(keys) > 1 or one is None or keys[0] in ("number", *kind.title_from):
            continue
        if not isinstance(one, ContactField):
            table, column = column_of(kind, one)
            if table == "c" and column.get_internal_type() == "CharField":
                found[keys[0]] = column.column
    return found


def labels_of(fields: "list[Field]") -> str:
    """The labels of fields, in the language of the moment."""
    return ", ".join(str(one.label) for one in fields)


def _same(kind: "Kind", fields: "list[Field]") -> Rule:
    """Equal identifiers."""
    label = partial(labels_of, fields)
    keys = tuple(one.key for one in fields)
    return Rule(
        "+".join(keys),
        lazy(lambda: _("Same: %(label)s") % {"label": label()}, str)(),
        95,
        tuple(part_of(kind, one) for one in fields),
        keys,
    )


def _combined(kind: "Kind", rest: "list[Field]") -> Rule:
    """The name, its words in any order, and something else."""
    reference = next((one for one in rest if isinstance(one, ReferenceField)), None)
    names = partial(labels_of, rest)
    return Rule(
        "+".join(("title", *(one.key for one in rest))),
        lazy(lambda: _("Same name, and same: %(label)s") % {"label": names()}, str)(),
        80 if reference is not None else 90,
        (any_order(), *(part_of(kind, one) for one in rest)),
        (*kind.title_from, *(one.key for one in rest)),
        reference,
    )


def _name_rules(kind: "Kind") -> Iterator[Rule]:
    """Names that are equal, equal but for legal forms and punctuation, or similar."""
    same = Part("n.name", lambda record: Q(title_key=record.title_key), "", "n.name <> ''")
    yield Rule("title", gettext_lazy("Same name"), 80, (same,), ("title",), most=500)
    beginning = Part("n.core", _same_beginning, "", "length(n.core) > 2")
    label = gettext_lazy("Same name but for legal form or punctuation")
    yield Rule("title-core", label, 60, (beginning,), ("title",), most=500)
    close = Part("left(n.core, 7)", _same_beginning, "", "length(n.core) > 5")
    label = gettext_lazy("Similar name")
    yield Rule("title-like", label, 40, (close,), ("title",), is_similar=True)


def _contact(kind: "Kind", one: "Field", score: int, label: Promise) -> Rule:
    return Rule(one.key, label, score, (part_of(kind, one),), (one.key,))


def _name_and_city(kind: "Kind") -> Rule:
    """A weak hint: many people of one name live in a large city."""
    city = Part(
        "lower(place.city)",
        _same_city,
        "JOIN records_address place ON place.record_id = n.id AND place.position = 0",
        "place.city <> ''",
    )
    label = gettext_lazy("Same name and city")
    keys = (*kind.title_from, "city")
    return Rule("title+city", label, 45, (any_order(), city), keys, most=8)


def _same_city(record: Any) -> Q | None:
    rows = Address.objects.filter(record=record.pk, position=0).exclude(city="")
    return Q() if rows.exists() else None


def part_of(kind: "Kind", one: "Field") -> Part:
    """The part for a field: a column, or contact data."""
    if isinstance(one, ContactField):
        return _contact_part(str(one.type.value))
    table, column = column_of(kind, one)
    sql = f'{table}."{column.column}"'
    model: Any = kind.model if table == "c" else Record
    join = f'JOIN "{model._meta.db_table}" {table} ON {table}."{model._meta.pk.column}" = n.id'
    is_text = column.get_internal_type() in ("CharField", "TextField")
    filled = f"{sql} <> ''" if is_text else f"{sql} IS NOT NULL"

    def candidates(record: Any) -> Q | None:
        value = getattr(record, column.attname)
        return Q(**{one.path: value}) if value not in (None, "") else None

    return Part(sql, candidates, join, filled)


def column_of(kind: "Kind", one: "Field") -> tuple[str, Any]:
    """The table (`r` or `c`) and the column in which a field keeps its value."""
    name = one.path.rpartition("__")[2]
    for column in kind.model._meta.local_fields:
        if column.name == name:
            return "c", column
    return "r", Record._meta.get_field(name)


def _contact_part(type_: str) -> Part:
    alias = f"point_{type_}"

    def candidates(record: Any) -> Q | None:
        keys = list(
            ContactPoint.objects.filter(record=record.pk, type=type_).values_list("key", flat=True)
        )
        if not keys:
            return None
        others = ContactPoint.objects.filter(type=type_, key__in=keys).values("record_id")
        return Q(pk__in=others)

    join = (
        f"JOIN records_contactpoint {alias} ON {alias}.record_id = n.id"
        f" AND {alias}.type = '{type_}'"
    )
    return Part(f"{alias}.key", candidates, join, f"{alias}.key <> ''")


def any_order() -> Part:
    """The words of the name, sorted; one word alone is no name."""

    def candidates(record: Any) -> Q | None:
        words = record.title_key.split()
        if len(words) < 2:
            return None
        orders = permutations(words) if len(words) <= MOST_WORDS else [words]
        return Q(title_key__in=sorted({" ".join(order) for order in orders}))

    return Part("n.words", candidates, "", "position(' ' IN n.name) > 0")


def core_of(kind: "Kind") -> str:
    """SQL of the name without punctuation and without the words that the kind calls noise."""
    if not kind.name_noise:
        return WORDS
    noise = "|".join(kind.name_noise)
    return f"regexp_replace({WORDS}, '( ({noise}))+$', '')"


def _same_beginning(record: Any) -> Q | None:
    """Names that begin with the same letters; the rule itself looks closer."""
    found = _FIRST_WORD.match(record.title_key)
    return Q(title_key__startswith=found[0]) if found and len(record.title_key) > 2 else None
