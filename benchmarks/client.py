"""A small HTTP client: one kept connection, no work beyond reading the answer."""

import json
import multiprocessing
import socket
import time
from dataclasses import dataclass
from threading import Thread
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Answer:
    """Status, headers in small letters, body and how long it took, in milliseconds."""

    status: int
    headers: dict[str, str]
    body: bytes
    milliseconds: float


class Browser:
    """Somebody's session on one connection."""

    def __init__(self, address: str, cookie: str = "", authorization: str = "") -> None:
        parts = urlsplit(address)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        headers = [f"Host: {self.host}:{self.port}", "Accept-Encoding: identity"]
        headers += [f"Cookie: {cookie}"] if cookie else []
        headers += [f"Authorization: Bearer {authorization}"] if authorization else []
        self.headers = "\r\n".join(headers)
        self.cookies: dict[str, str] = {}
        self._connection: socket.socket | None = None

    def get(self, path: str) -> Answer:
        """Ask for a page; a connection that the server closed is opened again."""
        return self._ask(path, f"GET {path} HTTP/1.1\r\n{self.headers}\r\n\r\n")

    def post(self, path: str, form: str) -> Answer:
        """Send a form, with the cookies that came before."""
        head = f"POST {path} HTTP/1.1\r\n{self.headers}\r\nContent-Length: {len(form)}"
        kind = "Content-Type: application/x-www-form-urlencoded"
        return self._ask(path, f"{head}\r\n{kind}{self._cookies()}\r\n\r\n{form}")

    def _cookies(self) -> str:
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return f"\r\nCookie: {pairs}" if pairs else ""

    def _ask(self, path: str, text: str) -> Answer:
        request = text.encode()
        started = time.perf_counter()
        for _attempt in range(2):
            connection = self._connect()
            try:
                connection.sendall(request)
                status, headers, body = self._read(connection)
                return Answer(status, headers, body, (time.perf_counter() - started) * 1000)
            except ConnectionError:
                self._connection = None
        raise ConnectionError(path)

    def _connect(self) -> socket.socket:
        if self._connection is None:
            self._connection = socket.create_connection((self.host, self.port), timeout=120)
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._connection

    def _read(self, connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more(connection)
        head = bytes(received[:end]).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        status = int(head[0].split()[1])
        for line in head[1:]:
            if line.lower().startswith("set-cookie: "):
                name, _equals, value = line[len("set-cookie: ") :].partition(";")[0].partition("=")
                self.cookies[name] = value
        body = received[end + 4 :]
        if headers.get("transfer-encoding") == "chunked":
            while not body.endswith(b"0\r\n\r\n"):
                body += self._more(connection)
        else:
            length = int(headers.get("content-length", 0))
            while len(body) < length:
                body += self._more(connection)
        if headers.get("connection") == "close":
            connection.close()
            self._connection = None
        return status, headers, bytes(body)

    def _more(self, connection: socket.socket) -> bytes:
        data = connection.recv(262_144)
        if not data:
            raise ConnectionError("closed")
        return data


@dataclass
class Crowd:
    """The times of all answers that many clients got, and how many seconds that took."""

    times: list[float]
    seconds: float

    def __add__(self, other: "Crowd") -> "Crowd":
        return Crowd(self.times + other.times, self.seconds + other.seconds)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds


def many_at_once(address: str, cookie: str, path: str, clients: int, seconds: float) -> Crowd:
    """Have `clients` ask side by side, from a process of their own, until the time is over."""
    here, there = multiprocessing.Pipe()
    arguments = (there, address, cookie, path, clients, seconds)
    process = multiprocessing.Process(target=_hammer, args=arguments)
    process.start()
    crowd = Crowd(*json.loads(here.recv()))
    process.join()
    return crowd


def _hammer(pipe: Any, address: str, cookie: str, path: str, clients: int, seconds: float) -> None:
    times: list[float] = []
    started = time.monotonic()
    until = started + seconds

    def work() -> None:
        browser = Browser(address, cookie)
        while time.monotonic() < until:
            answer = browser.get(path)
            if answer.status == 200:
                times.append(answer.milliseconds)

    threads = [Thread(target=work) for _client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.send(json.dumps([times, time.monotonic() - started]))
