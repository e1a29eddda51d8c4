"""A telephone call of which a note tells."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.notes.models.note import Note
from orbita.ui.text import digits

NUMBER_LENGTH = 40


class CallDirection(models.TextChoices):
    """Who called whom."""

    OUTGOING = "outgoing", _("Outgoing call")
    INCOMING = "incoming", _("Incoming call")


class CallOutcome(models.TextChoices):
    """What became of it."""

    REACHED = "reached", _("Reached")
    NOT_REACHED = "not_reached", _("Not reached")
    MESSAGE = "message", _("Left a message")


class Call(models.Model):
    """What is known of the call beside the text of its note, which decides who sees it."""

    note = models.OneToOneField(Note, models.CASCADE, primary_key=True, related_name="call")
    direction = models.CharField(max_length=10, choices=CallDirection)
    outcome = models.CharField(max_length=12, choices=CallOutcome)
    number = models.CharField(max_length=NUMBER_LENGTH, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.get_direction_display()} · {self.get_outcome_display()}"

    @property
    def icon(self) -> str:
        """The sign of its direction and outcome."""
        if self.outcome == CallOutcome.NOT_REACHED:
            return "phone-x"
        return "phone-incoming" if self.direction == CallDirection.INCOMING else "phone-outgoing"

    @property
    def href(self) -> str:
        """The number as a link that calls it."""
        sign = "+" if self.number.startswith("+") else ""
        return f"tel:{sign}{digits(self.number)}"
