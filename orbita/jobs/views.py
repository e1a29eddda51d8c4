"""The page of one piece of long work; with htmx it is the part that asks for itself."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from orbita.jobs.models import Job


@require_safe
@login_required
@never_cache
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far it is. The answer that says it has ended sends the event `job-finished`."""
    context = {"job": _own(request, pk)}
    if request.headers.get("HX-Request") != "true":
        return render(request, "jobs/job.html", context)
    response = render(request, "jobs/_job.html", context)
    if context["job"].is_finished:
        response["HX-Trigger"] = "job-finished"
    return response


@require_POST
@login_required
def cancellation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for the end; what is done stays done."""
    own = _own(request, pk)
    own.cancel()
    if request.headers.get("HX-Request") == "true":
        return render(request, "jobs/_job.html", {"job": own})
    return redirect("job", pk=pk)


def _own(request: HttpRequest, pk: UUID) -> Job:
    viewer: Any = request.user
    return get_object_or_404(Job.objects.visible_to(viewer), pk=pk)
