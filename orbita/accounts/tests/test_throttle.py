"""Limits hold across processes, and addresses cannot be made up."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import RequestFactory

from orbita.accounts.addresses import client_address, network
from orbita.accounts.models import Counter
from orbita.accounts.throttle import Limit, forget_expired


@pytest.mark.django_db
def test_the_limit_lets_exactly_so_many_through():
    limit = Limit("test", times=3, period=60)
    assert [bool(limit.hit("a")) for _ in range(5)] == [False] * 3 + [True] * 2
    assert limit.hit("b") == 0
    assert 0 < limit.hit("a") <= 60


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_when_many_ask_at_once():
    limit = Limit("parallel", times=7, period=60)

    def ask(_number: int) -> bool:
        try:
            return limit.hit("a") == 0
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, range(30))) == 7


@pytest.mark.django_db
def test_a_count_can_be_given_back():
    limit = Limit("test", times=1, period=60)
    limit.hit("a")
    limit.give_back("a")
    assert limit.hit("a") == 0


@pytest.mark.django_db
def test_the_count_starts_again_after_its_time():
    limit = Limit("test", times=1, period=0)
    assert [limit.hit("a"), limit.hit("a")] == [0, 0]
    assert forget_expired() == 1
    assert not Counter.objects.exists()


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, "", "10.0.0.9"),
        (0, "1.1.1.1", "10.0.0.9"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", "10.0.0.9"),
        (1, "rubbish", "10.0.0.9"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "1.1.1.1:5555", "1.1.1.1"),
        (1, "::ffff:1.1.1.1", "1.1.1.1"),
    ],
)
def test_the_address_is_what_our_own_proxy_saw(settings, proxies, header, expected):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": header} if header else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.9")
    assert client_address(request) == expected


def test_a_whole_ipv6_network_counts_as_one():
    assert network("2001:db8:0:1::5") == network("2001:db8:0:1:ffff::1")
    assert network("2001:db8:0:1::5") != network("2001:db8:0:2::5")
    assert network("1.1.1.1") == "1.1.1.1"
