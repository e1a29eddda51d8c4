"""Lists: the same filters, words and orders as the pages have, with strict parameters."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _

from orbita.api import output
from orbita.api.problems import Problem
from orbita.api.relation_output import load_relations
from orbita.records.listing.listing import Listing
from orbita.records.listing.query import ListQuery

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

PARAMETERS = ("q", "sort", "limit", "cursor")
MAX_LIMIT = 100
DEFAULT_LIMIT = 50


@dataclass
class Answer:
    """One page as JSON."""

    items: list[dict[str, Any]]
    next: str | None
    previous: str | None
    total: int
    total_exceeded: bool

    def json(self) -> dict[str, Any]:
        """The body of the answer."""
        return dict(self.__dict__)


def list_records(kind: "Kind", viewer: "User", parameters: QueryDict) -> Answer:
    """The page that the parameters ask for; raises Problem 400 for any that make no sense."""
    query = read_query(kind, viewer, parameters)
    signer = signing.Signer(salt=f"api-cursor:{kind.slug}:{query.sort}:{query.descending}")
    read_cursor(query, parameters.get("cursor", ""), signer)
    listing = Listing(query)
    page = listing.page()
    count = listing.count(page)
    load_relations(page.records, viewer)
    fields = {key: query.fields[key] for key in query.columns}
    return Answer(
        items=[output.record_json(kind, record, fields) for record in page.records],
        next=signer.sign(f"a.{page.next}") if page.next else None,
        previous=signer.sign(f"b.{page.previous}") if page.previous else None,
        total=count.number,
        total_exceeded=count.exceeded,
    )


def read_query(kind: "Kind", viewer: "User", parameters: QueryDict) -> ListQuery:
    """The parameters understood, for a list with all fields."""
    check_parameters(parameters, PARAMETERS, filters=True)
    query = ListQuery.read(kind, viewer, parameters)
    if query.errors:
        raise Problem(400, query.errors[0])
    query.size = read_limit(parameters)
    query.columns = [key for key, field in query.fields.items() if field.in_api]
    return query


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


def read_cursor(query: ListQuery, cursor: str, signer: signing.Signer) -> None:
    """Put the place of the page into the query; a cursor is good for the list that gave it."""
    if not cursor:
        return
    try:
        side, _dot, token = signer.unsign(cursor).partition(".")
    except signing.BadSignature as error:
        raise Problem(400, _("The cursor does not belong to this list")) from error
    if side == "a":
        query.after = token
    else:
        query.before = token
