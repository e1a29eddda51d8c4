"""Fields return plain values, and what was typed survives an error."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import translation

from orbita.ui import formfields, widgets

LABELS = (("work", "Work"), ("home", "Home"))


def no_spaces(value):
    """A check that refuses a value with a space."""
    if " " in value:
        raise ValidationError("Enter a valid e-mail address.")
    return value.lower()


class ContactForm(forms.Form):
    emails = formfields.LabelledValuesField(
        required=False,
        check=no_spaces,
        widget=widgets.LabelledValues(value_label="E-mail", labels=LABELS),
    )
    addresses = formfields.AddressesField(required=False)
    tags = formfields.TagsField(required=False)


class DealForm(forms.Form):
    value = formfields.MoneyField(required=False)
    closes = formfields.DateField(required=False, help_text="When it should end.")
    share = formfields.NumberField(required=False, max_value=100)


def post(form, text):
    """The form bound to a query string."""
    return form(QueryDict(text))


def test_rows_become_dictionaries_and_blank_rows_are_nothing():
    form = post(
        ContactForm,
        "emails-0-value=A@b.pl&emails-0-label=work&emails-1-value=&emails-2-value=c@d.pl",
    )
    assert form.is_valid()
    assert form.cleaned_data["emails"] == [
        {"value": "a@b.pl", "label": "work"},
        {"value": "c@d.pl", "label": ""},
    ]


def test_the_marker_alone_empties_the_field():
    form = post(ContactForm, "emails-rows=1")
    assert form.is_valid()
    assert form.cleaned_data["emails"] == []


def test_a_wrong_row_is_named_and_stays_as_typed():
    form = post(ContactForm, "emails-0-value=jan%20k&emails-0-label=home")
    assert form.errors["emails"] == ["jan k: Enter a valid e-mail address."]
    drawn = str(form["emails"])
    assert 'value="jan k"' in drawn
    assert '<option value="home" selected>' in drawn


@pytest.mark.parametrize("label", ["boss", "<b>"])
def test_a_label_must_be_one_of_those_offered(label):
    assert "emails" in post(ContactForm, f"emails-0-value=a&emails-0-label={label}").errors


def test_a_label_alone_is_no_address():
    form = post(ContactForm, "addresses-0-label=work&addresses-1-city=Kraków")
    assert form.is_valid()
    assert [row["city"] for row in form.cleaned_data["addresses"]] == ["Kraków"]


def test_tags_are_cleaned_and_not_repeated():
    form = post(ContactForm, "tags=VIP&tags=%20vip%20&tags=Łódź&tags=")
    assert form.is_valid()
    assert form.cleaned_data["tags"] == ["VIP", "Łódź"]


def test_rows_know_whether_they_changed():
    field = ContactForm().fields["emails"]
    assert not field.has_changed(
        [{"value": "a", "label": "work"}], [{"value": "a", "label": "work"}]
    )
    assert not field.has_changed(None, [{"value": "", "label": "work"}])
    assert field.has_changed([], [{"value": "a", "label": ""}])


@pytest.mark.parametrize(
    ("typed", "language", "expected"),
    [
        ("12 500,50", "pl", "12500.50"),
        ("12.500,50", "pl", "12500.50"),
        ("12,500.50", "pl", "12500.50"),
        ("1.234.567", "pl", "1234567"),
        ("12,500", "pl", "12.500"),
        ("12,500", "en", "12500"),
        ("12.5", "pl", "12.5"),
        ("−3,5", "pl", "-3.5"),
        ("1\u00a0000", "en", "1000"),
    ],
)
def test_numbers_are_read_in_any_usual_writing(typed, language, expected):
    assert formfields.parse_number(typed, language) == Decimal(expected)


@pytest.mark.parametrize("typed", ["abc", "1e5", "12,5,0x", "NaN", "", "--1", "1 2 a"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError, match=typed or "^$"):
        formfields.parse_number(typed, "pl")


def test_money_needs_an_amount():
    form = post(DealForm, "value=&value_currency=EUR")
    assert form.is_valid()
    assert form.cleaned_data["value"] is None


def test_money_is_an_amount_in_a_currency():
    with translation.override("pl"):
        form = post(DealForm, "value=12 500,50&value_currency=EUR")
        assert form.is_valid()
    assert form.cleaned_data["value"] == (Decimal("12500.50"), "EUR")


def test_a_wrong_amount_stays_as_typed_with_its_currency():
    form = post(DealForm, "value=dużo&value_currency=EUR")
    assert form.errors["value"] == ["Enter a number."]
    drawn = str(form["value"])
    assert 'value="dużo"' in drawn
    assert '<option value="EUR" selected>' in drawn


@pytest.mark.parametrize("typed", ["21.11.2026", "2026-11-21", "21/11/2026", "21-11-2026"])
def test_dates_are_read_in_any_usual_writing(typed):
    form = post(DealForm, f"closes={typed}")
    assert form.is_valid()
    assert form.cleaned_data["closes"] == date(2026, 11, 21)


def test_a_date_is_shown_as_the_language_writes_it():
    with translation.override("pl"):
        assert 'value="21.11.2026"' in str(
            DealForm(initial={"closes": date(2026, 11, 21)})["closes"]
        )
    assert 'value="21/11/2026"' in str(DealForm(initial={"closes": date(2026, 11, 21)})["closes"])


def test_errors_and_help_are_tied_to_the_control():
    drawn = post(DealForm, "closes=never")["closes"].as_field_group()
    assert 'aria-describedby="id_closes_helptext id_closes_error"' in drawn
    assert 'id="id_closes_error"' in drawn
    assert 'id="id_closes_helptext"' in drawn
    assert 'aria-invalid="true"' in drawn


def test_a_picker_draws_only_what_is_chosen():
    asked = []

    def options(values):
        asked.append(values)
        return [widgets.Option(value, f"<i>{value}</i>", "Kraków") for value in values]

    drawn = widgets.Picker("/find", multiple=True, options=options).render("who", ["1", "2"])
    assert asked == [["1", "2"]]
    assert drawn.count("selected") == 2
    assert "&lt;i&gt;1&lt;/i&gt;" in drawn
    assert 'data-url="/find"' in drawn


def test_nothing_is_inline_in_the_drawn_form():
    drawn = str(ContactForm()) + str(DealForm())
    assert " style=" not in drawn
    assert " onclick=" not in drawn


def test_rich_text_echoes_html_as_text():
    drawn = widgets.RichText(mention_url="/m").render("text", "<script>x</script>")
    assert "<script>" not in drawn
    assert 'data-mention-url="/m"' in drawn
