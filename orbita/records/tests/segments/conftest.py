"""Companies with segments: the example of the settings, and a set of a test's own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings

from orbita.accounts.models import User
from orbita.records.kinds import kinds
from orbita.records.models import Record, Segment, SegmentParameter, SegmentRange
from orbita.records.saving import save_record
from orbita.records.segments import changing, examples

Ranges = tuple[tuple[str, list[str], int], ...]


def segment_of(record: Any) -> tuple[str | None, int | None]:
    """Name and points as they are stored now."""
    row = Record.objects.get(pk=record.pk)
    names = dict(Segment.objects.values_list("pk", "name"))
    return names.get(row.segment_id), row.segment_points


def save(record: Any, by: User, **values: Any) -> None:
    """Change values of a stored record, as forms do."""
    fresh = type(record).objects.get(pk=record.pk)
    fields = fresh.kind_object.all_fields()
    for field in fields.values():
        field.load([fresh], by)
    save_record(fresh, values, by=by, fields=fields)


def set_up(key: str, steps: dict[str, int], *, by: User, **parameters: Ranges) -> None:
    """Segments and parameters of weight 1 for a kind, through the verbs of the settings."""
    kind = kinds.by_key(key)
    for name, points in steps.items():
        changing.save_segment(Segment(name=name, from_points=points), kind, by=by)
    for field, ranges in parameters.items():
        parameter = changing.add_parameter(kind, field, 1, by=by)
        for operator, values, points in ranges:
            one = SegmentRange(parameter=parameter, operator=operator, values=values, points=points)
            changing.save_range(one, kind, by=by)


def parameter(field: str) -> SegmentParameter:
    """The parameter of this field."""
    return SegmentParameter.objects.get(field=field)


@pytest.fixture(autouse=True)
def files_folder(settings: LazySettings, tmp_path: Any) -> None:
    """Uploaded files go where the test's other files go."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def example(anna: User, features: None) -> Callable[..., None]:
    """`example("company")`: the kind with the segments of the example."""

    def take(key: str) -> None:
        examples.take_over(kinds.by_key(key), by=anna)

    return take


@pytest.fixture
def acme(make: Callable[..., Any], kasia: User, example: Callable[..., None]) -> Any:
    """A company with a NIP, of which the segments of companies know nothing more: C, 5 points."""
    example("company")
    return make("company", title="ACME", nip="5260250274", owner=kasia)
