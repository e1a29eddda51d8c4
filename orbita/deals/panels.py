"""What deals say about the records that they name, and what can be made of a deal."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orbita.deals import projects  # noqa: F401 - registers its action
from orbita.deals.models import Deal, DealStatus
from orbita.records.cards import Fact, facts
from orbita.records.kinds import kinds
from orbita.records.referring import Reference, references_in
from orbita.ui import formats
from orbita.ui.html import format_html, format_html_join

if TYPE_CHECKING:
    from orbita.accounts.models import User


def open_deals(record: Any, viewer: "User") -> str:
    """How many open deals name the record, out of those that the viewer may open, and their value.

    Amounts of several currencies stand side by side, they are never added up.
    """
    deals = kinds.of_model(Deal)
    fields = {key: field for key, field in deals.all_fields().items() if field.is_on(viewer)}
    leading = references_in(deals, fields.values(), record.kind)
    if not leading:
        return ""
    naming = Q()
    for reference in leading:
        naming |= reference.naming([record.pk])
    rows = Deal.objects.readable_by(viewer).filter(naming, status=DealStatus.OPEN)
    sums = rows.values("currency").annotate(count=Count("pk"), total=Sum("value"))
    found = list(sums.order_by("-total", "currency"))
    count = sum(one["count"] for one in found)
    if not count:
        return ""
    shown = [linked(formats.number(count), _list_url(record, leading))]
    if "value" in fields:
        shown += [formats.money(one["total"], one["currency"]) for one in found if one["total"]]
    return format_html_join(" · ", "{}", ((part,) for part in shown))


def linked(text: str, url: str) -> str:
    """The text, as a link where there is an address."""
    return format_html('<a href="{}">{}</a>', url, text) if url else text


def _list_url(record: Any, leading: list[Reference]) -> str:
    """The address of the list with these deals, where its filters can say which they are."""
    if len(leading) != 1 or leading[0].field.filter() is None:
        return ""
    query = {f"{leading[0].field.key}.is": record.pk, "status.is": DealStatus.OPEN.value}
    return f"{reverse('list', kwargs={'kind': kinds.of_model(Deal)})}?{urlencode(query)}"


facts.register(Fact("open_deals", _("Open deals"), open_deals))
