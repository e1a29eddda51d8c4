"""Forms for notes and comments."""

from dataclasses import asdict
from typing import Any, Self
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orbita.files import storing
from orbita.notes.calls import CallFacts, CallFields, facts_of
from orbita.notes.html import LONGEST, clean_html
from orbita.notes.models import Note, NoteVisibility
from orbita.notes.readers import EVERYBODY, Readers
from orbita.records.audience import LARGEST
from orbita.records.fields.participants import PeopleFormField, people_options
from orbita.records.models import ContactPoint, ContactType
from orbita.ui.widgets import Picker, RichText, Suggesting

COMPOSER_ID = "composer_%s"
"""Of its controls: a dialog with the same fields may stand above the composer."""


class BodyField(forms.CharField):
    """Text of the editor; cleaned to the HTML that may be stored."""

    default_error_messages = {"required": _("Write something first.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST, **options)

    def clean(self, value: Any) -> str:
        """The allowed part; text that leaves nothing counts as empty."""
        cleaned = clean_html(super().clean(value))
        if self.required and not cleaned:
            raise ValidationError(self.error_messages["required"], code="required")
        return cleaned


class BodyForm(forms.Form):
    """A text, with a token that makes sending it twice count once."""

    body = BodyField(label=_("Text"))
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, record: Any, draft: str = "", placeholder: Any = "", **options: Any
    ) -> None:
        options.setdefault("initial", {})
        options["initial"] = {"token": uuid4(), **options["initial"]}
        super().__init__(*args, **options)
        self.record = record
        self.fields["body"].widget = RichText(
            mention_url=f"{reverse('mention-suggest')}?record={record.pk}",
            draft=draft,
            placeholder=placeholder,
            attrs={"rows": 3, "maxlength": LONGEST, "aria-label": placeholder or _("Text")},
        )

    def again(self, data: Any) -> Self:
        """The same form about the same thing, with other data."""
        return type(self)(data, record=self.record)


class CommentForm(BodyForm):
    """A comment."""


class NoteForm(BodyForm):
    """A note: who reads it, and files with it. `readers` are those of a note that is edited."""

    visibility = forms.TypedChoiceField(
        label=_("Visible to"), choices=NoteVisibility, coerce=int, required=False, empty_value=None
    )

    def __init__(
        self, *args: Any, record: Any, readers: Readers = EVERYBODY, **options: Any
    ) -> None:
        options.setdefault("auto_id", "note_%s")
        given = {"visibility": readers.visibility, "chosen": list(readers.people)}
        options["initial"] = {**given, **options.get("initial", {})}
        super().__init__(*args, record=record, **options)
        self.present = readers
        self.fields["chosen"] = PeopleFormField(
            readers.people,
            label=_("Chosen people"),
            required=False,
            help_text=_(
                "You, administrators, and of these users and teams those with access to the record."
            ),
            widget=Picker(
                reverse("note-readers", kwargs={"kind": record.kind_object, "pk": record.pk}),
                multiple=True,
                options=people_options,
                attrs={"data-shown-for": f"visibility {NoteVisibility.CHOSEN}"},
            ),
        )

    def again(self, data: Any) -> Self:
        """The same form about the same note, with other data."""
        return type(self)(data, record=self.record, readers=self.present)

    def clean(self) -> dict[str, Any]:
        """The files are checked with the text, so that nothing is stored when either is wrong."""
        values = super().clean() or {}
        if values.get("visibility") == NoteVisibility.CHOSEN and "chosen" in values:
            count = len(values["chosen"])
            if not count:
                self.add_error("chosen", _("Choose at least one person or team."))
            elif count > LARGEST:
                text = _("Choose at most %(limit)d people and teams.")
                self.add_error("chosen", text % {"limit": LARGEST})
        try:
            storing.check(self.uploads)
        except ValidationError as error:
            self.add_error(None, error)
        return values

    @property
    def readers(self) -> Readers:
        """Who reads it; where nothing was said, those who read it before."""
        visibility = self.cleaned_data["visibility"]
        if visibility is None:
            return self.present
        is_for_chosen = visibility == NoteVisibility.CHOSEN
        return Readers(visibility, tuple(self.cleaned_data["chosen"]) if is_for_chosen else ())

    @property
    def call(self) -> CallFacts | None:
        """The call of which the note tells; none here."""
        return None

    @property
    def uploads(self) -> list[Any]:
        """The files that came with the note."""
        files: Any = self.files
        return files.getlist("files") if hasattr(files, "getlist") else []


class CallForm(CallFields, NoteForm):
    """A note of a call: the facts, of which a number may be one of the record's, and words."""

    field_order = ("direction", "outcome", "number", "at", "body", "visibility")

    def __init__(self, *args: Any, record: Any, **options: Any) -> None:
        points = ContactPoint.objects.filter(record=record.pk, type=ContactType.PHONE)
        numbers = [point.value for point in points]
        given = {"number": numbers[0] if numbers else "", "at": timezone.now()}
        options["initial"] = {**given, **options.get("initial", {})}
        super().__init__(*args, record=record, **options)
        self.fields["number"].widget = Suggesting(numbers, {"type": "tel", "autocomplete": "off"})
        self.fields["body"].required = False


def form_of(note: Note, *data: Any, **initial: Any) -> NoteForm:
    """The form of a stored note, of a call or not."""
    facts = facts_of(note)
    options: dict[str, Any] = {"record": note.record, "readers": Readers.of(note)}
    if facts is None:
        return NoteForm(*data, initial=initial, **options)
    return CallForm(*data, initial=asdict(facts) | initial, **options)


def empty_form(record: Any) -> NoteForm:
    """The composer's form; what is typed waits in the browser until it is sent."""
    return NoteForm(
        record=record,
        auto_id=COMPOSER_ID,
        draft=f"note-{record.pk}",
        placeholder=_("Write a note; @ mentions somebody"),
    )
