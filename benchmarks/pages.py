"""Which addresses are measured: every built-in sort and filter of a kind, near and deep."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from orbita.accounts.models import User
from orbita.records.fields.base import Field
from orbita.records.kinds import Kind
from orbita.records.listing.cursor import Cursor
from orbita.records.listing.few import Few
from orbita.records.listing.listing import Listing, load_fields
from orbita.records.listing.query import ListQuery
from orbita.ui.text import digits

SAMPLE = 300
SEARCHES = {
    "a rare word": "świętopełk",
    "two words": "nowak anna",
    "a frequent syllable": "kow",
    "a phone": "601 234",
    "no hit": "qqxyz",
}
TYPED = {
    "prefix": "kowal",
    "prefix of a company": "nowak tr",
    "infix": "walski",
    "no hit": "qqxyz",
    "one letter": "k",
    "two letters": "ko",
    "a frequent syllable": "spo",
    "a legal form": "sp. z o.o.",
    "a phone": "601 234",
}


@dataclass(frozen=True)
class Page:
    """An address, under the name of the group with which it is summed up."""

    group: str
    name: str
    path: str


def list_pages(kind: Kind, viewer: User) -> Iterator[Page]:
    """The plain list, its depths, each sort in both directions, each filter, searches."""
    url = reverse("list", kwargs={"kind": kind})
    for part in ("first", "middle", "last"):
        yield page_at(kind, viewer, "", part, group=f"list, {part} page")
    fields = kind.fields(viewer)
    for key, field in fields.items():
        if field.order_by() is None:
            continue
        for sort in (key, f"-{key}"):
            for part in ("first", "middle", "last"):
                yield page_at(kind, viewer, sort, part, group=f"list, any sort, {part} page")
    for name, value in filters(kind, viewer):
        yield Page("list, any filter", f"{name}={value}", f"{url}?{urlencode({name: value})}")
    for name, words in SEARCHES.items():
        yield Page("list, search", name, f"{url}?{urlencode({'q': words})}")


def page_at(kind: Kind, viewer: User, sort: str, part: str, *, group: str) -> Page:
    """The first, a middle or the last page of the list in some order."""
    parameters: dict[str, str] = {"sort": sort} if sort else {}
    if part == "last":
        parameters["last"] = "1"
    if part == "middle":
        parameters["after"] = middle(kind, viewer, sort)
    path = f"{reverse('list', kwargs={'kind': kind})}?{urlencode(parameters)}"
    return Page(group, f"{sort or 'title'}, {part} page", path)


def middle(kind: Kind, viewer: User, sort: str) -> str:
    """A token of a page somewhere in the middle: behind a record out of the middle of the table."""
    query = ListQuery.read(kind, viewer, QueryDict(urlencode({"sort": sort})))
    ordering = query.fields[query.sort].order_by()
    assert ordering is not None
    rows = Listing(query).matching().filter(pk__in=sample_ids(kind, viewer))
    walk = Few(rows, ordering, descending=False, most=SAMPLE)
    steps, _more = walk.ids(SAMPLE, None, backwards=False)
    if not steps:
        return ""
    pk, key, empty = steps[len(steps) // 2]
    return Cursor(empty, key, pk).write(f"{kind.slug}:{query.sort}")


def sample_ids(kind: Kind, viewer: User) -> list[Any]:
    """Ids of records that the viewer may read, from the middle of the table."""
    rows = kind.model.objects.readable_by(viewer).order_by("pk")
    half = kind.model.objects.count() // 2
    return list(rows.values_list("pk", flat=True)[half : half + SAMPLE])


def filters(kind: Kind, viewer: User) -> Iterator[tuple[str, str]]:
    """A parameter and a value for each operator of each filter, taken from records that exist."""
    fields = kind.fields(viewer)
    rows = kind.model.objects.readable_by(viewer).filter(pk__in=sample_ids(kind, viewer))
    records = list(rows.with_openness(viewer))
    load_fields(records, list(fields.values()), viewer)
    for key, field in fields.items():
        found = field.filter()
        if found is None:
            continue
        for operator in found.operators:
            for value in values_for(field, found.widget, operator, records, viewer):
                yield f"{key}.{operator}", value


def values_for(
    field: Field, widget: str, operator: str, records: list[Any], viewer: User
) -> list[str]:
    """What to fill in; nothing where no record has a value."""
    if operator in ("filled", "empty"):
        return ["1"]
    if widget == "date":
        day = timezone.localdate() - timedelta(days=30)
        return ["last30", "older90"] if operator == "in" else [day.isoformat()]
    if widget == "choice":
        options = [option.value for option in field.filter().options(viewer)]  # type: ignore[union-attr]
        teams = [value for value in options if value.startswith("team:")]
        return list(dict.fromkeys([*options[:1], *teams[:1], *options[-1:]]))
    values = [value for record in records if (value := plain(field, record))]
    if not values:
        return []
    value = values[len(values) // 2]
    if operator == "contains" and field.key == "title":
        return [value[1:6], "sp. z o.o.", "qqxyz", "ko"]
    word = max(value.split(), key=len)
    return [{"contains": word[1:6], "starts": value[:4]}.get(operator, value)]


def plain(field: Field, record: Any) -> str:
    """The record's value as somebody would type it into the filter."""
    value = field.value(record)
    if field.is_empty(value):
        return ""
    if hasattr(value, "pk"):
        return str(value.pk)
    if isinstance(value, list):
        first = value[0]["value"] if isinstance(value[0], dict) and "value" in value[0] else ""
        return digits(first)[3:] if first.startswith("+") else str(first)
    return str(field.export(record))
