"""Forms for notes and comments."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orbita.files import storing
from orbita.notes.html import LONGEST, clean_html
from orbita.notes.models import NoteVisibility
from orbita.ui.widgets import RichText


class BodyField(forms.CharField):
    """Text of the editor; cleaned to the HTML that may be stored."""

    default_error_messages = {"required": _("Write something first.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST, **options)

    def clean(self, value: Any) -> str:
        """The allowed part; text that leaves nothing counts as empty."""
        cleaned = clean_html(super().clean(value))
        if not cleaned:
            raise ValidationError(self.error_messages["required"], code="required")
        return cleaned


class BodyForm(forms.Form):
    """A text, with a token that makes sending it twice count once."""

    body = BodyField(label=_("Text"))
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, record_id: UUID, draft: str = "", placeholder: Any = "", **options: Any
    ) -> None:
        options.setdefault("initial", {})
        options["initial"] = {"token": uuid4(), **options["initial"]}
        super().__init__(*args, **options)
        self.fields["body"].widget = RichText(
            mention_url=f"{reverse('mention-suggest')}?record={record_id}",
            draft=draft,
            placeholder=placeholder,
            attrs={"rows": 3, "maxlength": LONGEST, "aria-label": placeholder or _("Text")},
        )


class CommentForm(BodyForm):
    """A comment."""


class NoteForm(BodyForm):
    """A note: who sees it, and files with it."""

    private = forms.BooleanField(label=NoteVisibility.AUTHOR_ONLY.label, required=False)

    def clean(self) -> dict[str, Any]:
        """The files are checked with the text, so that nothing is stored when either is wrong."""
        values = super().clean() or {}
        try:
            storing.check(self.uploads)
        except ValidationError as error:
            self.add_error(None, error)
        return values

    @property
    def uploads(self) -> list[Any]:
        """The files that came with the note."""
        files: Any = self.files
        return files.getlist("files") if hasattr(files, "getlist") else []


def empty_form(record: Any) -> NoteForm:
    """The composer's form; what is typed waits in the browser until it is sent."""
    return NoteForm(
        record_id=record.pk,
        draft=f"note-{record.pk}",
        placeholder=_("Write a note; @ mentions somebody"),
    )
