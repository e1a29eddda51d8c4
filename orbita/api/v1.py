"""The API of version 1: routers, authentication, errors."""

import logging

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as NinjaValidationError

from orbita.api import (
    account,
    bin,
    catalogue,
    dictionaries,
    import_verbs,
    imports,
    notes,
    records,
    relation_types,
    relations,
)
from orbita.api.auth import bearer
from orbita.api.problems import Problem, problem_response

logger = logging.getLogger(__name__)

api = NinjaAPI(
    title="Orbita",
    version="1",
    auth=bearer,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api-v1",
)
for module in (
    *(account, catalogue, dictionaries, bin, imports, import_verbs),
    *(relation_types, relations, notes, records),
):
    api.add_router("", module.router)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return error.response()


@api.exception_handler(AuthenticationError)
def _unauthorized(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem_response(401, headers={"WWW-Authenticate": "Bearer"})


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem_response(404)


@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problem_response(403)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_response(error.status_code)


@api.exception_handler(NinjaValidationError)
def _bad_parameters(request: HttpRequest, error: NinjaValidationError) -> HttpResponse:
    return problem_response(400)


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem_response(413)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem_response(422, errors={"": error.messages})


@api.exception_handler(DataError)
def _out_of_range(request: HttpRequest, error: DataError) -> HttpResponse:
    """A value that passed its field and not its column; nothing was written."""
    logger.warning("A value does not fit its column", exc_info=error)
    return problem_response(422, _("A value is out of range"))


@api.exception_handler(IntegrityError)
def _conflict(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    """Something that the body names was removed in the meantime; nothing was written."""
    logger.warning("A write contradicts the database", exc_info=error)
    return problem_response(409)
