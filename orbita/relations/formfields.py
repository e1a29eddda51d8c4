"""The controls in which the other ends of a record are chosen."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from orbita.records.fields.reference import RecordChoiceField, RecordsChoiceField, listed_of_kind
from orbita.records.flowing import read_ids
from orbita.relations.checking import archived, gone, itself
from orbita.ui.formats import number
from orbita.ui.html import format_html
from orbita.ui.widgets import Option, Picker

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.relations.ends import Ends
    from orbita.relations.fields import RelationField


class NotItself:
    """Refuses the record in whose form the control stands."""

    own_id: Any = None

    def clean(self, value: Any) -> Any:
        """The chosen records."""
        given = value if isinstance(value, list | tuple) else [value]
        if self.own_id is not None and str(self.own_id) in map(str, given):
            raise itself()
        return super().clean(value)  # type: ignore[misc]


class EndField(NotItself, RecordChoiceField):
    """One other end."""


class EndsField(NotItself, RecordsChoiceField):
    """Several other ends."""


class ArchivedEndsField(RecordsChoiceField):
    """Ends of an archived type: they can be removed, and none comes."""

    hides_empty = True


class TooManyField(forms.Field):
    """Says how many ends there are, in place of more chips than a form can show."""

    def __init__(self, value: list[Any], **options: Any) -> None:
        super().__init__(**options)
        self.value = value

    def clean(self, value: Any) -> list[Any]:
        """What is there stays."""
        return self.value


class Sentence(forms.Widget):
    """A sentence instead of a control."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """The sentence; nothing is posted."""
        return format_html('<div class="form-control-plaintext">{}</div>', self.text)

    def id_for_label(self, id_: str) -> str:
        """There is nothing that a label could be of."""
        return ""


def ends_field(
    field: "RelationField", viewer: "User", record: Any, ends: "Ends", *, create_url: str
) -> forms.Field:
    """The control that fits the type and what is there."""
    if not ends.is_whole:
        return too_many(field, record, ends)
    if not field.facing.is_offered:
        return archived_ends(field, ends, viewer)
    is_one = field.facing.is_one and ends.count <= 1
    sort = EndField if is_one else EndsField
    found = sort(
        listed_of_kind(field.target, viewer),
        label=field.label,
        required=field.required,
        help_text=field.help,
        error_messages={"invalid_choice": gone().message, "invalid_pk_value": gone().message},
        widget=picker(field, viewer, record, ends, many=not is_one, create_url=create_url),
    )
    found.own_id = record.pk if record is not None else None
    return found


def picker(
    field: "RelationField",
    viewer: "User",
    record: Any,
    ends: "Ends",
    *,
    many: bool,
    create_url: str,
) -> Picker:
    """A picker that never offers the record itself; ended relations are marked as such."""
    kind = field.target_kind()
    url = reverse("suggest-records", kwargs={"kind": kind})
    return Picker(
        f"{url}?exclude={record.pk}" if record is not None and kind == field.kind else url,
        multiple=many,
        options=options(field, viewer, ends),
        create_url=create_url,
        create_label=kind.labels.add if create_url else "",
    )


def options(field: "RelationField", viewer: "User", ends: "Ends") -> Any:
    """What a picker shows for the chosen ids, in their order."""

    def found(values: list[str]) -> list[Option]:
        from orbita.records.hints import options_of

        ids = read_ids(values)
        rows = listed_of_kind(field.target, viewer).with_openness(viewer).filter(pk__in=ids)
        known = {row.pk: row for row in rows}
        shown = [known[pk] for pk in ids if pk in known]
        return [marked(one, ends) for one in options_of(shown, viewer)]

    return found


def marked(option: Option, ends: "Ends") -> Option:
    """The option with a word, if the relation to it is over."""
    if option.value not in {str(pk) for pk in ends.ended}:
        return option
    title = _("%(name)s (ended)") % {"name": option.title}
    return Option(option.value, title, option.detail, option.kind, option.initials)


def archived_ends(field: "RelationField", ends: "Ends", viewer: "User") -> forms.Field:
    """The ends that are there as chips, which can only be removed."""
    rows = listed_of_kind(field.target, viewer).filter(pk__in=[end.pk for end in ends.records])
    sentence = archived(field.facing).message
    return ArchivedEndsField(
        rows,
        label=field.label,
        required=False,
        help_text=_("This type is archived: relations of it can be removed, not added."),
        error_messages={"invalid_choice": sentence, "invalid_pk_value": sentence},
        widget=forms.SelectMultiple({"data-picker-local": ""}),
    )


def too_many(field: "RelationField", record: Any, ends: "Ends") -> forms.Field:
    """A sentence with the number and the way to the profile."""
    from orbita.records.cells import profile_url

    text = ngettext(
        "There is %(count)s, more than a form can show. Change it on the %(link)s.",
        "There are %(count)s, more than a form can show. Change them on the %(link)s.",
        ends.count,
    )
    link = format_html(
        '<a href="{}">{}</a>', profile_url(record), pgettext("change them on the …", "profile")
    )
    before, _sign, after = text.partition("%(link)s")
    count = {"count": number(ends.count)}
    sentence = format_html("{}{}{}", before % count, link, after % count)
    return TooManyField(
        list(ends.records), label=field.label, required=False, widget=Sentence(sentence)
    )
