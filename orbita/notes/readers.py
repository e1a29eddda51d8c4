"""Who reads a note among those who may open its record, and whom its author must be told of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.utils.translation import gettext as _

from orbita.accounts.models import User
from orbita.notes.html import mentioned
from orbita.notes.models import NoteVisibility
from orbita.notes.suggesting import openers
from orbita.records.audience import is_chosen, members_of, people_of

if TYPE_CHECKING:
    from orbita.accounts.models import Team
    from orbita.notes.models import Note


@dataclass(frozen=True)
class Readers:
    """For whom a note is: everybody with access, its author alone, or chosen people."""

    visibility: int = NoteVisibility.EVERYONE
    people: "tuple[User | Team, ...]" = ()

    @classmethod
    def of(cls, note: "Note") -> Self:
        """Those of a stored note."""
        people = people_of(note.audience) if note.is_for_chosen else ()
        return cls(note.visibility, tuple(people))

    @classmethod
    def chosen(cls, people: "Iterable[User | Team]") -> Self:
        """These people; everybody, if there are none."""
        found = tuple(people)
        return cls(NoteVisibility.CHOSEN, found) if found else cls()

    @property
    def is_private(self) -> bool:
        """Whether the author alone reads it."""
        return self.visibility == NoteVisibility.AUTHOR_ONLY

    @property
    def audience(self) -> list[UUID]:
        """The ids of the chosen ones."""
        is_for_chosen = self.visibility == NoteVisibility.CHOSEN
        return sorted(one.pk for one in self.people) if is_for_chosen else []

    @property
    def closed_audience(self) -> list[UUID] | None:
        """The same for what hangs on the note; None where nobody is chosen."""
        return self.audience if self.visibility == NoteVisibility.CHOSEN else None

    def include(self, user: User) -> bool:
        """Whether it is for this user, who is not the author."""
        if self.visibility == NoteVisibility.CHOSEN:
            return is_chosen(user, self.audience)
        return not self.is_private


EVERYBODY = Readers()
AUTHOR = Readers(NoteVisibility.AUTHOR_ONLY)


def warnings(record: Any, body: str, readers: Readers, *, author: User) -> list[str]:
    """Sentences about those who were chosen and may not read it, or mentioned and hear nothing."""
    if readers.is_private:
        return []
    found = []
    if names := _chosen_in_vain(record, readers):
        found.append(_("Cannot read it, for lack of access to the record: %(names)s.") % names)
    people = list(User.objects.active().filter(pk__in=mentioned(body)).select_related("team"))
    known = openers(record, people)
    if names := _names(user for user in people if user.pk not in known):
        found.append(_("Not notified, for lack of access: %(names)s.") % names)
    others = (user for user in people if user.pk in known and user.pk != author.pk)
    if names := _names(user for user in others if not readers.include(user)):
        found.append(_("Not notified, since the note is not for them: %(names)s.") % names)
    return found


def _chosen_in_vain(record: Any, readers: Readers) -> dict[str, str]:
    """The chosen users without access, and the teams of which no member has it."""
    if not readers.audience:
        return {}
    members = list(members_of(readers.people))
    known = openers(record, members)
    reached = {pk for user in members if user.pk in known for pk in (user.pk, user.team_id)}
    return _names(one for one in readers.people if one.pk not in reached)


def _names(people: "Iterable[User | Team]") -> dict[str, str]:
    """Names for a sentence; nothing, if there are none."""
    found: Sequence[str] = [one.name for one in people]
    return {"names": ", ".join(found)} if found else {}
