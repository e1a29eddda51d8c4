"""Profiles: the sections of the form with their values, and the file of one record."""

import re

import pytest

from orbita.records.kinds import Kind

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


def test_a_profile_leads_to_a_file_of_its_record_alone(client, kasia, make):
    acme = make("company", title="ACME", owner=kasia)
    make("company", title="Budex", owner=kasia)
    browser = client.as_(kasia)
    address = f"/companies/export/xlsx/?number.is={acme.number}&amp;whole=1"
    assert address in browser.get(acme.get_absolute_url()).content.decode()
    answer = browser.get(address.replace("&amp;", "&").replace("xlsx", "csv"))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "ACME" in lines[1]


def test_without_the_right_a_profile_offers_no_file(client, kasia, make, monkeypatch):
    acme = make("company", title="ACME", owner=kasia)
    may = Kind.may
    monkeypatch.setattr(
        Kind, "may", lambda kind, viewer, action: action != "export" and may(kind, viewer, action)
    )
    page = client.as_(kasia).get(acme.get_absolute_url())
    assert page.status_code == 200
    assert "/export/" not in page.content.decode()
