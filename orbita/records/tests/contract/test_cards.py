"""Every kind has a hover card: what it names, cut by what the viewer may see."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.notes.models import Note, NoteVisibility
from orbita.preferences.models import StoredSetting
from orbita.records.cards import card_keys, facts
from orbita.records.changes import change_set
from orbita.records.fields import ReferenceField, ReferencesField
from orbita.records.models import Grant, Visibility
from orbita.records.tests.contract.test_access import OPEN_TO, PERSONAS, without_id
from orbita.records.tests.contract.test_lists import named

pytestmark = pytest.mark.django_db
MOST_QUERIES = 14


def card(browser, record):
    """The answer that the page gets when a pointer rests on a link to the record."""
    url = f"/{record.kind_object.slug}/{record.pk}/card/"
    return browser.get(url, headers={"HX-Request": "true"})


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def ends(kind, make, kasia):
    """A record for each field of the kind that names other records, by field key."""
    found = {}
    for key, field in kind.all_fields().items():
        if isinstance(field, ReferenceField | ReferencesField):
            end = make(field.target, owner=kasia, **named(field.target_kind(), f"Koniec {key}"))
            found[key] = [end] if isinstance(field, ReferencesField) else end
    return found


def test_a_card_names_fields_and_facts_that_there_are(kind, kasia, features):
    fields = kind.all_fields() | kind.fields(kasia)
    declared = [key for key in kind.card if key not in fields and facts.get(key) is None]
    assert declared == []
    assert [key for key in card_keys(kind) if key in fields or facts.get(key)]


def test_a_card_shows_what_the_kind_names(kind, full, make, client, kasia):
    record = full(kind, **ends(kind, make, kasia))
    fields = kind.fields(kasia)
    text = text_of(card(client.as_(kasia), record))
    assert record.title in text
    assert str(kind.labels.one) in text
    assert f'href="{record.get_absolute_url()}"' in text
    shown = [fields[key] for key in card_keys(kind) if key in fields]
    for field in shown:
        field.load([record], kasia)
        value = field.value(record)
        if not field.is_empty(value):
            assert f"<dt>{field.label}</dt>" in text
    assert "Kasia Nowak" in text
    assert "Śruba" not in text or any(f.value(record) == "Śruba" for f in shown)
    assert "Długa 7" not in text


def test_a_card_opened_by_itself_leads_to_the_profile(kind, make, client, kasia):
    record = make(kind.key, owner=kasia, **named(kind, "Jawna nazwa"))
    answer = client.as_(kasia).get(f"/{kind.slug}/{record.pk}/card/")
    assert (answer.status_code, answer["Location"]) == (302, record.get_absolute_url())


def test_a_card_is_kept_by_nobody(kind, make, client, kasia):
    record = make(kind.key, owner=kasia, **named(kind, "Jawna nazwa"))
    assert card(client.as_(kasia), record)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("with_header", [True, False])
def test_the_card_of_a_hidden_record_answers_like_none(
    kind, make, client, kasia, people, with_header
):
    hidden = make(kind.key, owner=kasia, visibility=Visibility.HIDDEN, **named(kind, "Fuzja X"))
    browser = client.as_(people["outsider"])
    headers = {"HX-Request": "true"} if with_header else {}
    answers = [
        browser.get(f"/{kind.slug}/{pk}/card/", headers=headers) for pk in (hidden.pk, uuid4())
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert without_id(answers[0]) == without_id(answers[1])
    assert answers[0].get("HX-Trigger") == answers[1].get("HX-Trigger")
    assert "Fuzja" not in without_id(answers[0])
    assert "Fuzja X" in text_of(card(client.as_(kasia), hidden))


@pytest.mark.parametrize("persona", PERSONAS)
def test_of_a_restricted_record_others_get_name_kind_and_owner(
    kind, full, client, kasia, people, persona
):
    blank = dict.fromkeys(kind.title_from, "")
    record = full(kind, visibility=Visibility.RESTRICTED, **blank | named(kind, "Jawna nazwa"))
    Grant.objects.create(record_id=record.pk, user=people["participant"])
    Grant.objects.create(record_id=record.pk, team=people["team"].team)
    opens = persona in OPEN_TO
    text = text_of(card(client.as_(people[persona]), record))
    assert ("You have no access to this record." in text) is not opens
    for known in ("Jawna nazwa", "Kasia Nowak", str(kind.labels.one)):
        assert known in text
    if opens:
        return
    assert text.count("<dt>") == 1
    text = text.replace(str(record.pk), "")  # in which any digits may stand
    for secret_text in ("pilne", "600 100 200", "firma.example", "526", "Kraków", "12,500", "***"):
        assert secret_text not in text


def test_facts_are_for_those_who_may_open_the_record(kind, make, client, kasia, people):
    with_facts = [key for key in kind.card if facts.get(key)]
    record = make(
        kind.key, owner=kasia, visibility=Visibility.RESTRICTED, **named(kind, "Jawna nazwa")
    )
    if "open_deals" in with_facts:
        make("deal", title="Otwarta", owner=people["outsider"], **naming(record))
    for key in with_facts:
        label = f"<dt>{facts.get(key).label}</dt>"
        assert label in text_of(card(client.as_(kasia), record))
        assert label not in text_of(card(client.as_(people["outsider"]), record))


def test_a_card_of_a_kind_that_is_switched_off_is_not_found(kind, make, client, kasia):
    record = make(kind.key, owner=kasia, **named(kind, "Jawna nazwa"))
    if kind.feature:
        StoredSetting.objects.filter(key=f"addons.{kind.feature}").update(value=False)
    answer = card(client.as_(kasia), record)
    assert answer.status_code == (404 if kind.feature else 200)
    assert ("has been switched off" in answer.get("HX-Trigger", "")) is bool(kind.feature)
    assert (record.title in answer.content.decode()) is not bool(kind.feature)


def test_a_name_cannot_bring_markup_along(kind, make, client, kasia):
    record = make(kind.key, owner=kasia, **named(kind, "<b>Fuzja</b> & <script>"))
    text = text_of(card(client.as_(kasia), record))
    assert "<script" not in text
    assert "&lt;b&gt;Fuzja&lt;/b&gt;" in text


def naming(record):
    """The values by which a deal names the record."""
    return {"company": record} if record.kind == "company" else {"persons": [record]}


def queries_of(browser, record):
    with CaptureQueriesContext(connection) as captured:
        text_of(card(browser, record))
    return len(captured)


def test_a_card_costs_the_same_whatever_hangs_on_the_record(kind, full, make, client, kasia, ewa):
    browser = client.as_(ewa)
    record = full(kind, **ends(kind, make, kasia))
    add_satellites(record, make, kasia, 1)
    queries_of(browser, record)  # what the process remembers is read now
    few = queries_of(browser, record)
    add_satellites(record, make, kasia, 20)
    assert queries_of(browser, record) == few <= MOST_QUERIES


def add_satellites(record, make, kasia, count):
    for number in range(count):
        if "open_deals" in record.kind_object.card:
            make("deal", title=f"Szansa {number}", owner=kasia, value=1, **naming(record))
        with change_set(by=kasia):
            note = Note(record_id=record.pk, author=kasia, visibility=NoteVisibility.EVERYONE)
            note.put("Treść")
            note.save()
