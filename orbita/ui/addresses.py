"""Addresses of pages, worked out once: a list names thirty, and they stay what they are."""

from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, get_urlconf, reverse


def address(name: str, *args: Any, **kwargs: Any) -> str:
    """What Django's `reverse` gives, kept by this process; raises NoReverseMatch as it does."""
    return _worked_out(get_urlconf(), get_script_prefix(), name, args, tuple(kwargs.items()))


@lru_cache(maxsize=1024, typed=True)
def _worked_out(
    urlconf: Any,
    prefix: str,
    name: str,
    args: tuple[Any, ...],
    kwargs: tuple[tuple[str, Any], ...],
) -> str:
    return reverse(name, urlconf, args=args or None, kwargs=dict(kwargs) or None)
