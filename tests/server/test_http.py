"""What the web server makes of requests that no browser sends."""

import pytest

from tests.server.serving import wait_until

HEAD = b"Host: localhost\r\n"
SMUGGLED = b"GET /test/address/ HTTP/1.1\r\nHost: localhost\r\n\r\n"


def post(headers, body):
    return b"POST /healthz HTTP/1.1\r\n" + HEAD + headers + b"\r\n" + body


HOSTILE = {
    "length and chunks": post(
        b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + SMUGGLED
    ),
    "chunks and length": post(
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        b"5c\r\nGPOST\r\n0\r\n\r\n" + SMUGGLED,
    ),
    "two lengths": post(b"Content-Length: 0\r\nContent-Length: 5\r\n", SMUGGLED),
    "a length with a sign": post(b"Content-Length: +5\r\n", SMUGGLED),
    "unknown coding": post(b"Transfer-Encoding: xchunked\r\n", SMUGGLED),
    "coding twice": post(b"Transfer-Encoding: chunked, chunked\r\n", b"0\r\n\r\n" + SMUGGLED),
    "folded header": post(b"X-A: b\r\n c: d\r\nContent-Length: 0\r\n", SMUGGLED),
    "space before the colon": post(b"Content-Length : 5\r\n", SMUGGLED),
    "bare line feeds": b"GET / HTTP/1.1\nHost: localhost\nX-A: b\r\n\r\n" + SMUGGLED,
    "bare carriage return": b"GET / HTTP/1.1\r\nHost: localhost\rX-A: b\r\n\r\n" + SMUGGLED,
    "no number of a chunk": post(b"Transfer-Encoding: chunked\r\n", b"zz\r\nx\r\n0\r\n\r\n"),
}


@pytest.mark.parametrize("request_", HOSTILE.values(), ids=HOSTILE)
def test_a_request_with_two_readings_is_refused_and_the_connection_closed(running, request_):
    answer = running.raw(request_)
    assert b"from 127.0.0.1" not in answer
    last = answer.rpartition(b"HTTP/1.1 ")[2]
    assert last[:3] in (b"400", b"501")
    assert b"connection: close" in last.lower()


def test_processes_outlive_an_odd_handshake_and_an_answer_with_a_bad_header(running):
    before = running.workers()
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    odd = "Sec-WebSocket-Protocol: zażółć\r\n".encode()
    running.raw(b"GET /test/address/ HTTP/1.0\r\n" + HEAD + upgrade + odd + b"\r\n")
    bad = running.raw(b"GET /test/bad-header/ HTTP/1.0\r\n" + HEAD + b"\r\n")
    assert b" 500 " in bad[:20]
    assert b"X-More" not in bad
    assert running.workers() == before


@pytest.mark.parametrize(
    ("headers", "seen"),
    [
        (b"", b"127.0.0.1"),
        (b"X-Forwarded-For: 1.1.1.1\r\n", b"1.1.1.1"),
        (b"X-Forwarded-For: 6.6.6.6, 1.1.1.1\r\n", b"1.1.1.1"),
        (b"X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 1.1.1.1\r\n", b"1.1.1.1"),
        (b"X_Forwarded_For: 6.6.6.6\r\n", b"127.0.0.1"),
        (b"X_Forwarded_For: 6.6.6.6\r\nX-Forwarded-For: 1.1.1.1\r\n", b"1.1.1.1"),
        (b"X-Forwarded-For: 1.1.1.1\r\nX_Forwarded_For: 6.6.6.6\r\n", b"1.1.1.1"),
        (b"Forwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\n", b"127.0.0.1"),
    ],
)
def test_only_the_header_of_our_own_proxy_says_where_a_request_comes_from(running, headers, seen):
    answer = running.raw(b"GET /test/address/ HTTP/1.0\r\n" + HEAD + headers + b"\r\n")
    assert answer.endswith(b"\r\n\r\nfrom " + seen)


@pytest.mark.parametrize("host", [b"evil.example", b"localhost@evil.example", b"localhost, evil"])
def test_another_host_is_refused(running, host):
    answer = running.raw(b"GET /login/ HTTP/1.0\r\nHost: " + host + b"\r\n\r\n")
    assert b" 400 " in answer[:20]
    assert b"evil" not in answer


def test_the_server_is_ready_as_long_as_its_database_is_there(server, anna):
    def status(path):
        return server.raw(b"GET " + path + b" HTTP/1.0\r\n" + HEAD + b"\r\n").split(b" ")[1]

    assert [status(b"/readyz"), status(b"/healthz"), status(b"/login/")] == [b"200", b"200", b"200"]
    server.gate.close()
    try:
        assert [status(b"/readyz"), status(b"/healthz")] == [b"503", b"200"]
        away = server.raw(b"GET /login/ HTTP/1.0\r\n" + HEAD + b"\r\n")
        assert b" 503 " in away[:20]
        assert b"Retry-After: 5" in away
    finally:
        server.gate.open()
    wait_until(lambda: status(b"/readyz") == b"200")
    assert status(b"/login/") == b"200"
