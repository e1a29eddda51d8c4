"""Starts the provider, and logs people in at it as their browser would."""

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests
from django.conf import settings

from orbita.launcher.node_packages import node_command
from orbita.sso.provider import forget_provider

HERE = Path(__file__).parent
SECRET = "the secret of the tests"


@dataclass(frozen=True)
class Provider:
    """A running provider."""

    issuer: str

    def settings(self) -> dict[str, object]:
        """What an operator would put into the environment."""
        return {
            "OIDC_ISSUER": self.issuer,
            "OIDC_CLIENT_ID": "orbita",
            "OIDC_CLIENT_SECRET": SECRET,
            "OIDC_LABEL": "Firma SSO",
        }

    def know(self, person: str) -> str:
        """Tell the provider who "7|ola@x.pl|yes" is: sub, e-mail, verified; answers the sub."""
        sub, email, verified = person.split("|")
        about = {"email": email, "verified": verified}
        requests.get(f"{self.issuer}/people/{sub}", params=about, timeout=10).raise_for_status()
        return sub

    def log_in(self, address: str, person: str) -> str:
        """Go through log-in and consent; the address of ours that the provider sends back to."""
        sub = self.know(person)
        with requests.Session() as browser:
            answer = browser.get(address, allow_redirects=False, timeout=10)
            for _step in range(12):
                if "location" in answer.headers:
                    address = urljoin(answer.url, answer.headers["location"])
                    if not address.startswith(self.issuer):
                        return address
                    answer = browser.get(address, allow_redirects=False, timeout=10)
                    continue
                action = unescape(re.search(r'action="([^"]+)"', answer.text).group(1))
                prompt = re.search(r'name="prompt" value="(\w+)"', answer.text).group(1)
                form = {"prompt": prompt, "login": sub, "password": "x"}
                answer = browser.post(
                    urljoin(answer.url, action), data=form, allow_redirects=False, timeout=10
                )
        raise AssertionError(f"the provider asks for ever: {answer.text[:500]}")


@contextmanager
def running_provider(*base_urls: str) -> Iterator[Provider]:
    """The provider, for an Orbita at these addresses."""
    if not (HERE / "node_modules" / "oidc-provider").is_dir():
        pytest.skip("the provider is not installed; `make develop` does it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    callbacks = [f"{url}/login/sso/callback/" for url in base_urls]
    command = [node_command(), str(HERE / "server.js"), str(port), *callbacks]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout.readline() == "ready\n"
        yield Provider(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.wait()


@contextmanager
def configured(provider: Provider, base_url: str) -> Iterator[None]:
    """Orbita with this provider in its environment."""
    values = {**provider.settings(), "BASE_URL": base_url}
    before = {name: getattr(settings, name) for name in values}
    forget_provider()
    for name, value in values.items():
        setattr(settings, name, value)
    yield
    for name, value in before.items():
        setattr(settings, name, value)
    forget_provider()
