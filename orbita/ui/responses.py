"""Answers that htmx understands and that still work without it."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def is_modal(request: HttpRequest) -> bool:
    """Whether the page is shown in a dialog or a drawer over another page."""
    return bool(request.headers.get("HX-Request") and request.headers.get("X-Modal"))


def add_event(response: HttpResponse, name: str, detail: Any = None) -> HttpResponse:
    """Makes the browser dispatch the event `name` when the answer arrives."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[name] = detail if detail is not None else {}
    response["HX-Trigger"] = json.dumps(events, ensure_ascii=True)
    return response


def add_toast(
    response: HttpResponse,
    text: str,
    *,
    undo_url: str = "",
    open_url: str = "",
    open_label: str = "",
) -> HttpResponse:
    """Shows a toast with the answer; with `undo_url` it offers to take the action back.

    With `open_url` it has a button, called `open_label`, that opens a window.
    """
    detail = {"text": str(text), "undo_url": undo_url}
    if open_url:
        detail |= {"open_url": open_url, "open_label": open_label}
    return add_event(response, "toast", detail)


def go(
    request: HttpRequest,
    url: str,
    *,
    text: str = "",
    undo_url: str = "",
    open_url: str = "",
    open_label: str = "",
) -> HttpResponse:
    """Leads the browser to `url`, which shows the text as a toast; see `add_toast`."""
    if text and open_url:
        messages.info(request, text, extra_tags=f"{open_url} {open_label}")
    elif text:
        messages.success(request, text, extra_tags=undo_url)
    if request.headers.get("HX-Request") != "true":
        return redirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response


def done(
    request: HttpRequest, url: str, *, text: str = "", undo_url: str = "", event: str = ""
) -> HttpResponse:
    """After a form: tells the page beneath and closes the modal, or goes to `url`.

    Closing comes last: the events are dispatched from the form, which goes with the modal.
    """
    if not is_modal(request):
        return go(request, url, text=text, undo_url=undo_url)
    response = HttpResponse(status=204)
    if event:
        add_event(response, event)
    if text:
        add_toast(response, text, undo_url=undo_url)
    return add_event(response, "modal-done", {"url": url})
