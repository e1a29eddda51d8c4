"""Optimistic locking: the version in the body or in If-Match must be the present one."""

import re
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from orbita.api.problems import Problem, invalid

_TAG = re.compile(r'(?:W/)?"(\d{1,18})"')


def take_version(body: dict[str, Any]) -> int | None:
    """The version that a change was made from, taken out of its body."""
    if "version" not in body:
        return None
    version = body.pop("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise invalid({"version": [_("Give a whole number")]})
    return version


def check_version(request: HttpRequest, record: Any, version: int | None = None) -> None:
    """Raise 412 where the caller has seen an older version than the stored one."""
    if version is not None and version != record.version:
        raise Problem(412)
    header = request.headers.get("If-Match", "").strip()
    if header and header != "*" and str(record.version) not in _TAG.findall(header):
        raise Problem(412)
