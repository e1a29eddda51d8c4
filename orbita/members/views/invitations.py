"""Account settings > Users > Invitations; and the page to which an invitation leads."""

from typing import Any
from uuid import UUID

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from orbita import preferences
from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.limits import too_many_requests
from orbita.accounts.models import Invitation, User
from orbita.members import inviting
from orbita.members.forms import AcceptForm, InviteForm
from orbita.members.reading import invitation_lines
from orbita.members.views.frame import (
    AdministratorsOnly,
    form_page,
    members_page,
    tabs,
)
from orbita.ui.formats import number
from orbita.ui.responses import go

SHOWN = 100
KEY = "invitation"


class InvitationsView(AdministratorsOnly, View):
    """GET /settings/invitations/: who was invited, and what became of it."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Those that wait, and the latest of the others."""
        rows = Invitation.objects.select_related("team", "user")
        context = {
            "waiting": invitation_lines(rows.waiting()),
            "past": invitation_lines(rows.exclude(pk__in=rows.waiting().values("pk"))[:SHOWN]),
            **tabs("invitations"),
        }
        return members_page(request, "users", "members/invitations.html", **context)


class InviteView(AdministratorsOnly, View):
    """GET and POST /settings/invitations/new/."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        return self.page(request, InviteForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Invite everybody, or nobody."""
        form = InviteForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        values: dict[str, Any] = dict(form.cleaned_data)
        viewer: Any = request.user
        try:
            made = inviting.invite(values.pop("emails"), by=viewer, request=request, **values)
        except ValidationError as error:
            form.add_error("emails", ValidationError(error.messages))
        except inviting.TooMany as wait:
            form.add_error("emails", too_many_sentence(wait))
            response = self.page(request, form, status=429)
            response["Retry-After"] = str(wait.seconds)
            return response
        else:
            return go(request, reverse("invitations"), text=sent_sentence(len(made)))
        return self.page(request, form)

    def page(self, request: HttpRequest, form: InviteForm, *, status: int = 0) -> HttpResponse:
        """The form."""
        return form_page(
            request,
            form,
            title=_("Invite users"),
            submit=_("Send invitations"),
            back=reverse("invitations"),
            status=status,
        )


class ResendView(AdministratorsOnly, View):
    """POST …/<id>/sending/: a new link; the former one is dead."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Send it again."""
        invitation, viewer = get_object_or_404(Invitation, pk=pk), request.user
        try:
            inviting.send_again(invitation, by=viewer, request=request)  # type: ignore[arg-type]
        except inviting.TooMany as wait:
            return too_many_requests(request, wait.seconds)
        except inviting.Dead:
            text = _("This invitation was accepted or withdrawn meanwhile.")
            return go(request, reverse("invitations"), text=text)
        return go(request, reverse("invitations"), text=sent_sentence(1))


class WithdrawalView(AdministratorsOnly, View):
    """POST …/<id>/withdrawal/: the link is dead."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Withdraw it."""
        invitation, viewer = get_object_or_404(Invitation, pk=pk), request.user
        inviting.withdraw(invitation, by=viewer, request=request)  # type: ignore[arg-type]
        return go(request, reverse("invitations"), text=_("The invitation is withdrawn."))


@method_decorator([login_not_required, never_cache], name="dispatch")
class InvitationView(View):
    """GET /invitation/<token>/: the link of the mail. The token leaves the address at once."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """To the form, if the link works; else the page that says why not."""
        invitation = Invitation.find(token)
        if invitation is None or not may_come(invitation):
            return dead_page(request, invitation)
        request.session[KEY] = token
        return redirect("invitation-acceptance")


@method_decorator(
    [login_not_required, never_cache, sensitive_post_parameters("password")], name="dispatch"
)
class AcceptanceView(View):
    """GET and POST /invitation/: name, password, language; then the account is open."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        invitation = self.invitation(request)
        if invitation is None or not may_come(invitation):
            return dead_page(request, invitation)
        return self.page(request, AcceptForm(invitation, get_language() or "pl"))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Come in."""
        invitation = self.invitation(request)
        if invitation is None or not may_come(invitation):
            return dead_page(request, invitation)
        form = AcceptForm(invitation, get_language() or "pl", request.POST)
        if not form.is_valid():
            return self.page(request, form)
        try:
            user = inviting.accept(invitation, form.cleaned_data, request=request)
        except inviting.Dead:
            return dead_page(request, self.invitation(request))
        request.session.flush()
        login(request, user)
        record_event(AuditAction.LOGGED_IN, by=user, request=request, ways=["invitation"])
        return redirect("/")

    def invitation(self, request: HttpRequest) -> Invitation | None:
        """The one whose link was opened in this browser."""
        return Invitation.find(str(request.session.get(KEY, "")))

    def page(self, request: HttpRequest, form: AcceptForm) -> HttpResponse:
        """The form."""
        account = preferences.get("account.name")
        context = {"form": form, "invitation": form.invitation, "account": account}
        status = 422 if form.errors else 200
        return render(request, "members/acceptance.html", context, status=status)


def may_come(invitation: Invitation) -> bool:
    """Whether the link works and nobody has the address yet."""
    is_taken = User.objects.filter(email__iexact=invitation.email).exists()
    return invitation.is_open and not is_taken


def dead_page(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    """Why the link leads nowhere; for a link that we did not make, or an older one, no more."""
    request.session.pop(KEY, None)
    state = invitation.state if invitation else ""
    return render(request, "members/dead_invitation.html", {"state": state}, status=410)


def sent_sentence(count: int) -> str:
    """How many were sent."""
    text = ngettext("%(count)s invitation is sent.", "%(count)s invitations are sent.", count)
    return text % {"count": number(count)}


def too_many_sentence(wait: inviting.TooMany) -> str:
    """Who had enough, and how long to wait."""
    minutes = -(-wait.seconds // 60)
    if wait.email:
        text = ngettext(
            "%(email)s was written to three times within an hour. Try again in %(count)s minute.",
            "%(email)s was written to three times within an hour. Try again in %(count)s minutes.",
            minutes,
        )
        return text % {"email": wait.email, "count": number(minutes)}
    text = ngettext(
        "You have sent many invitations. Try again in %(count)s minute.",
        "You have sent many invitations. Try again in %(count)s minutes.",
        minutes,
    )
    return text % {"count": number(minutes)}
