"""Entity tags: which version of a thing a caller has seen, and whether it still stands.

A tag is `"STATE-SHOWN"`. STATE changes with what is stored (the version of a record, a digest of
other things) and is what If-Match compares; SHOWN is a digest of the very answer, so that
If-None-Match never spares a caller a change that lies beside the record, such as a new relation.
STATE alone, in quotation marks, does for If-Match.
"""

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from orbita.api.output import api_fields
from orbita.api.problems import Problem
from orbita.records.history import fields_changed_since

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_VERSION = re.compile(r"[0-9]{1,18}", re.ASCII)
ANY = "*"


def state_of(value: Any) -> str:
    """The state of a thing without a version: a digest of what is stored of it."""
    return _digest(json.dumps(value, sort_keys=True, default=str).encode())


def put_tag(response: HttpResponse, state: Any) -> None:
    """Give the answer its entity tag."""
    shown = _digest(response.content)
    response["ETag"] = f'"{state}-{shown}"' if state != "" else f'"{shown}"'


def is_known(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether If-None-Match names the answer, which then need not be sent."""
    header = request.headers.get("If-None-Match", "").strip()
    tag = _TAG.search(response.get("ETag", ""))
    if not header or tag is None:
        return False
    return header == ANY or tag[1] in _TAG.findall(header)


def check_state(request: HttpRequest, state: str) -> None:
    """Raise 428 where the caller does not say what they have seen, 412 where it is an old state."""
    if not _is_seen(request, state):
        raise Problem(412, headers={"ETag": f'"{state}"'})


def check_version(request: HttpRequest, kind: "Kind", record: Any, viewer: "User") -> None:
    """The same for a record; 412 then names the fields that changed since."""
    if _is_seen(request, str(record.version)):
        return
    seen = [int(state) for state in _seen(request) if _VERSION.fullmatch(state)]
    known = api_fields(kind, viewer)
    changed = fields_changed_since(record, max(seen), viewer) if seen else []
    labels = {key: str(known[key].label) for key in changed if key in known}
    text = _("Changed in the meantime: %(names)s") % {"names": ", ".join(labels.values())}
    raise Problem(
        412,
        text if labels else "",
        headers={"ETag": f'"{record.version}"'},
        version=record.version,
        changed=list(labels),
    )


def _is_seen(request: HttpRequest, state: str) -> bool:
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise Problem(428)
    if header == ANY:
        return True
    seen = _seen(request)
    if not seen:
        raise Problem(400, _("If-Match is an ETag in quotation marks, or *"))
    return state in seen


def _seen(request: HttpRequest) -> list[str]:
    """The states that If-Match names."""
    return [tag.partition("-")[0] for tag in _TAG.findall(request.headers.get("If-Match", ""))]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
