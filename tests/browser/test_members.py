"""Coming into the account: invited, accepted, at work."""

import re

from playwright.sync_api import expect

from orbita.accounts.models import User
from orbita.members.tests.conftest import link_in_mail


def test_an_invited_person_accepts_and_begins(browse, anna, teams, features):
    page = browse(anna, "/settings/users/")
    page.get_by_role("link", name="Invite users").click()
    form = page.get_by_role("dialog")
    form.locator("textarea").fill("olga@example.pl")
    form.locator("select[name=team]").select_option(label="Handel Północ")
    form.locator("select[name=language]").select_option("en")
    form.get_by_role("button", name="Send invitations").click()
    expect(page).to_have_url(re.compile("/settings/invitations/$"))
    expect(page.get_by_text("olga@example.pl")).to_be_visible()

    olga = browse(None, link_in_mail())
    expect(olga).to_have_url(re.compile("/invitation/$"))
    olga.locator("input[name=first_name]").fill("Olga")
    olga.locator("input[name=last_name]").fill("Sowa")
    olga.locator("input[name=password]").fill("cicha-woda-brzegi")
    olga.locator("select[name=language]").select_option("en")
    olga.locator("form:has([name=password]) button").click()
    expect(olga.locator(".top-user")).to_have_attribute("aria-label", re.compile("Olga Sowa"))
    expect(olga.locator("h1").first).to_be_visible()
    made = User.objects.get(email="olga@example.pl")
    assert (made.role, made.team) == ("user", teams["polnoc"])

    page.reload()
    expect(page.get_by_text("Accepted", exact=True)).to_be_visible()
