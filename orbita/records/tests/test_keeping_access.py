"""The last person with access to a closed record cannot be taken away."""

import pytest

from orbita.records.models import Record, Visibility

pytestmark = pytest.mark.django_db
SENTENCE = "Somebody must keep access"


def test_a_closed_record_is_not_added_without_anybody(client, ewa, features):
    answer = client.as_(ewa).post(
        "/spaces/new/", {"title": "Fuzja", "visibility": "3", "owner": ""}
    )
    assert answer.status_code == 422
    assert SENTENCE in answer.content.decode()
    assert Record.objects.count() == 0


def test_the_owner_of_a_closed_record_leaves_only_when_a_participant_stays(
    client, make, ewa, kasia
):
    space = make("space", title="Projekt ABC", owner=ewa, visibility=Visibility.RESTRICTED)
    url = f"/spaces/{space.pk}/edit/"
    gone = {"title": "Projekt ABC", "visibility": "2", "owner": ""}
    refused = client.as_(ewa).post(url, gone)
    assert refused.status_code == 422
    assert SENTENCE in refused.content.decode()
    assert Record.objects.get(pk=space.pk).owner == ewa
    accepted = client.as_(ewa).post(url, gone | {"participants": [f"user:{kasia.pk}"]})
    assert accepted.status_code == 302
    assert Record.objects.get(pk=space.pk).owner is None


def test_emptying_the_owner_where_it_stands_is_refused_too(client, make, ewa):
    space = make("space", title="Fuzja", owner=ewa, visibility=Visibility.HIDDEN)
    answer = client.as_(ewa).post(f"/spaces/{space.pk}/fields/owner/", {"owner": ""})
    assert answer.status_code == 422
    assert Record.objects.get(pk=space.pk).owner == ewa
