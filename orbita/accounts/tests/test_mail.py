"""Our own mails: written by the worker, in the language of their reader."""

import logging

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from orbita.accounts import mail
from orbita.accounts.mail_files import EmailBackend
from orbita.jobs.testing import run_jobs, waiting_jobs


class Reminder(mail.Letter):
    """A letter with everything."""

    name = "tests.reminder"
    limited = True

    def __init__(self, to: str, *, what: str) -> None:
        if what == "gone":
            raise mail.Undeliverable
        self.to, self.what, self.language = to, what, "pl"

    def subject(self) -> str:
        return f"{_('Log in')}\r\nBcc: evil@example.pl"

    def lines(self) -> list[str]:
        return [self.what]

    def button(self) -> tuple[str, str]:
        return _("Password"), "/login/"


mail.register(Reminder)
pytestmark = pytest.mark.django_db


def test_a_letter_waits_in_the_queue_and_goes_out_in_the_language_of_its_reader(settings):
    settings.BASE_URL = "https://crm.example.pl/"
    assert mail.send(Reminder, to=" Ola@Example.pl", what="<b>1 & 2</b>") == 0
    [(task, arguments)] = waiting_jobs()
    assert (task, arguments["to"], outbox.outbox) == ("jobs.mail", "ola@example.pl", [])
    run_jobs()
    [sent] = outbox.outbox
    page = sent.alternatives[0].content
    assert (sent.to, sent.subject) == (["ola@example.pl"], "Zaloguj się Bcc: evil@example.pl")
    assert "<b>1 & 2</b>" in sent.body
    assert "&lt;b&gt;1 &amp; 2&lt;/b&gt;" in page
    assert "https://crm.example.pl/login/" in sent.body
    assert 'href="https://crm.example.pl/login/"' in page


def test_at_most_three_an_hour_go_to_one_address_and_a_pointless_one_does_not():
    waits = [mail.send(Reminder, to="ola@example.pl", what="x") for _number in range(5)]
    assert waits[:3] == [0, 0, 0]
    assert all(0 < wait <= 3600 for wait in waits[3:])
    assert mail.send(Reminder, to="ala@example.pl", what="gone") == 0
    run_jobs()
    assert len(outbox.outbox) == 3


def test_without_a_mail_server_mails_are_files_that_only_their_owner_reads(tmp_path, caplog):
    backend = EmailBackend(file_path=tmp_path)
    with caplog.at_level(logging.WARNING, "orbita.mail"):
        backend.send_messages([EmailMessage("Reset", "secret link", to=["ola@example.pl"])])
    [file] = tmp_path.iterdir()
    assert (file.suffix, oct(file.stat().st_mode & 0o777)) == (".eml", "0o600")
    assert "secret link" in file.read_text()
    assert str(file) in caplog.text
    assert "secret" not in caplog.text
