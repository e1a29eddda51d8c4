"""What is exported and imported back changes nothing, whatever the values are."""

import io
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from orbita.accounts.models import Team
from orbita.imports import importing
from orbita.imports.tests.conftest import numbers
from orbita.preferences.cached import touch
from orbita.records.fields import ReferenceField, ReferencesField
from orbita.records.fields.base import Context
from orbita.records.fields.custom import TYPES
from orbita.records.fields.linking import LinkField
from orbita.records.kinds import Kind, kinds
from orbita.records.listing.export import WRITERS, export_rows
from orbita.records.listing.query import ListQuery
from orbita.records.models import CustomField, CustomOption, PhoneType, Source
from orbita.records.saving import new_record, save_record
from orbita.records.tests.contract.conftest import pytest_generate_tests  # noqa: F401

pytestmark = pytest.mark.django_db
LETTERS = "aąBŁz059 =+-@＝＋.,;|'\"()/:#%&<>_\t\n"
LINES = st.text(alphabet=LETTERS, max_size=24)
NAMES = st.builds("{}{}".format, st.sampled_from(["ACME", '"Budex"', "=1+1", "-5", "Żuk"]), LINES)
VALUES: dict[str, Any] = {
    "TitleField": NAMES,
    "TextField": LINES,
    "CustomText": LINES,
    "LongTextField": LINES,
    "CustomLongText": LINES,
    "NipField": st.sampled_from(["5260250274", "7251801126"]),
    "RegonField": st.sampled_from(["123456785", "012345675"]),
    "DateField": st.dates(date(1000, 1, 1), date(9998, 12, 31)).map(str),
    "CustomDate": st.dates(date(1000, 1, 1), date(9998, 12, 31)).map(str),
    "WholeNumberField": st.integers(-(2**31), 2**31 - 1),
    "YesNoField": st.booleans(),
    "CustomYesNo": st.booleans(),
    "CurrencyField": st.sampled_from(["PLN", "EUR", "CHF"]),
    "TagsField": st.lists(NAMES, max_size=3),
    "GroupsField": st.lists(NAMES, max_size=3),
    "VisibilityField": st.sampled_from(["public", "restricted", "hidden"]),
    "SourceField": st.sampled_from(["Targi", "=Polecenie; własne"]),
}
Ends = dict[str, list[Any]]
AMOUNTS = st.decimals(-(10**11), 10**11, places=2, allow_nan=False).map(str)
CONTACTS = {
    "email": ["a.b@firma.example", "=x@firma.example", "+1@firma.example"],
    "phone": ["+48 600 100 200", "22 111 22 33", "112", "600100200 wew. 5"],
    "www": ["firma.example", "https://firma.example/a;b|c?x=1", "http://x.example/=1"],
}
PARTS = st.fixed_dictionaries(
    {"street": LINES, "street2": LINES, "city": LINES, "country": LINES, "label": LINES},
    optional={"postcode": st.just("31-147")},
)


def value_of(field: Any, people: list[Any], ends: Ends, data: Any) -> Any:
    """A value for the field as the API takes it."""
    name = type(field).__name__
    if isinstance(field, ReferenceField):
        return data.draw(st.sampled_from([str(one.pk) for one in ends[field.target]]))
    if isinstance(field, ReferencesField):
        every = [str(one.pk) for one in ends[field.target]]
        return data.draw(st.lists(st.sampled_from(every), max_size=3, unique=True))
    if name == "OwnerField":
        return data.draw(st.sampled_from([str(one.pk) for one in people]))
    if name == "ParticipantsField":
        keys = [{"type": type(one).__name__.lower(), "id": str(one.pk)} for one in people]
        keys += [{"type": "team", "id": str(team.pk)} for team in Team.objects.all()]
        return data.draw(st.lists(st.sampled_from(keys), max_size=3))
    if name == "PhonesField":
        phones = st.builds(
            lambda value, type_: {"value": value, "type": type_},
            st.sampled_from(CONTACTS["phone"]),
            st.sampled_from(PhoneType.values),
        )
        return data.draw(st.lists(phones, max_size=3))
    if name == "ContactField":
        return data.draw(st.lists(st.sampled_from(CONTACTS[field.type]), max_size=3))
    if name == "AddressesField":
        return data.draw(st.lists(PARTS, max_size=2))
    if name == "CustomChoice":
        return data.draw(st.sampled_from([option.name for option in field.options().values()]))
    if hasattr(field, "choices") and name == "ChoiceField":
        return data.draw(st.sampled_from(field.choices.values))
    if name in ("NumberField", "MoneyField", "CustomNumber"):
        return data.draw(AMOUNTS)
    return data.draw(VALUES[name]) if name in VALUES else field.example


