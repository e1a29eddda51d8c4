"""Cells say numbers, dates, yes and no in the ways that people write them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from orbita.ui.values import (
    AmbiguousNumber,
    NotABool,
    NotADate,
    NotANumber,
    parse_bool,
    parse_date,
    parse_decimal,
    to_text,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12 500,50 zł", "12500.50"),
        ("12\u00a0500,50\u00a0zł", "12500.50"),
        ("12\u202f500,50 PLN", "12500.50"),
        ("1 234", "1234"),
        ("1 234,56", "1234.56"),
        ("1234,567", "1234.567"),
        ("12,5", "12.5"),
        ("12.50", "12.50"),
        ("0,125", "0.125"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1'234'567.50", "1234567.50"),
        ("€ 99", "99"),
        ("\u221212", "-12"),
        ("- 5", "-5"),
        ("+7", "7"),
        (",5", "0.5"),
        ("-0", "0"),
        ("4.86E+10", "48600000000"),
        (600100200.0, "600100200"),
        (0.1, "0.1"),
        (7, "7"),
        (Decimal("1E+3"), "1000"),
    ],
)
def test_a_number_is_read_as_it_is_meant(written, meant):
    found = parse_decimal(written)
    assert (found, str(found)) == (Decimal(meant), meant)


@pytest.mark.parametrize("written", ["12,500.50", "12.500,50", "12,500", "12.500"])
def test_a_number_with_two_readings_is_not_guessed(written):
    with pytest.raises(AmbiguousNumber) as caught, translation.override("en"):
        parse_decimal(written)
    assert written in caught.value.sentence


@pytest.mark.parametrize(
    ("written", "style", "meant"),
    [
        ("12,500.50", "point", "12500.50"),
        ("12.500,50", "comma", "12500.50"),
        ("12,500", "comma", "12.500"),
        ("12,500", "point", "12500"),
        ("12.500", "comma", "12500"),
        ("12.500", "point", "12.500"),
    ],
)
def test_a_chosen_style_settles_the_reading(written, style, meant):
    assert str(parse_decimal(written, style)) == meant


@pytest.mark.parametrize(
    "written",
    [
        "abc", "", " ", "NaN", "sNaN", "Infinity", "-inf", "1e400", "1E+31",
        "9" * 400, "0." + "1" * 400,
        "1 23", "12 50 00", "1,2,3", "1.2.3,4,5", "1,", ",", ".", "--1", "1-2", "5%", "٣",
        "1e", "0x10",
        "1_000", None, True, float("nan"), float("inf"), 10**400, 1e300,
        Decimal("NaN"), Decimal("sNaN"), date(2026, 1, 1),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(written):
    for style in ("auto", "comma", "point"):
        with pytest.raises(NotANumber):
            parse_decimal(written, style)


def test_style_against_the_writing_is_refused():
    with pytest.raises(NotANumber):
        parse_decimal("12,500.50", "comma")


@pytest.mark.parametrize(
    "written",
    [
        "31.12.2026", "31-12-2026", "31/12/2026", "2026-12-31", "2026/12/31", "20261231",
        "31.12.2026 r.",
        "2026-12-31T10:30:00", "2026-12-31 10:30:00.000", "31.12.2026 23:59", "31 grudnia 2026",
        "31 Dec 2026",
        46387, 46387.75, "46387", datetime(2026, 12, 31, 23, 59), date(2026, 12, 31),
    ],
)  # fmt: skip
def test_the_last_day_of_2026_in_many_writings(written):
    assert parse_date(written) == date(2026, 12, 31)


@pytest.mark.parametrize(
    "written",
    [
        "31.02.2026", "0000-00-00", "2026-13-01", "12/31/2026", "31.12.26", "jutro", "", "1.2",
        "0001-01-01", Decimal("sNaN"),
        "99999999", 0, 60, -1, 2958466, 1e300, float("nan"), True, None, "9" * 400,
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(written):
    with pytest.raises(NotADate):
        parse_date(written)


def test_serials_around_the_day_that_never_was():
    assert parse_date(1) == date(1900, 1, 1)
    assert parse_date(59) == date(1900, 2, 28)
    assert parse_date(61) == date(1900, 3, 1)
    assert parse_date(2958465) == date(9999, 12, 31)


def test_yes_and_no():
    for yes in ("tak", "TAK", " Yes ", "1", 1, 1.0, "x", "prawda", "PRAWDA", True):
        assert parse_bool(yes) is True
    for no in ("nie", "No", "0", 0, "fałsz", "false", False):
        assert parse_bool(no) is False
    for neither in ("może", "", None, 2, "taknie"):
        with pytest.raises(NotABool):
            parse_bool(neither)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (600100200.0, "600100200"),
        (600100200, "600100200"),
        ("4.86E+10", "4.86E+10"),
        ("4,86001E+10", "4,86001E+10"),
        ("4,86001002E+10", "48600100200"),
        ("1E5", "1E5"),
        ("12E+4", "12E+4"),
        ("007", "007"),
        (0.1, "0.1"),
        (1e16, "10000000000000000"),
        (1e300, "1e+300"),
        (True, "TRUE"),
        (None, ""),
        (date(2026, 12, 31), "2026-12-31"),
        (datetime(2026, 12, 31, 10, 30), "2026-12-31 10:30:00"),
        (datetime(2026, 12, 31), "2026-12-31"),
    ],
)
def test_cells_become_the_text_that_was_typed(cell, text):
    assert to_text(cell) == text


def test_sentences_are_short_even_for_long_cells():
    with pytest.raises(NotANumber) as caught:
        parse_decimal("9" * 5000)
    with translation.override("en"):
        assert len(caught.value.sentence) < 80
