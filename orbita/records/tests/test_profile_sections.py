"""The left column of a profile: the sections of the form with their values."""

import re

import pytest

pytestmark = pytest.mark.django_db
SECTION = re.compile(r'<details class="card detail-card"( open)?>\s*<summary><h2>([^<]+)</h2>')


def sections(browser, record):
    """The sections by name, and whether they are open."""
    page = browser.get(record.get_absolute_url()).content.decode()
    return {label: bool(is_open) for is_open, label in SECTION.findall(page)}


def test_a_section_without_a_value_is_folded(client, kasia, make):
    bare = make("company", title="ACME", owner=kasia)
    told = make("company", title="Budex", owner=kasia, description="Od 2010 roku")
    browser = client.as_(kasia)
    assert sections(browser, bare)["Other data"] is False
    assert sections(browser, bare)["About the record"] is True
    assert sections(browser, told)["Other data"] is True