def make_records(kind: Kind, by: Any, people: list[Any], ends: Ends, data: Any) -> None:
    """Some records whose values the API would have taken."""
    fields = kind.fields(by)
    for number in range(data.draw(st.integers(2, 4))):
        record = new_record(kind, by=by)
        values = {}
        for key, field in fields.items():
            if not field.editable or field.part_of or data.draw(st.integers(0, 3)) == 0:
                continue
            if isinstance(field, LinkField):
                values[key] = data.draw(st.lists(st.sampled_from(ends[field.target]), max_size=2))
                continue
            with suppress(ValidationError):
                values[key] = field.clean(value_of(field, people, ends, data), Context(by))
        for key in kind.title_from:
            values[key] = values.get(key) or f"Nazwa {number}"
        values["owner"] = values.get("owner") or by
        if not kind.problems(values, record):
            save_record(record, values, by=by, fields=fields)


def define_fields(kind: Kind) -> None:
    """A custom field of each type."""
    for position, type_ in enumerate(TYPES):
        field = CustomField.objects.create(
            kind=kind.key, label=f"Własne {type_.replace('_', ' ')}", type=type_, position=position
        )
        for name in ("Handel", "=Usługi; inne", "-5"):
            CustomOption.objects.create(field=field, name=name)


def come_back(kind: Kind, format: str, by: Any) -> dict[str, Any]:
    """Export everything and import it again; the import's report."""
    query = ListQuery.read(kind, by, QueryDict(""))
    content = b"".join(WRITERS[format][0](export_rows(query, whole=True)))
    imp = importing.upload(io.BytesIO(content), name=f"plik.{format}", kind=kind, by=by)
    importing.set_mapping(imp, imp.mapping)
    importing.run_here(imp, dry_run=False)
    return importing.report(imp, outcome="")


def define_world(kind: Kind, make: Any, by: Any) -> Ends:
    """What all examples share; the records that theirs may point at, some of one name."""
    define_fields(kind)
    for name in ("Targi", "=Polecenie; własne"):
        Source.objects.create(name=name, key=name.lower())
    touch("custom_fields")
    return {
        "company": [make("company", owner=by, title=t) for t in ("ACME", "ACME", "=A; B (1)")],
        "person": [
            make("person", owner=by, first_name="Jan", last_name=n) for n in ("X; Y", "X; Y")
        ],
    }


class Undone(Exception):  # noqa: N818 - the end of an example, not an error
    """Takes back what an example stored."""


def prove(kind: Kind, format: str, people: list[Any], ends: Ends, data: Any) -> None:
    """One example: random records survive the way out and in again."""
    by = people[0]
    with suppress(Undone), transaction.atomic():
        make_records(kind, by, people, ends, data)
        report = come_back(kind, format, by)
        found = numbers(report)
        assert set(found) <= {"unchanged"}, [
            (row["outcome"], row["messages"], row["changes"])
            for row in report["rows"]
            if row["outcome"] != "unchanged"
        ]
        raise Undone


def round_trip(
    examples: int,
    kind: Kind,
    format: str,
    make: Callable[..., Any],
    people: list[Any],
    proof: Callable[..., None] = prove,
) -> None:
    """So many examples in one world of fields, sources and records to point at.

    Each kind and format has its own examples, the same in each run.
    """
    ends = define_world(kind, make, people[0])
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=checks,
        database=None,
        phases=[Phase.generate],
    )
    @seed(f"{kind.slug} {format}")
    @given(data=st.data())
    def run(data: Any) -> None:
        proof(kind, format, people, ends, data)

    run()


@pytest.mark.parametrize("format", list(WRITERS))
def test_what_is_exported_and_imported_back_changes_nothing(
    kind: Kind, format: str, make: Callable[..., Any], anna: Any, kasia: Any, ewa: Any
) -> None:
    round_trip(3, kind, format, make, [anna, kasia, ewa])


@pytest.mark.long
@pytest.mark.parametrize("format", list(WRITERS))
def test_much_that_is_exported_and_imported_back_changes_nothing(
    kind: Kind, format: str, make: Callable[..., Any], anna: Any, kasia: Any, ewa: Any
) -> None:
    round_trip(25, kind, format, make, [anna, kasia, ewa])


def test_every_kind_is_tried() -> None:
    assert {kind.slug for kind in kinds} >= {"companies", "persons", "deals", "vehicles"}
