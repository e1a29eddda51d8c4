"""Where a request comes from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The client's IP address as the outermost of our own proxies saw it.

    `X-Forwarded-For` is read only with TRUSTED_PROXIES set, and then from the right: what a client
    writes into the header itself stands further left and is never believed. Empty when unknown
    (a Unix socket).
    """
    direct = _parsed(request.META.get("REMOTE_ADDR", ""))
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if not 0 < settings.TRUSTED_PROXIES <= len(hops):
        return direct
    return _parsed(hops[-settings.TRUSTED_PROXIES]) or direct


def network(address: str) -> str:
    """What one client is counted by: an IPv4 address, or the /64 of an IPv6 address."""
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)


def _parsed(text: str) -> str:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
