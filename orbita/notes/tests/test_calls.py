"""Call notes: written, shown, found, filtered and edited."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from orbita.notes.models import Call, Note

pytestmark = pytest.mark.django_db
NUMBERS = ("+48 600 100 200", "+48 12 345 67 89")
CALLED = {"direction": "outgoing", "outcome": "reached"}


@pytest.fixture
def jan(make, kasia):
    """A person with two phone numbers."""
    phones = [{"value": number, "label": ""} for number in NUMBERS]
    return make("person", first_name="Jan", last_name="Kowalski", owner=kasia, phones=phones)


@pytest.fixture
def call(client):
    """Note a call through its form."""

    def post(user, record, **values):
        return client.as_(user).post(f"{record.get_absolute_url()}calls/", CALLED | values)

    return post


def test_profiles_of_people_and_companies_offer_a_call_note_with_their_numbers(
    client, kasia, jan, acme, make
):
    deal = make("deal", title="Wdrożenie", owner=kasia, company=acme)
    for record in (jan, acme, deal):
        page = client.as_(kasia).get(record.get_absolute_url()).content.decode()
        assert f'href="{record.get_absolute_url()}calls/"' in page
    form = client.get(f"{jan.get_absolute_url()}calls/").content.decode()
    assert 'value="+48 600 100 200"' in form
    assert '<option value="+48 12 345 67 89">' in form


def test_a_call_stands_on_the_wall_with_what_is_known_of_it(
    client, kasia, marek, jan, call, wall, write
):
    at = timezone.localtime(timezone.now() - timedelta(hours=3)).replace(second=0, microsecond=0)
    values = {"direction": "incoming", "number": "600100200", "at": f"{at:%Y-%m-%dT%H:%M}"}
    assert call(kasia, jan, body="Prosi o ofertę", **values).status_code == 302
    write(kasia, jan, "Zwykła notatka")
    assert Call.objects.get().at == at
    page = wall(marek, jan)
    for text in ("Incoming call", "+48 600 100 200", 'href="tel:+48600100200"', "Reached"):
        assert text in page, text
    assert "Prosi o ofertę" in page
    for query in ("?show=calls", "?q=600 100", "?q=48600100200", "?q=ofertę&show=calls"):
        page = wall(marek, jan, query)
        assert "Prosi o ofertę" in page, query
        assert "Zwykła notatka" not in page, query
    assert "Prosi o ofertę" in wall(marek, jan, "?show=notes")


def test_a_call_without_words_is_one_too(client, kasia, jan, call, wall):
    before = timezone.now()
    assert call(kasia, jan, outcome="not_reached").status_code == 302
    made = Call.objects.get()
    assert (made.number, made.note.text) == ("", "")
    assert before <= made.at <= timezone.now()
    assert "Not reached" in wall(kasia, jan)
    client.post(f"/notes/{made.note_id}/deletion/")
    page = client.get("/bin/parts/notes/").content.decode()
    assert "<bdi>Outgoing call · Not reached</bdi>" in page


def test_wrong_facts_are_refused_and_nothing_is_written(kasia, piotr, ewa, jan, fusion, call):
    wrong = (
        {"direction": "sideways"},
        {"outcome": ""},
        {"number": "x"},
        {"at": "tomorrow"},
        {"at": f"{timezone.localtime(timezone.now()) + timedelta(days=1):%Y-%m-%dT%H:%M}"},
    )
    for values in wrong:
        answer = call(kasia, jan, body="Ważne słowa", **values)
        assert answer.status_code == 422, values
        assert "Ważne słowa" in answer.content.decode()
    assert call(ewa, fusion, body="x").status_code == 404
    assert Note.objects.count() == Call.objects.count() == 0


def test_a_call_sent_twice_is_noted_once(kasia, jan, call):
    token = str(uuid4())
    for _time in range(2):
        assert call(kasia, jan, body="Raz", token=token).status_code == 302
    assert Note.objects.count() == Call.objects.count() == 1


def test_a_call_for_its_author_alone_is_nobody_elses(client, kasia, anna, jan, call, wall):
    call(kasia, jan, body="Sekret", number="600100299", visibility="2")
    for query in ("", "?show=calls", "?q=600100299"):
        page = wall(anna, jan, query).replace('value="600100299"', "")
        assert "Outgoing call" not in page, query
        assert "100 299" not in page, query
    assert "Sekret" in wall(kasia, jan, "?show=calls")


def test_the_facts_of_a_call_are_edited_with_its_text(client, kasia, marek, jan, call, wall):
    call(kasia, jan, body="Zły numer", number="600100200")
    note = Note.objects.get()
    url = f"/notes/{note.pk}/edit/"
    page = client.get(url).content.decode()
    assert 'value="+48 600 100 200"' in page
    values = CALLED | {"outcome": "message", "number": "601200300", "body": "Dobry numer"}
    assert client.as_(marek).post(url, values | {"version": 1}).status_code == 404
    assert client.as_(kasia).post(url, values | {"version": 9}).status_code == 409
    assert Call.objects.get().outcome == "reached"
    assert client.post(url, values | {"version": 1}).status_code == 302
    made = Call.objects.get()
    assert (made.outcome, made.number) == ("message", "+48 601 200 300")
    assert "Dobry numer" in wall(kasia, jan, "?q=601200300")
    assert "Dobry numer" not in wall(kasia, jan, "?q=600100200")


def test_calls_cost_no_question_each(kasia, jan, call, django_assert_max_num_queries):
    from orbita.activity.wall import wall
    from orbita.preferences import snapshot

    for n in range(12):
        call(kasia, jan, body=f"Rozmowa {n}", number="600100200")
    with snapshot(), django_assert_max_num_queries(8):
        page = wall(jan, kasia, limit=50)
        for entry in page.entries:
            if entry.source == "notes":
                assert entry.data.note.call.number
    assert len(page.entries) == 13
