"""Sample files: what may be downloaded is what an import takes."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orbita.imports import importing
from orbita.imports.models import Import
from orbita.imports.samples import sample_targets
from orbita.records.kinds import kinds
from orbita.records.models import CustomField, CustomOption, Record

pytestmark = pytest.mark.django_db

TYPES = ("text", "money", "percent", "date", "moment", "yes_no", "choice", "choices", "user", "www")


@pytest.fixture
def own_fields(features):
    """A required custom field of each sort of value, for every kind."""
    for kind in kinds:
        for place, type_ in enumerate(TYPES):
            field = CustomField.objects.create(
                kind=kind.key, label=f"Pole {type_}", type=type_, position=place, required=True
            )
            if field.has_options:
                for name in ("Handel, usługi", "Inne"):
                    CustomOption.objects.create(field=field, name=name)


def download(client, kind, format):
    answer = client.get(f"/imports/samples/{kind.slug}.{format}")
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize("kind", list(kinds), ids=lambda kind: kind.slug)
def test_the_sample_of_every_kind_is_an_import_without_a_rejected_row(
    client, anna, make, own_fields, relation_type, kind
):
    relation_type(kind.key, "Źródło", "company", "Cel")
    make("company", title="ACME (Kraków)", owner=anna)
    before = Record.objects.count()
    answer = download(client.as_(anna), kind, "csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert ";" in answer.content.decode("utf-8-sig").splitlines()[0]
    imp = importing.upload(io.BytesIO(answer.content), name="sample.csv", kind=kind, by=anna)
    wanted = [target.path for target in sample_targets(kind, anna)]
    assert [imp.mapping.get(str(index)) for index in range(len(imp.columns))] == wanted
    assert {key for key, f in kind.fields(anna).items() if f.required and f.editable} <= {
        *wanted,
        "title",
        "visibility",
    }
    importing.run_here(imp, dry_run=True)
    report = importing.report(imp, outcome="")
    assert [row["messages"] for row in report["rows"]] == [[], []]
    assert report["counts"]["created"] == 2
    assert Record.objects.count() == before


@pytest.mark.parametrize("format", ["xlsx", "ods"])
def test_workbooks_are_as_good(client, kasia, own_fields, format):
    kind = kinds.get("persons")
    content = download(client.as_(kasia), kind, format).content
    file = SimpleUploadedFile(f"sample.{format}", content)
    client.post("/imports/new/", {"kind": kind.slug, "file": file})
    imp = Import.objects.get()
    assert len(imp.mapping) == len(imp.columns)
    importing.run_here(imp, dry_run=False)
    assert importing.report(imp, outcome="")["counts"]["created"] == 2


def test_what_is_hidden_or_off_is_in_no_sample(client, kasia, ewa, make, relation_type):
    from orbita.preferences.models import StoredSetting
    from orbita.records.models import Visibility

    relation_type("company", "Centrala", "company", "Oddział")
    make("company", title="Fuzja X", owner=ewa, visibility=Visibility.HIDDEN)
    client.as_(kasia)
    text = download(client, kinds.get("companies"), "csv").content.decode()
    assert "Fuzja X" not in text
    StoredSetting.objects.filter(key="addons.sources").update(value=False)
    assert "Acquisition source" in text
    assert (
        "Acquisition source" not in download(client, kinds.get("companies"), "csv").content.decode()
    )
    assert client.get("/imports/samples/companies.pdf").status_code == 404
    StoredSetting.objects.filter(key="addons.spaces").update(value=False)
    assert client.get("/imports/samples/spaces.csv").status_code == 404
