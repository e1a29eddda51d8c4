"""What tests of members need beside the cast."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.urls import reverse

from orbita.accounts.models import User
from orbita.jobs.testing import run_jobs


@pytest.fixture
def invited(client, anna: User) -> Callable[..., str]:
    """`invited("a@example.pl", role="manager")`: Anna invites; the path of the link in the mail."""

    def invite(email: str, **values: str) -> str:
        page = client.as_(anna).post(
            reverse("invite"), {"emails": email, "role": "user", "language": "en", **values}
        )
        assert page.status_code == 302
        client.logout()
        return link_in_mail()

    return invite


def link_in_mail() -> str:
    """The path of the link in the latest mail."""
    run_jobs()
    found = re.search(r"http://\S+(/invitation/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]
