"""What is sent twice is done once (CONC-03)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.utils import timezone

from orbita.api.idempotency import forget_old
from orbita.api.models import Answered
from orbita.api.v1 import api as ninja_api
from orbita.contacts.models import Company
from orbita.imports.models import Import
from orbita.notes.models import Note
from orbita.relations.models import Relation


def test_every_post_is_done_once():
    for _prefix, router in ninja_api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                if "POST" in operation.methods:
                    assert getattr(operation.view_func, "is_done_once", False), path


def test_the_same_call_is_answered_alike_and_another_one_refused(call, make, kasia, ewa, stored):
    api = call(kasia)
    first = api.post("/companies", {"title": "Raz"}, Idempotency_Key="moja-1")
    before = stored()
    again = api.post("/companies", {"title": "Raz"}, Idempotency_Key="moja-1")
    assert first.status_code == again.status_code == 201
    for name in ("Location", "ETag", "Content-Type"):
        assert again[name] == first[name]
    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
    assert "Idempotency-Replayed" not in first
    other = api.post("/companies", {"title": "Dwa"}, Idempotency_Key="moja-1")
    assert other.status_code == 422
    assert api.post("/persons", {"title": "Raz"}, Idempotency_Key="moja-1").status_code == 422
    for wrong in ("ż" * 3, "a b", "x" * 201):
        assert api.post("/companies", {"title": "X"}, Idempotency_Key=wrong).status_code == 400
    assert stored() == before
    hers = call(ewa).post("/companies", {"title": "Raz"}, Idempotency_Key="moja-1")
    assert hers.status_code == 201, "everybody has keys of their own"
    assert Company.objects.filter(title="Raz").count() == 2


def test_a_key_whose_call_failed_is_free_and_one_of_yesterday_too(call, make, kasia):
    api = call(kasia)
    for body in ({"title": ""}, b"{"):
        assert api.post("/companies", body, Idempotency_Key="k").status_code in (400, 422)
    assert api.post("/companies", {"title": "Raz"}, Idempotency_Key="k").status_code == 201
    Answered.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert api.post("/companies", {"title": "Dwa"}, Idempotency_Key="k").status_code == 201
    assert forget_old() == 0
    Answered.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert forget_old() == 1


def test_relations_notes_and_imports_are_made_once(
    call, make, kasia, relation_type, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    branch = relation_type("company", "Centrala", "company", "Oddział")
    acme, lodz = make("company", title="ACME", owner=kasia), make("company", title="Łódź")
    api = call(kasia)
    tied = {"type": branch.pk, "a": str(acme.pk), "b": str(lodz.pk)}
    for path, body in (("/relations", tied), (f"/companies/{acme.pk}/notes", {"html": "Raz"})):
        answers = [api.post(path, body, Idempotency_Key=path) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].content == answers[1].content
    for name in ("a.csv", "a.csv", "b.csv"):
        file = BytesIO(b"Nazwa\nFirma\n")
        file.name = name
        headers = api.headers | {"Idempotency-Key": "plik"}
        body = {"file": file, "kind": "companies"}
        answers.append(api.client.post("/api/v1/imports", body, headers=headers))
    assert [answer.status_code for answer in answers[2:]] == [201, 201, 422]
    counts = [model.objects.count() for model in (Relation, Note, Import)]
    assert counts == [1, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_record_and_get_one_answer(call, make, kasia):
    callers = [call(kasia) for _ in range(20)]

    def send(api):
        try:
            return api.post("/companies", {"title": "Raz"}, Idempotency_Key="naraz")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, callers))
    told = {(a.status_code, a.content, a["Location"], a["ETag"]) for a in answers}
    assert len(told) == 1
    assert Company.objects.count() == 1
    assert sum("Idempotency-Replayed" not in answer for answer in answers) == 1
