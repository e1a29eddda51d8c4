"""What the log of the server holds, and what it never does."""

import json
import re

import requests
from django.db import connection

from orbita.accounts.tokens import issue_token

CANARIES = {
    "wrong": "kanarek-zlego-hasla-1",
    "right": "correct horse",
    "posted": "kanarek-z-formularza-2",
    "link": "kanarek-odnosnika-3-0123456789abcdef",
    "value": "90010112345",
}
HOSTILE = '\r\n\x1b[31m{"level":"CRITICAL"}\u2028"'


def log_in(session, server, email, password):
    page = session.get(f"{server.url}/login/")
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.text).group(1)
    form = {"csrfmiddlewaretoken": token, "login": email, "password": password}
    return session.post(f"{server.url}/login/", data=form, allow_redirects=False)


def test_no_secret_reaches_the_log_or_the_table_of_jobs(server, kasia):
    token = issue_token(kasia, "kanarek")
    with requests.Session() as session:
        assert log_in(session, server, kasia.email, CANARIES["wrong"]).status_code == 200
        assert log_in(session, server, kasia.email, CANARIES["right"]).status_code == 302
        secrets = [*CANARIES.values(), token, *session.cookies.get_dict().values()]
        posted = {"password": CANARIES["posted"]}
        failed = session.post(f"{server.url}/test/failing/{CANARIES['link']}/", data=posted)
        refused = session.post(f"{server.url}/test/refusing/", data={"value": CANARIES["value"]})
        session.get(f"{server.url}/invitation/{CANARIES['link']}/")
        bearer = {"Authorization": f"Bearer {token}"}
        session.get(f"{server.url}/api/v1/companies", headers=bearer)
        session.get(f"{server.url}/api/v1/nothing/{token}", headers=bearer)
    for answer in (failed, refused):
        request_id = answer.headers["X-Request-Id"]
        assert answer.status_code == 500
        assert request_id in answer.text
        assert any(line.get("request_id") == request_id for line in server.lines())
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(args::text, ' ') FROM procrastinate_jobs")
        jobs = cursor.fetchone()[0] or ""
    kept = server.log.read_text() + jobs
    assert "something is wrong with 1 values" in kept
    assert [secret for secret in secrets if secret in kept] == []


def test_hostile_signs_stay_inside_one_line(server, kasia):
    with requests.Session() as session:
        log_in(session, server, "x\r\n{}@y.example", "x")
        session.post(
            f"{server.url}/test/failing/x/",
            data={"login": HOSTILE},
            headers={"User-Agent": HOSTILE.encode("ascii", "replace").decode().strip()[6:]},
        )
        session.get(f"{server.url}/test/{requests.utils.quote(HOSTILE)}")
    server.raw(f"GET /{HOSTILE[3:]} HTTP/1.1\r\nHost: {HOSTILE[2:]}\r\n\r\n".encode())
    server.raw(b"GET / HTTP/1.1\r\nHost: x\r\nX-A\x1b[31m: \xff\r\n\r\n")
    text = server.log.read_text()
    assert "\x1b" not in text
    assert "\u2028" not in text
    for line in text.splitlines():
        entry = json.loads(line)
        assert {"at", "level", "message"} <= set(entry)
        assert entry["level"] != "CRITICAL"
