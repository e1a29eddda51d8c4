"""Dates, numbers and money read as people here write them."""

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from orbita.ui import formats


@pytest.mark.parametrize(("language", "expected"), [("pl", "21 lis 2025"), ("en", "21 Nov 2025")])
def test_a_day_has_a_short_month_name(language, expected):
    with translation.override(language):
        assert formats.day(date(2025, 11, 21)).replace("\u00a0", " ") == expected


def test_today_yesterday_and_tomorrow_are_words():
    today = timezone.localdate()
    days = [formats.day(today + timedelta(days=shift)) for shift in (-1, 0, 1)]
    assert days == ["yesterday", "today", "tomorrow"]


def test_exact_days_are_never_words():
    assert formats.day(timezone.localdate(), words=False) != "today"


def test_a_moment_is_shown_in_the_local_time_zone():
    summer = datetime(2026, 7, 1, 12, 5, tzinfo=UTC)
    with translation.override("pl"):
        assert formats.moment(summer).replace("\u00a0", " ") == "1 lip 2026, 14:05"


@pytest.mark.parametrize(
    ("value", "places", "polish", "english"),
    [
        (12480, None, "12 480", "12,480"),
        (0, None, "0", "0"),
        (-5, None, "−5", "−5"),
        (Decimal("1234.5"), 2, "1 234,50", "1,234.50"),
        (2.675, 2, "2,68", "2.68"),
        ("many", None, "many", "many"),
        (None, None, "", ""),
    ],
)
def test_numbers_follow_the_language(value, places, polish, english):
    with translation.override("pl"):
        assert formats.number(value, places).replace("\u00a0", " ") == polish
    assert formats.number(value, places) == english


def test_money_keeps_the_decimals_of_its_currency():
    with translation.override("pl"):
        assert formats.money(Decimal(120000), "PLN") == "120\u00a0000,00\u00a0PLN"
        assert formats.money(1500, "JPY") == "1\u00a0500\u00a0JPY"
    assert formats.money(None) == ""


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "0 B"), (999, "999 B"), (1_200_000, "1.2 MB"), (None, "0 B")]
)
def test_sizes_choose_their_unit(count, expected):
    assert formats.size(count).replace("\u00a0", " ") == expected


def test_titles_are_sorted_by_the_collation_of_the_language():
    assert (formats.collation("pl"), formats.collation("en-gb")) == ("pl-x-icu", "en-x-icu")
    assert formats.collation("xx") == "pl-x-icu"


def test_the_week_starts_on_monday():
    assert (formats.week_start("pl"), formats.week_start("en")) == (0, 0)


def test_a_page_of_cells_is_formatted_in_a_few_milliseconds():
    moments = [timezone.now() - timedelta(days=days) for days in range(50)]

    def page():
        for moment in moments:
            formats.moment(moment)
            for value in range(6):
                formats.money(value, "PLN")

    page()
    best = min(timed(page) for _attempt in range(5))
    assert best < 0.01


def timed(work):
    """Seconds that the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
