"""Errors as RFC 9457 problem documents, with sentences in the caller's language.

An answer never tells why something is out of sight: no right, no record and no such kind are
alike, byte by byte but for the id of the request.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.records.merging.survivors import survivor_of
from orbita.ui.request_id import current_request_id

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

TITLES: dict[int, str | Promise] = {
    400: gettext_lazy("The request cannot be understood"),
    401: gettext_lazy("A valid API token is needed"),
    403: gettext_lazy("You may not do this"),
    404: gettext_lazy("There is nothing at this address, or you may not see it"),
    308: gettext_lazy("The record became part of another one"),
    405: gettext_lazy("This address does not take this method"),
    409: gettext_lazy("The request does not fit the present state"),
    412: gettext_lazy("Somebody has changed the record in the meantime"),
    413: gettext_lazy("The request is too large"),
    415: gettext_lazy("The body must be JSON in UTF-8"),
    422: gettext_lazy("Some values are not right"),
    428: gettext_lazy("Say by If-Match which version you have seen"),
    429: gettext_lazy("Too many calls; wait a moment"),
    500: gettext_lazy("Something went wrong"),
    503: gettext_lazy("The service is not available for a moment"),
    507: gettext_lazy("The disk is full"),
}
Errors = Mapping[str, Sequence[str]]


class Problem(Exception):  # noqa: N818 - it is what the standard calls it
    """An answer that is an error; raise it anywhere below a view of the API."""

    def __init__(
        self,
        status: int,
        detail: str | Promise = "",
        *,
        errors: Errors | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(status, detail)
        self.status, self.detail, self.errors = status, detail, errors
        self.headers, self.more = headers or {}, more

    def response(self) -> HttpResponse:
        """The problem as an answer."""
        return problem_response(
            self.status, self.detail, errors=self.errors, headers=self.headers, **self.more
        )


def not_found() -> Problem:
    """For what does not exist and for what the caller may not know of."""
    return Problem(404)


def absent(kind: "Kind", viewer: "User", pk: UUID, *, path: str = "") -> Problem:
    """For an id that leads to nothing; to another record, if it was merged into that one.

    Reading (`path` is the address that was asked) is sent on, writing is refused: both name the
    record in `merged_into`. A merger can be undone, so nobody may keep the answer.
    """
    survivor = survivor_of(pk, viewer)
    if survivor is None or survivor.kind != kind.key:
        return not_found()
    merged_into = str(survivor.pk)
    if not path:
        return Problem(409, TITLES[308], merged_into=merged_into)
    headers = {"Location": f"{path.rpartition('/')[0]}/{merged_into}", "Cache-Control": "no-store"}
    return Problem(308, headers=headers, merged_into=merged_into)


def forbidden() -> Problem:
    """For what the caller may read and not change."""
    return Problem(403)


def invalid(errors: Errors) -> Problem:
    """For values that are wrong, with sentences by field key."""
    return Problem(422, errors=errors)


def problem_response(
    status: int,
    detail: str | Promise = "",
    *,
    errors: Errors | None = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> HttpResponse:
    """A problem document; `errors` holds sentences by field key, `more` further members.

    The title says what sort of problem it is, the detail what it is this time; `instance` names
    the request, which the server's log knows by the same id.
    """
    title = str(TITLES.get(status) or _("Something went wrong"))
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": str(detail or title),
        "instance": f"urn:orbita:request:{current_request_id.get()}",
    }
    if errors:
        body["errors"] = {key: [str(text) for text in texts] for key, texts in errors.items()}
    return JsonResponse(
        body | more,
        status=status,
        content_type="application/problem+json",
        headers=dict(headers or {}),
        json_dumps_params={"ensure_ascii": False},
    )
