"""A caller of the API, and a look at what is stored."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from orbita.accounts.models import User
from orbita.accounts.tokens import issue_token


def told(answer: Any) -> Any:
    """Status, headers and body of an answer, but for the calls that are left."""
    headers = {k: v for k, v in answer.headers.items() if not k.startswith("RateLimit-")}
    return answer.status_code, headers, answer.content


class Caller:
    """Calls the API with a user's token, as a program would."""

    def __init__(self, user: User | None) -> None:
        self.client = Client()
        self.user = user
        self.headers: dict[str, str] = {"X-Request-Id": "the-same-for-all-calls"}
        if user is not None:
            self.headers["Authorization"] = f"Bearer {issue_token(user, 'test')}"

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer; `body` is sent as JSON, bytes as they are.

        What is changed may have any version, unless If_Match says otherwise; "" leaves it out.
        """
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        extra = {"If-Match": "*"} if method in ("PATCH", "PUT", "DELETE", "POST") else {}
        extra |= {name.replace("_", "-"): value for name, value in headers.items()}
        content_type = extra.pop("Content-Type", "application/json")
        return self.client.generic(
            method,
            f"/api/v1{path}",
            data,
            CONTENT_TYPE=content_type,
            headers=self.headers | extra,
        )

    def get(self, path: str, **headers: str) -> Any:
        """GET."""
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST."""
        return self("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        """PATCH."""
        return self("PATCH", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        """PUT."""
        return self("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        """DELETE."""
        return self("DELETE", path, **headers)


@pytest.fixture
def call() -> Callable[[User | None], Caller]:
    """`call(kasia)`: a caller with Kasia's token; `call(None)` has none."""
    return Caller


@pytest.fixture
def stored(db: None) -> Callable[[], Any]:
    """What the tables of records hold, for proofs that nothing changed."""
    from orbita.contacts.models import Company, Person
    from orbita.deals.models import Deal
    from orbita.products.models import Product
    from orbita.records.models import Address, ContactPoint, Grant, Group, RecordTag, Tag
    from orbita.spaces.models import Space

    models = (Company, Person, Deal, Product, Space, Address, ContactPoint, Grant, Group)

    def read() -> Any:
        rows = [list(model.objects.order_by("pk").values()) for model in (*models, RecordTag, Tag)]
        return json.dumps(rows, default=str)

    return read
