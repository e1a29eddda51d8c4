"""Several records of one kind that a record names: a deal's persons."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Q
from django.utils.translation import gettext as _

from orbita.records.access import known_at
from orbita.records.fields.base import Context, Field, PastResolver
from orbita.records.fields.linking import Unclear, UnclearNamesError, Verdict
from orbita.records.fields.reference import (
    REFERENCE_EXAMPLE,
    REFERENCE_JSON,
    RecordsChoiceField,
    ReferenceField,
    ReferenceFilter,
    known_ends,
    listed_of_kind,
    numbered,
    record_picker,
)
from orbita.records.listing.expressions import Has
from orbita.records.listing.filters import NEED_NO_VALUE, Filter
from orbita.ui.sheets import join_items, split_items
from orbita.ui.text import clean
from orbita.ui.values import to_text

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind
    from orbita.records.naming import Named, Names


class ReferencesFilter(ReferenceFilter):
    """By any of the records at the other ends; one that the viewer may not know of is none."""

    is_costly = True

    def __init__(self, target: str, link: type[Any]) -> None:
        super().__init__("", target)
        self.link = link

    def q(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """The condition."""
        from orbita.records.kinds import kinds

        if operator not in NEED_NO_VALUE:
            return self.matches(operator, values, viewer)
        known = known_at("target", viewer, kind=kinds.by_key(self.target))
        found = Q(Has(self.link.objects.filter(known, record=OuterRef("pk"))))
        return found if operator == "filled" else ~found

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """Names any of them: looked up from their side, which an index leads to."""
        links = self.link.objects.filter(target__in=values)
        if operator == "is":
            return Q(pk__in=links.values("record_id"))
        return ~Q(Has(links.filter(record=OuterRef("pk"))))


class ReferencesField(Field):
    """Several records of another kind, through a link table with `record` and `target` columns."""

    icon = "link"
    opens = "record"
    many = True
    json_type = {"type": "array", "items": REFERENCE_JSON}
    example = [REFERENCE_EXAMPLE]

    def __init__(self, *args: Any, target: str, link: type[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.target, self.link = target, link

    def is_on(self, viewer: "User") -> bool:
        """Exists while the other kind is switched on."""
        return super().is_on(viewer) and self.target_kind().may(viewer, "view")

    def target_kind(self) -> "Kind":
        """The kind at the other end."""
        from orbita.records.kinds import kinds

        return kinds.by_key(self.target)

    def load(self, records: Sequence[Any], viewer: "User") -> None:
        """The other ends that the viewer may know of, in two queries for all the records."""
        slot = f"_{self.key}"
        missing = [record for record in records if slot not in record.__dict__]
        if not missing:
            return
        pairs = list(
            self.link.objects.filter(record__in=[record.pk for record in missing])
            .order_by("id")
            .values_list("record_id", "target_id")
        )
        found = known_ends({target for _record, target in pairs}, viewer)
        for record in missing:
            record.__dict__[slot] = [
                found[target] for pk, target in pairs if pk == record.pk and target in found
            ]

    def value(self, record: Any) -> Any:
        """The other ends."""
        pending = getattr(record, "pending", {})
        return pending.get(self.key) or record.__dict__.get(f"_{self.key}", [])

    def text(self, value: Any) -> str:
        """Their names."""
        return "; ".join(target.title for target in value or ())

    def cell(self, record: Any) -> str:
        """Links to them."""
        from orbita.records.cells import record_link
        from orbita.ui.html import format_html_join

        return format_html_join(", ", "{}", ((record_link(t),) for t in self.value(record)))

    def export(self, record: Any) -> Any:
        """The names, each with its ID number where the viewer may open it."""
        return join_items([numbered(target) for target in self.value(record)])

    def json(self, record: Any) -> Any:
        """Ids and names."""
        return [{"id": str(t.pk), "title": t.title} for t in self.value(record)]

    @property
    def json_input(self) -> dict[str, Any]:
        """A list of objects, ids or exact names."""
        return {"type": "array", "items": {"anyOf": [REFERENCE_JSON, {"type": "string"}]}}

    def past(self, raw: Any, resolver: PastResolver) -> str:
        """The name of the record with this id, as far as the viewer may know it."""
        from orbita.records.models import Record

        return resolver.name(Record, raw) if raw else ""

    def filter(self) -> Filter | None:
        """By the other ends."""
        return ReferencesFilter(self.target, self.link)

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A picker for several."""
        return RecordsChoiceField(
            listed_of_kind(self.target, viewer),
            label=self.label,
            required=self.required,
            help_text=self.help,
            widget=record_picker(self.target_kind(), viewer, multiple=True),
        )

    def from_form(self, value: Any) -> Any:
        """A list of records."""
        return list(value or ())

    def prepare(self, cells: Sequence[Any], context: Context) -> None:
        """Find all that the cells name, in a number of queries that does not depend on theirs."""
        names, known = self._names(context)
        names.forget()
        said = {text for cell in cells if isinstance(cell, str) for text in self.names_in(cell)}
        texts = {context.answers.get(text, text) for text in said} - {""}
        names.look_up(texts)
        wanted = {found for text in texts if (found := names.named(text).one)} - known.keys()
        known.update(listed_of_kind(self.target, context.viewer).in_bulk(wanted))

    def parse(self, cell: Any, context: Context) -> Any:
        """A cell names records as those of relations do, with semicolons between; see naming.py.

        A list holds ids or exact names. Raises `UnclearNamesError` for names in a cell that mean
        nobody, or several, and that are not answered.
        """
        if isinstance(cell, list):
            one = ReferenceField(self.key, self.label, target=self.target)
            listed = [one.parse(item, context) for item in cell]
            return list({target.pk: target for target in listed if target is not None}.values())
        names, known = self._names(context)
        said = self.names_in(cell)
        asked = {text: answer for text in said if (answer := context.answers.get(text, text))}
        names.look_up(asked.values())
        named = {text: names.named(answer) for text, answer in asked.items()}
        if unclear := [_unclear(text, one, names) for text, one in named.items() if not one.one]:
            raise UnclearNamesError(unclear)
        found = dict.fromkeys(one.one for one in named.values())
        for pk in found.keys() - known.keys():
            known[pk] = listed_of_kind(self.target, context.viewer).get(pk=pk)
        return [known[pk] for pk in found]

    def names_in(self, cell: Any) -> list[str]:
        """The names in a cell."""
        return list(filter(None, map(clean, split_items(to_text(cell)))))

    def clean(self, value: Any, context: Context) -> Any:
        """From the API: a list."""
        if not isinstance(value, list):
            raise ValidationError(_("Give a list"))
        return self.parse(value, context)

    def _names(self, context: Context) -> "tuple[Names, dict[Any, Any]]":
        """Who finds records by what cells say, and the records that it has found."""
        from orbita.records.naming import Names

        slot = f"records of {self.target}"
        if slot not in context.memory:
            context.memory[slot] = (Names(self.target_kind(), context.viewer), {})
        found: tuple[Names, dict[Any, Any]] = context.memory[slot]
        return found

    def combine(self, old: Any, new: Any) -> Any:
        """Those of both."""
        return list({one.pk: one for one in [*(old or ()), *(new or ())]}.values())

    def assign(self, record: Any, value: Any) -> None:
        """Wait until the record is stored; links that the viewer cannot see stay."""
        record.pending[self.key] = list(value or ())

    def store(self, pending: Sequence[tuple[Any, Any]]) -> None:
        """Make the visible links equal to the value."""
        for record, value in pending:
            wanted = {target.pk for target in value}
            shown = {target.pk for target in record.__dict__.get(f"_{self.key}", ())}
            links = self.link.objects.filter(record=record.pk)
            stored = set(links.values_list("target_id", flat=True))
            links.filter(target__in=(stored & shown) - wanted).delete()
            self.link.objects.bulk_create(
                self.link(record_id=record.pk, target_id=pk) for pk in wanted - stored
            )
            record.__dict__.pop(f"_{self.key}", None)

    def comparable(self, value: Any) -> Any:
        """Sorted ids."""
        return sorted(str(target.pk) for target in value or ()) or None


def _unclear(text: str, named: "Named", names: "Names") -> Unclear:
    """What is to be said of a name that means nobody, or several."""
    from orbita.records.naming import MOST_CANDIDATES

    if named.found:
        sentence = _("%(kind)s: %(count)d match; give %(fields)s") % {
            "kind": names.kind.labels.many,
            "count": len(named.found),
            "fields": names.advice(),
        }
        return Unclear(text, Verdict.SEVERAL, sentence, named.found[:MOST_CANDIDATES])
    verdict = Verdict.OTHER_KIND if named.other_kind else Verdict.MISSING
    return Unclear(text, verdict, _("Not found: %(name)s") % {"name": text[:80]})
