"""Answers about names that are not clear, and the rows in which they are left."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from orbita.imports import answering
from orbita.imports.finding import own_import
from orbita.imports.models import State
from orbita.imports.rejected import download, open_links_file
from orbita.ui.responses import go


@require_POST
def answers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what was answered, and check the file again with it."""
    imp = own_import(request, pk)
    viewer: Any = request.user
    preview = reverse("import-preview", args=[pk])
    if imp.state != State.PLANNED:
        return go(request, preview)
    try:
        if "forget" in request.POST:
            path, _sign, name = request.POST["forget"].partition(":")
            answering.forget(imp, path, name)
            return go(request, preview)
        form = answering.AnswersForm(answering.open_names(imp), viewer, request.POST)
        if form.is_valid() and (found := form.answers()):
            answering.answer(imp, found)
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return go(request, preview)


@require_safe
def open_links(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The rows with names that could not be linked, with the reasons, to be mended."""
    imp = own_import(request, pk)
    return download(imp, open_links_file, "relations", request.GET.get("format", ""))
