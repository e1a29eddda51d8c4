"""Two hundred people log in at the same moment: memory, and how the pages of the others fare."""

import random
import re
import secrets
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from urllib.parse import urlencode

from benchmarks.client import Answer, Browser
from benchmarks.figures import Figure, percentile
from benchmarks.installation import Installation
from benchmarks.measuring import Stopwatch
from benchmarks.memory import family, peak_mib, pss_mib
from orbita.accounts.models import User
from orbita.demo.cast import PASSWORD

AT_ONCE = 200
CALM_SECONDS = 20
MEMORY_MIB = 1024
TIMES_SLOWER = 2
KNOWN, UNKNOWN = "kasia@orbita.example", "nobody@orbita.example"
PAIRS = 150
_TOKEN = re.compile(rb'csrfmiddlewaretoken" value="(\w+)"')
_PAGE = "/me/"


def measure_logins(place: Installation) -> list[Figure]:
    """Log-ins at once, and whether a wrong password takes longer for a known address."""
    viewer = User.objects.get(email=KNOWN)
    watch = Stopwatch(place.address, viewer, "demo", 1)
    _program, web = place.processes["web"]
    with asking(place.address, watch.cookie) as calm, sampling(web.pid):
        time.sleep(CALM_SECONDS)
    with asking(place.address, watch.cookie) as busy, sampling(web.pid) as memory:
        answers = log_in_at_once(place.address)
    times = [took for _status, took, _tries in answers]
    peak = max(map(peak_mib, family(web.pid)))
    return [
        Figure(
            "demo",
            f"{AT_ONCE} log-ins at once: the last is in",
            "",
            max(times) / 1000,
            unit="s",
            detail={
                "in": sum(status == 302 for status, _took, _tries in answers),
                "at the first try": sum(tries == 1 for _status, _took, tries in answers),
                "p50 ms": percentile(times, 50),
            },
        ),
        Figure("demo", "web memory meanwhile", "", max(memory), unit="MiB", budget=MEMORY_MIB),
        Figure("demo", "largest web process ever", "", peak, unit="MiB", budget=MEMORY_MIB),
        *page_figures(calm, busy),
        measure_oracle(place.address),
    ]


def page_figures(calm: list[float], busy: list[float]) -> list[Figure]:
    """How the page of somebody else fared, without log-ins and meanwhile."""
    normal = percentile(calm, 95)
    return [
        Figure("demo", "a page without log-ins", "Kasia", normal, p50=percentile(calm, 50)),
        Figure(
            "demo",
            f"the same page during {AT_ONCE} log-ins",
            "Kasia",
            percentile(busy, 95),
            p50=percentile(busy, 50),
            detail={"answers": len(busy), "slowest ms": max(busy)},
        ),
        Figure(
            "demo",
            "how much slower that is",
            "Kasia",
            percentile(busy, 95) / normal,
            unit="times",
            budget=TIMES_SLOWER,
        ),
    ]


def measure_oracle(address: str) -> Figure:
    """How much the median answer to a wrong password tells of whether the address is known."""
    known: list[float] = []
    unknown: list[float] = []
    for _pair in range(PAIRS):
        for email, times in ((KNOWN, known), (UNKNOWN, unknown)):
            times.append(Visitor(address).log_in(email, "not the password").milliseconds)
    one, other = statistics.median(known), statistics.median(unknown)
    return Figure(
        "demo",
        f"wrong password, known against unknown address ({PAIRS} pairs)",
        "",
        abs(one - other) / max(one, other) * 100,
        unit="%",
        budget=5,
        detail={"known ms": one, "unknown ms": other},
    )


class Visitor:
    """Somebody with an address of their own, as a proxy of ours would tell it."""

    def __init__(self, address: str) -> None:
        ip = ".".join(str(secrets.randbelow(250) + 1) for _part in range(4))
        self.browser = Browser(address)
        self.browser.headers += f"\r\nX-Forwarded-For: {ip}"
        page = self.browser.get("/login/")
        found = _TOKEN.search(page.body)
        self.token = found.group(1).decode() if found else ""

    def log_in_at_last(self, email: str, password: str) -> tuple[int, float, int]:
        """Status, milliseconds and tries of somebody who comes again as late as asked to."""
        started = time.perf_counter()
        tries = 0
        while True:
            tries += 1
            answer = self.log_in(email, password)
            if answer.status != 503:
                break
            time.sleep(int(answer.headers["retry-after"]) + random.random())
        return answer.status, (time.perf_counter() - started) * 1000, tries

    def log_in(self, email: str, password: str) -> Answer:
        """The answer to the form."""
        form = {"csrfmiddlewaretoken": self.token, "login": email, "password": password}
        return self.browser.post("/login/", urlencode(form))


def log_in_at_once(address: str) -> list[tuple[int, float, int]]:
    """Status, time until they were in, and tries of all who were started together."""
    visitors = [Visitor(address) for _visitor in range(AT_ONCE)]
    answers: list[tuple[int, float, int]] = []
    threads = [
        Thread(target=lambda v=visitor: answers.append(v.log_in_at_last(KNOWN, PASSWORD)))
        for visitor in visitors
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@contextmanager
def asking(address: str, cookie: str) -> Iterator[list[float]]:
    """The times of a page for which somebody new asks five times a second."""
    times: list[float] = []
    stop = Event()
    asked: list[Thread] = []

    def ask() -> None:
        answer = Browser(address, cookie).get(_PAGE)
        if answer.status == 200:
            times.append(answer.milliseconds)

    def keep_asking() -> None:
        while not stop.wait(0.2):
            asked.append(Thread(target=ask))
            asked[-1].start()

    thread = Thread(target=keep_asking)
    thread.start()
    yield times
    stop.set()
    for one in (thread, *asked):
        one.join()


@contextmanager
def sampling(pid: int) -> Iterator[list[float]]:
    """The memory of a process and its children, four times a second: looking costs them time."""
    found = [pss_mib(family(pid))]
    stop = Event()

    def sample() -> None:
        while not stop.wait(0.25):
            found.append(pss_mib(family(pid)))

    thread = Thread(target=sample)
    thread.start()
    yield found
    stop.set()
    thread.join()
