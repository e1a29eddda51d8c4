"""Which methods an address takes, and what nobody may tell apart (VIS-05, VIS-38)."""

from uuid import uuid4

import pytest

from orbita.api.openapi.document import document
from orbita.api.tests.conftest import told
from orbita.records.models import Visibility

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")


def test_each_address_takes_its_methods_alone(call, features, kasia, stored):
    """VIS-38: others are 405 and name those that there are, whatever a header overrides."""
    api, before = call(kasia), stored()
    for path, methods in document()["paths"].items():
        known = {name.upper() for name in methods} - {"PARAMETERS"}
        known |= {"HEAD"} if "GET" in known else set()
        address = path.replace("{id}", str(uuid4())).replace("{slug}", "companies")
        for method in METHODS:
            answer = api(method, address, X_HTTP_Method_Override="DELETE")
            assert (answer.status_code == 405) is (method not in known), (method, path)
            if method not in known:
                assert set(answer["Allow"].split(", ")) == known
                assert answer["Content-Type"] == "application/problem+json"
    assert stored() == before


@pytest.mark.parametrize("slug", ["companies", "deals"])
def test_hidden_invented_and_malformed_ids_are_alike(call, make, kasia, ewa, stored, slug):
    """VIS-05: status, headers and body of every operation on one record."""
    key = {"companies": "company", "deals": "deal"}[slug]
    hidden = make(key, title="Fuzja X", owner=kasia, visibility=Visibility.HIDDEN)
    api, before = call(ewa), stored()
    for path, methods in document()["paths"].items():
        if not path.startswith(f"/{slug}/{{id}}"):
            continue
        for method in set(methods) - {"parameters"}:
            for match in ("*", "", '"1"'):
                answers = [
                    told(api(method.upper(), path.replace("{id}", pk), {}, If_Match=match))
                    for pk in (str(hidden.pk), str(uuid4()), "x", "0" * 36)
                ]
                assert all(answer == answers[0] for answer in answers), (method, path, match)
                assert answers[0][0] == 404
    assert stored() == before
