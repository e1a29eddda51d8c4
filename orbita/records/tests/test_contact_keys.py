"""The short ways of reading contact data say what the libraries say."""

import phonenumbers
import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from orbita.records.fields.contact import email_key, phone_key
from orbita.ui.sheets import split_items


def by_the_library(text: str) -> tuple[str, str]:
    """What libphonenumber makes of a number."""
    number = phonenumbers.parse(text, "PL")
    assert phonenumbers.is_possible_number(number)
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return shown, f"{number.country_code}{number.national_number}"


def test_polish_phones_of_every_beginning_are_written_as_the_library_writes_them() -> None:
    for beginning in range(1000, 10_000):
        text = f"+48{beginning}{beginning * 7919 % 100_000:05d}"
        assert phone_key(text) == by_the_library(text), text


@pytest.mark.parametrize("text", ["+48 600 100 200", "+48 12-345-67-89", "+48600100200"])
def test_spaces_and_dashes_in_a_polish_phone_do_not_matter(text: str) -> None:
    assert phone_key(text) == by_the_library(text)


@pytest.mark.parametrize(
    "text",
    ["+48 060 100 200", "+48 600 100 20", "600 100 200", "+49 30 123456", "+48 600 100 200 w. 5"],
)
def test_other_phones_are_left_to_the_library(text: str) -> None:
    shown, key = phone_key(text)
    assert key.isdecimal()
    assert shown == text or shown.startswith("+")


@pytest.mark.parametrize(
    "text",
    [
        "anna@orbita.example",
        "Anna.Nowak+crm@mail.Orbita.example",
        "a_b-c@x-y.pl",
        "a..b@x.pl",
        ".a@x.pl",
        "a@-x.pl",
        "a@x-.pl",
        "a@x.p",
        "a@x",
        "a b@x.pl",
        "a@x.pl.",
        "żółw@orbita.example",
        f"{'a' * 330}@x.pl",
    ],
)
def test_an_e_mail_address_is_taken_exactly_when_django_takes_it(text: str) -> None:
    try:
        validate_email(text)
    except ValidationError:
        with pytest.raises(ValidationError):
            email_key(text)
    else:
        assert email_key(text) == (text, text.lower())


@pytest.mark.parametrize("text", ["", "  ", "VIP", "  VIP ", "a, b", "Budex sp. z o.o."])
def test_a_cell_without_separators_is_one_item(text: str) -> None:
    assert split_items(text) == ([text.strip()] if text.strip() else [])
