"""Lists: the same filters, words and orders as the pages have, with strict parameters."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _

from orbita.api import output
from orbita.api.asking import Shape, read_shape
from orbita.api.expanding import included
from orbita.api.problems import Problem
from orbita.api.relation_output import load_relations
from orbita.records.listing.listing import Listing
from orbita.records.listing.query import ListQuery

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

PARAMETERS = ("q", "sort", "limit", "cursor", "fields", "expand")
SHAPING = ("limit", "cursor", "fields", "expand")
"""Parameters that leave open which records stand in the list, and in which order."""
MAX_LIMIT = 200
DEFAULT_LIMIT = 50


@dataclass
class Answer:
    """One page as JSON; `more` are further members."""

    items: list[dict[str, Any]]
    next: str | None
    previous: str | None
    total: int
    total_exceeded: bool
    more: dict[str, Any] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """The body of the answer."""
        body = dict(self.__dict__)
        return body | body.pop("more")


def list_records(kind: "Kind", viewer: "User", parameters: QueryDict) -> Answer:
    """The page that the parameters ask for; raises Problem 400 for any that make no sense."""
    check_parameters(parameters, PARAMETERS, filters=True)
    shape = read_shape(kind, viewer, parameters)
    query = read_query(kind, viewer, parameters, shape)
    cursors = Cursors(kind.slug, viewer, parameters)
    side, place = cursors.read(parameters.get("cursor", ""))
    query.after, query.before = (place, "") if side == "a" else ("", place)
    listing = Listing(query)
    page = listing.page()
    count = listing.count(page)
    if shape.relations:
        load_relations(page.records, viewer)
    items = [output.record_json(kind, record, shape) for record in page.records]
    return Answer(
        items=items,
        next=cursors.write("a", page.next),
        previous=cursors.write("b", page.previous),
        total=count.number,
        total_exceeded=count.exceeded,
        more=included(page.records, items, shape, viewer),
    )


def read_query(kind: "Kind", viewer: "User", parameters: QueryDict, shape: Shape) -> ListQuery:
    """The parameters understood, for a list with the fields of the shape."""
    query = ListQuery.read(kind, viewer, parameters)
    if query.errors:
        raise Problem(400, query.errors[0])
    query.size = read_limit(parameters)
    query.columns = list(shape.fields)
    return query


class Cursors:
    """Places in one list of one caller: signed, and good for nothing else."""

    def __init__(self, name: str, viewer: "User", parameters: QueryDict) -> None:
        asked = sorted((key, v) for key, v in parameters.lists() if key not in SHAPING)
        self.signer = signing.Signer(salt=f"api-cursor:{name}:{viewer.pk}:{asked!r}")

    def write(self, side: str, place: str) -> str | None:
        """The cursor of the page after (a) or before (b) a place; None where there is no page."""
        return self.signer.sign_object([side, place]) if place else None

    def read(self, cursor: str) -> tuple[str, str]:
        """Side and place; empty for the first page. Raises Problem 400 for another list's one."""
        if not cursor:
            return "", ""
        try:
            side, place = self.signer.unsign_object(cursor)
        except (signing.BadSignature, ValueError, UnicodeError) as error:
            raise Problem(400, _("The cursor does not belong to this list")) from error
        return side, place


def check_parameters(
    parameters: QueryDict, known: tuple[str, ...], *, filters: bool = False
) -> None:
    """Refuse unknown parameters, and texts that no column can hold."""
    for name, values in parameters.lists():
        if name not in known and not (filters and "." in name):
            raise Problem(400, _("The parameter “%(name)s” is not known") % {"name": name[:60]})
        if any("\0" in text for text in (name, *values)):
            raise Problem(400)


def read_limit(parameters: QueryDict, default: int = DEFAULT_LIMIT) -> int:
    """How many rows a page has."""
    text = parameters.get("limit", str(default))
    if not text.isdecimal() or len(text) > 5 or not 1 <= int(text) <= MAX_LIMIT:
        raise Problem(400, _("limit is a number from 1 to %(most)d") % {"most": MAX_LIMIT})
    return int(text)
