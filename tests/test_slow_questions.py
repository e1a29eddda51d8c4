"""A question that takes too long ends with a sentence, and the connection serves the next one."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_question_over_the_time_limit_answers_503_in_words(client, anna, features, monkeypatch):
    from orbita.records.listing.listing import Listing

    def sleep(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(Listing, "page", sleep)
    browser = client.as_(anna)
    browser.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 100")
    try:
        answer = browser.get("/companies/")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert "Traceback" not in answer.content.decode()
    monkeypatch.undo()
    assert browser.get("/companies/").status_code == 200
