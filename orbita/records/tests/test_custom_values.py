"""A custom field is in form, profile, list, filter, order and history once it is saved."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from conftest import api_headers
from orbita.records.fields.base import Context
from orbita.records.history import history
from orbita.records.kinds import kinds
from orbita.records.listing.export import plain
from orbita.records.listing.listing import Listing
from orbita.records.listing.query import ListQuery
from orbita.records.models import CustomField, CustomOption
from orbita.records.saving import save_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def fields(db):
    """One field of each type, and the choice's options."""
    made = {
        type_: CustomField.objects.create(kind="company", label=f"Pole {type_}", type=type_)
        for type_ in ("text", "long_text", "number", "date", "yes_no", "choice")
    }
    made["option"] = CustomOption.objects.create(field=made["choice"], name="Hurt")
    return made


def key(definition):
    return f"custom_{definition.pk.hex}"


@pytest.fixture
def acme(make, kasia, fields):
    values = {
        key(fields["text"]): "Śruba",
        key(fields["long_text"]): "a\nb",
        key(fields["number"]): Decimal(1234),
        key(fields["date"]): date(2026, 5, 17),
        key(fields["yes_no"]): True,
        key(fields["choice"]): fields["option"],
    }
    record = make("company", title="ACME", owner=kasia)
    make("company", title="Budex", owner=kasia)
    save_record(record, values, by=kasia)
    return kinds.by_key("company").model.objects.get(pk=record.pk)


def found(viewer, address):
    query = ListQuery.read(kinds.get("companies"), viewer, QueryDict(address))
    assert query.errors == []
    return [record.title for record in Listing(query).page().records]


def test_values_are_stored_by_id_and_shown(acme, fields, client, kasia):
    assert acme.custom[str(fields["number"].pk)] == 1234
    assert acme.custom[str(fields["choice"].pk)] == str(fields["option"].pk)
    page = client.as_(kasia).get(f"/companies/{acme.pk}/").content.decode()
    for text in ("Pole number", "1,234", "Śruba", "Hurt", "17"):
        assert text in page
    form = client.as_(kasia).get(f"/companies/{acme.pk}/edit/").content.decode()
    assert "Śruba" in form


@pytest.mark.parametrize("type_", ["text", "number", "date", "choice"])
def test_lists_filter_by_the_value(acme, fields, kasia, type_):
    name = key(fields[type_])
    assert found(kasia, f"{name}.filled=1") == ["ACME"]
    assert found(kasia, f"{name}.empty=1") == ["Budex"]


def test_lists_filter_by_yes_and_no(acme, fields, kasia):
    assert found(kasia, f"{key(fields['yes_no'])}.is=1") == ["ACME"]
    assert found(kasia, f"{key(fields['yes_no'])}.is=0") == ["Budex"]


def test_lists_filter_by_number_text_and_choice(acme, fields, kasia):
    assert found(kasia, f"{key(fields['number'])}.from=1000") == ["ACME"]
    assert found(kasia, f"{key(fields['number'])}.to=1000") == []
    assert found(kasia, f"{key(fields['text'])}.contains=rub") == ["ACME"]
    assert found(kasia, f"{key(fields['choice'])}.is={fields['option'].pk}") == ["ACME"]


@pytest.mark.parametrize("type_", ["text", "number", "date"])
def test_lists_sort_by_the_value(acme, fields, kasia, type_):
    assert found(kasia, f"sort={key(fields[type_])}") == ["ACME", "Budex"]
    assert found(kasia, f"sort=-{key(fields[type_])}") == ["ACME", "Budex"]


@pytest.mark.parametrize("text", ["0.125", "1.234", "1234.5678", "-7", "99999999999.99", "1000"])
def test_a_number_comes_back_from_csv_with_every_digit(acme, fields, kasia, text):
    used = kinds.by_key("company").fields(kasia)[key(fields["number"])]
    save_record(acme, {used.key: Decimal(text)}, by=kasia)
    cell = str(plain(used.export(acme)))
    assert used.parse(cell, Context(kasia)) == Decimal(text)


@pytest.mark.parametrize("text", ["1e11", "123456789012.1234", "99999999999.9999", "0.00001"])
def test_a_number_that_json_cannot_hold_is_refused_or_rounded(acme, fields, kasia, text):
    used = kinds.by_key("company").fields(kasia)[key(fields["number"])]
    try:
        value = used.clean(text, Context(kasia))
    except ValidationError:
        return
    assert used.read(used.write(value)) == value


def test_history_names_the_field_and_both_values(acme, fields, kasia):
    save_record(acme, {key(fields["number"]): Decimal(99)}, by=kasia)
    newest = history(acme, kasia)[0]
    assert [(line.label, line.before, line.after) for line in newest.lines] == [
        ("Pole number", "1,234", "99")
    ]


def test_a_renamed_field_and_option_show_at_once(acme, fields, client, kasia):
    browser = client.as_(kasia)
    assert "Hurt" in browser.get(f"/companies/{acme.pk}/").content.decode()
    fields["option"].name = "Detal"
    fields["option"].save()
    fields["text"].label = "Nowa etykieta"
    fields["text"].save()
    page = browser.get(f"/companies/{acme.pk}/").content.decode()
    assert "Detal" in page
    assert "Nowa etykieta" in page


def test_an_archived_field_is_gone_and_its_values_return_with_it(acme, fields, client, kasia):
    from django.utils import timezone

    browser = client.as_(kasia)
    fields["text"].archived_at = timezone.now()
    fields["text"].save()
    assert "Śruba" not in browser.get(f"/companies/{acme.pk}/").content.decode()
    fields["text"].archived_at = None
    fields["text"].save()
    assert "Śruba" in browser.get(f"/companies/{acme.pk}/").content.decode()


def test_the_api_reads_and_writes_the_value(acme, fields, client, kasia):
    from orbita.accounts.tokens import issue_token

    token = api_headers(issue_token(kasia, "test"), If_Match="*")
    url = f"/api/v1/companies/{acme.pk}"
    assert client.get(url, headers=token).json()[key(fields["number"])] == "1234"
    body = {key(fields["number"]): "77"}
    answer = client.patch(url, body, content_type="application/json", headers=token)
    assert answer.status_code == 200, answer.content
    assert client.get(url, headers=token).json()[key(fields["number"])] == "77"
