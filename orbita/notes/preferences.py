"""What the account decides about notes."""

from django.utils.translation import gettext_lazy as _

from orbita.notes.editing import DAY, EVER, HOUR, SETTING
from orbita.preferences.declared import Section, Setting, register

register(
    Section(
        "notes",
        _("Notes"),
        icon="note",
        order=36,
        synonyms=_("comments, editing, history of notes"),
    ),
    Setting(
        SETTING,
        str,
        EVER,
        _("Authors may change their notes and comments"),
        "notes",
        choices=(
            (EVER, _("Always")),
            (HOUR, _("For an hour after writing")),
            (DAY, _("For a day after writing")),
        ),
        help=_(
            "Afterwards the text and who sees it stay as they are; deleting remains possible. "
            "What edited notes and comments said before is kept."
        ),
    ),
)
