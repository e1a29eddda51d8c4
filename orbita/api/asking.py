"""`fields` and `expand`: which values of records an answer holds, and what comes with them.

Names come out of the fields that the caller may see; one that is closed to them and one that
nobody ever thought of are refused by the same sentence.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext as _

from orbita.api.output import OWN, Fields, api_fields
from orbita.api.problems import Problem
from orbita.preferences import feature_enabled
from orbita.relations.facings import FEATURE

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

RELATIONS = "relations"


@dataclass(frozen=True)
class Shape:
    """What the JSON of records holds: fields, values that no field holds, and what is expanded.

    `own` is None for all of these values.
    """

    fields: Fields
    own: frozenset[str] | None = None
    relations: bool = True
    expand: tuple[str, ...] = ()


def whole_shape(kind: "Kind", viewer: "User") -> Shape:
    """All that there is."""
    return Shape(api_fields(kind, viewer))


def read_shape(kind: "Kind", viewer: "User", parameters: QueryDict) -> Shape:
    """What the parameters ask for; raises Problem 400 for a name that the caller does not know."""
    known = api_fields(kind, viewer)
    expand = read_names(parameters, "expand")
    for name in expand:
        if name not in expandable(known):
            raise Problem(400, _("“%(name)s” cannot be expanded") % {"name": name[:60]})
    if "fields" not in parameters:
        return Shape(known, expand=expand)
    wanted = read_names(parameters, "fields")
    others = {*OWN, *([RELATIONS] if feature_enabled(FEATURE) else [])}
    for name in wanted:
        if name not in known and name not in others:
            raise Problem(400, _("The field “%(name)s” is not known") % {"name": name[:60]})
    names = {*wanted, *expand}
    return Shape(
        fields={key: field for key, field in known.items() if key in names},
        own=frozenset(names & set(OWN)),
        relations=RELATIONS in names,
        expand=expand,
    )


def expandable(fields: Fields) -> list[str]:
    """The names that `expand` takes: fields that name something else, and relations."""
    found = [key for key, field in fields.items() if field.opens]
    return [*found, RELATIONS] if feature_enabled(FEATURE) else found


def read_names(parameters: QueryDict, name: str) -> tuple[str, ...]:
    """The names in a parameter, separated by commas; none when it is not there."""
    texts = ",".join(parameters.getlist(name))
    return tuple(dict.fromkeys(texts.split(","))) if name in parameters else ()
