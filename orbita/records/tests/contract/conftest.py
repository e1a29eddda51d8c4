"""Contract tests run for every registered kind, the one that only the tests know included."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from orbita.records.kinds import Kind, kinds
from orbita.records.listing.filters import Filter


def pytest_generate_tests(metafunc: Any) -> None:
    """`kind` stands for each kind in turn; some of them only in the long run of the tests."""
    if "kind" in metafunc.fixturenames:
        chosen = [
            pytest.param(kind, marks=pytest.mark.long if kind.slug in AT_LENGTH else ())
            for kind in kinds
        ]
        metafunc.parametrize("kind", chosen, ids=lambda kind: kind.slug)


AT_LENGTH = ("persons", "products")
"""Kinds whose fields and doors others have as well, or that have tests of their own."""


SAMPLES: dict[str, Any] = {
    "TitleField": "Próba Ósma",
    "TextField": "Śruba",
    "LongTextField": "Pierwsza linia\ndruga",
    "NipField": "5260250274",
    "RegonField": "123456785",
    "NumberField": Decimal("12.5"),
    "WholeNumberField": 12,
    "MoneyField": Decimal("12500.5"),
    "CurrencyField": "EUR",
    "DateField": date(2026, 5, 17),
    "YesNoField": True,
    "TagsField": ["pilne", "VIP"],
    "GroupsField": ["Kraków"],
    "PhonesField": [{"value": "+48 600 100 200", "label": "biuro", "type": "mobile"}],
    "AddressesField": [
        {
            "label": "",
            "street": "Długa 7",
            "street2": "III piętro",
            "postcode": "31-146",
            "city": "Kraków",
            "country": "Polska",
        }
    ],
}


def sample(field: Any) -> Any:
    """A value that fits the field; None where the test has to make one."""
    name = type(field).__name__
    if name == "ContactField":
        text = {"email": "a.b@firma.example", "www": "firma.example"}
        return [{"value": text[field.type], "label": "biuro"}]
    if name == "ChoiceField":
        return field.choices.values[0]
    return SAMPLES.get(name)


@pytest.fixture
def full(make: Callable[..., Any], kasia: Any) -> Callable[..., Any]:
    """`full(kind)`: a record of the kind with a value in every field that has a sample."""

    def make_full(kind: Kind, **more: Any) -> Any:
        fields = kind.all_fields().values()
        values = {f.key: sample(f) for f in fields if f.editable and sample(f) is not None}
        parts = {"street", "street2", "postcode", "city", "country"}
        values = {key: value for key, value in values.items() if key not in parts}
        return make(kind.key, **{"owner": kasia, **values, **more})

    return make_full


def filter_value(used: Filter, operator: str, viewer: Any) -> str:
    """Something that the filter accepts for the operator."""
    if operator in ("filled", "empty"):
        return "1"
    if operator == "in":
        return "month"
    options = used.options(viewer)
    if used.widget == "choice" and options:
        return options[0].value
    return {"date": "2026-05-17", "number": "12"}.get(used.widget, "12")


@pytest.fixture
def people(anna: Any, marek: Any, kasia: Any, piotr: Any, ewa: Any, teams: Any) -> dict[str, Any]:
    """Personas by what they are to a record of Kasia's with Piotr and the team Realizacja."""
    from conftest import _user

    mate = _user("Tomek", "Kowal", team=teams["poludnie"])
    other = _user("Iza", "Mróz", role="manager", team=teams["polnoc"])
    away = _user("Olga", "Sowa")
    return {
        "owner": kasia,
        "manager": marek,
        "participant": piotr,
        "team": ewa,
        "administrator": anna,
        "manager of another team": other,
        "team-mate": mate,
        "outsider": away,
    }
