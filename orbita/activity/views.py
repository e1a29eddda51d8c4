"""The start page, notifications, following, the wall, writing e-mail."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from orbita.activity.around import remember_alone
from orbita.activity.dashboard import dashboard
from orbita.activity.following import follow, is_followed, unfollow
from orbita.activity.models import Notification
from orbita.activity.panels import wall_context
from orbita.activity.reading import COUNTED, items, mark_read, waiting
from orbita.activity.wall import EVERYTHING
from orbita.records.kinds import Kind
from orbita.records.models import ContactPoint, ContactType, Record
from orbita.ui.formats import number
from orbita.ui.responses import add_event, add_toast, go

PAGE = 30


def _is_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _readable(request: HttpRequest, kind: Kind, pk: UUID) -> Record:
    return get_object_or_404(Record.objects.readable_by(request.user), pk=pk, kind=kind.key)


class DashboardView(View):
    """GET /: where the day begins."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The viewer's own start page."""
        return render(request, "activity/dashboard.html", dashboard(request.user))  # type: ignore[arg-type]


class NotificationsView(View):
    """GET /notifications/: what happened to what one follows."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """A page, or with `before` the older ones alone."""
        viewer: Any = request.user
        before = request.GET.get("before", "")
        position = int(before) if before.isdecimal() and len(before) < 18 else None
        found = items(viewer, limit=PAGE + 1, before=position)
        shown = found[:PAGE]
        context = {
            "items": shown,
            "waiting": waiting(viewer),
            "older": shown[-1].id if len(found) > PAGE else None,
        }
        is_more = _is_part(request) and position is not None
        template = "activity/_notifications.html" if is_more else "activity/notifications.html"
        return render(request, template, context)


class ReadingView(View):
    """POST /notifications/reading/: everything counts as read."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Mark all."""
        mark_read(request.user)  # type: ignore[arg-type]
        return go(request, _way_back(request))


class OpeningView(View):
    """GET /notifications/<id>/: marks one as read and leads to what it is about."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Only one's own, and only while it may be seen."""
        viewer: Any = request.user
        rows = Notification.objects.shown_to(viewer)
        notification = get_object_or_404(rows.select_related("record"), pk=pk)
        mark_read(viewer, pk=pk)
        if notification.record is None:
            return go(request, reverse("notifications"))
        anchor = f"#entry-{notification.subject}" if notification.subject else ""
        return go(request, notification.record.get_absolute_url() + anchor)


def _way_back(request: HttpRequest) -> str:
    url = request.POST.get("next") or reverse("notifications")
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if is_ours else reverse("notifications")


class FollowsView(View):
    """POST and DELETE /companies/<id>/follows/: hear of the record, or no more."""

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Follow."""
        record = _readable(request, kind, pk)
        follow(record, by=request.user)  # type: ignore[arg-type]
        return self.answer(request, record, _("You will be told of changes"))

    def delete(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Unfollow."""
        record = _readable(request, kind, pk)
        unfollow(record, by=request.user)  # type: ignore[arg-type]
        return self.answer(request, record, _("You will not be told of changes any more"))

    def answer(self, request: HttpRequest, record: Any, text: str) -> HttpResponse:
        """The button in its new state."""
        if not _is_part(request):
            return go(request, record.get_absolute_url(), text=text)
        is_on = is_followed(record, request.user)  # type: ignore[arg-type]
        context = {"record": record, "kind": record.kind_object, "is_followed": is_on}
        response = render(request, "activity/_follow.html", context)
        return add_event(add_toast(response, text), "record-changed")


class WallView(View):
    """GET /companies/<id>/wall/?show=notes&q=…&after=…: a page of the wall."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The entries for htmx; a whole page otherwise."""
        return show_wall(request, _readable(request, kind, pk), request.GET)


class WallScopeView(View):
    """POST /companies/<id>/wall/scope/: walls show the record alone, or what belongs to it, too."""

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The wall as it is from now on; remembered for the viewer."""
        record = _readable(request, kind, pk)
        viewer: Any = request.user
        remember_alone(viewer, alone=request.POST.get("alone") == "1")
        if not _is_part(request):
            return go(request, record.get_absolute_url())
        return show_wall(request, record, request.POST)


def show_wall(request: HttpRequest, record: Any, asked: QueryDict) -> HttpResponse:
    """What the filters of the wall ask for."""
    context = wall_context(
        record,
        request.user,  # type: ignore[arg-type]
        show=asked.get("show", EVERYTHING),
        query=asked.get("q", "")[:200],
        cursor=asked.get("after", ""),
    )
    template = "activity/_entries.html" if _is_part(request) else "activity/wall_page.html"
    return render(request, template, context)


class EmailView(View):
    """GET /companies/<id>/email/: how to write to the record, while nobody has a mailbox here."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The addresses, each as a link to one's own mail program."""
        record = _readable(request, kind, pk)
        if not kind.has_contact_data:
            raise Http404
        points = ContactPoint.objects.filter(record=record, type=ContactType.EMAIL)
        addresses = list(points.order_by("position", "id"))
        context = {"record": record, "kind": kind, "addresses": addresses}
        return render(request, "activity/email.html", context)


class BellView(View):
    """GET /notifications/count/: the number on the bell."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Plain text; nothing when none waits, "99+" from a hundred on."""
        count = waiting(request.user)  # type: ignore[arg-type]
        text = f"{COUNTED - 1}+" if count >= COUNTED else number(count)
        return HttpResponse(text if count else "", content_type="text/plain")
