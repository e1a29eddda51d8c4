"""Mails about membership."""

from django.utils.translation import gettext as _

from orbita import preferences
from orbita.accounts.mail import Letter, Undeliverable, register
from orbita.accounts.models import Invitation
from orbita.ui.formats import moment


@register
class InvitationLetter(Letter):
    """Asks somebody into the account. The link is made when the letter is sent."""

    name = "members.invitation"
    limited = True

    def __init__(self, to: str, *, invitation: str) -> None:
        rows = Invitation.objects.open().select_related("invited_by")
        found = rows.filter(pk=invitation, email=to).first()
        if found is None:
            raise Undeliverable
        self.to, self.language, self.invitation = to, found.language, found

    def subject(self) -> str:
        """Who invites, and where to."""
        return _("%(name)s invites you to %(account)s") % {
            "name": self.invitation.invited_by.name,
            "account": preferences.get("account.name"),
        }

    def lines(self) -> list[str]:
        """What to do."""
        return [_("Choose your name and a password, and you can begin.")]

    def button(self) -> tuple[str, str]:
        """The page on which the invitation is accepted."""
        from django.urls import reverse

        return _("Accept the invitation"), reverse("invitation", args=[self.invitation.token])

    def after(self) -> list[str]:
        """How long it works."""
        until = moment(self.invitation.expires_at)
        return [
            _("The link works once, until %(time)s.") % {"time": until},
            _("If you do not know the sender, ignore this message."),
        ]
