"""Calls as notes: the facts of a call, and keeping them beside the note's text."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orbita.notes.models import Call, CallDirection, CallOutcome, Note
from orbita.notes.models.call import NUMBER_LENGTH
from orbita.records.fields.contact import phone_key
from orbita.ui.text import digits

CLOCKS_DIFFER = timedelta(minutes=5)
MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M"]


@dataclass(frozen=True)
class CallFacts:
    """What is known of a call."""

    direction: str
    outcome: str
    number: str
    at: datetime

    @property
    def words(self) -> str:
        """What the search finds besides the text."""
        return f"{self.number} {digits(self.number)}"


class CallFields(forms.Form):
    """The facts of a call, as pages and the API ask for them."""

    direction = forms.ChoiceField(
        label=_("Call"), choices=CallDirection, initial=CallDirection.OUTGOING
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=CallOutcome, initial=CallOutcome.REACHED
    )
    number = forms.CharField(label=_("Phone number"), max_length=NUMBER_LENGTH, required=False)
    at = forms.DateTimeField(
        label=_("When"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=MOMENTS,
        error_messages={"invalid": _("Enter a date and a time, for example 21.11.2026 14:05.")},
    )

    def clean_number(self) -> str:
        """The number as people of its country write it."""
        typed = self.cleaned_data["number"]
        return phone_key(typed)[0] if typed else ""

    def clean_at(self) -> datetime:
        """Now, where nothing else is said."""
        now = timezone.now()
        at = self.cleaned_data["at"] or now
        if at > now + CLOCKS_DIFFER:
            raise ValidationError(_("A call that is still to come cannot be noted."))
        return at

    @property
    def call(self) -> CallFacts:
        """The facts, once the form is valid."""
        return CallFacts(*(self.cleaned_data[name] for name in CallFields.base_fields))


def facts_of(note: Note) -> CallFacts | None:
    """The facts of the call of which a stored note tells, if it tells of one."""
    call: Any = getattr(note, "call", None)
    if call is None:
        return None
    return CallFacts(*(getattr(call, name) for name in CallFields.base_fields))


def keep(note: Note, facts: CallFacts | None) -> None:
    """Store the facts beside the note; a note without any stays what it is."""
    if facts is not None:
        Call.objects.update_or_create(note=note, defaults=asdict(facts))
