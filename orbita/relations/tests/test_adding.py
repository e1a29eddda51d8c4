"""Adding a relation in the window, and its picker of the other end."""

from typing import Any

import pytest

from orbita.records.history import history
from orbita.records.models import Visibility
from orbita.records.trash import move_to_bin
from orbita.relations.models import Relation
from orbita.ui.ids import uuid7

pytestmark = pytest.mark.django_db
GONE = "The chosen record no longer exists"


def window(record: Any) -> str:
    """The address of the window."""
    return f"{record.get_absolute_url()}relations/new/"


def offered(client: Any, record: Any, key: str, typed: str = "", **more: str) -> list[str]:
    """The names that the picker offers."""
    values = {"type": key, "q": typed, **more}
    answer = client.get(f"{window(record)}suggestions/", values)
    assert answer.status_code == 200
    return [one["title"] for one in answer.json()["results"]]


@pytest.fixture
def acme(make, kasia):
    return make("company", title="ACME Sp. z o.o.", owner=kasia)


@pytest.fixture
def lodz(make, kasia):
    return make("company", title="ACME Oddział Łódź", owner=kasia)


def test_the_window_offers_the_types_of_this_kind_from_this_side(
    client, make, kasia, acme, branch, rivals, relation_type
):
    relation_type("person", "Były pracownik", "company", "Poprzednia firma")
    page = client.as_(kasia).get(window(acme)).content.decode()
    for label in ("Centrala", "Oddział", "Konkurenci", "Były pracownik"):
        assert f">{label}</option>" in page
    assert "Poprzednia firma</option>" not in page
    zofia = make("person", last_name="Łęcka", owner=kasia)
    page = client.get(window(zofia)).content.decode()
    assert ">Poprzednia firma</option>" in page
    assert "Oddział" not in page


def test_adding_shows_on_both_profiles_and_says_so(client, shown, kasia, acme, lodz, branch, key):
    values = {
        "type": key(branch, "Centrala", kasia), "other": str(acme.pk),
        "note": "  od  zawsze ", "since": "2019-03-01", "until": "",
    }  # fmt: skip
    answer = client.as_(kasia).post(
        window(lodz), values, headers={"HX-Request": "true", "X-Modal": "dialog"}
    )
    assert answer.status_code == 204
    assert "record-changed" in answer["HX-Trigger"]
    assert "modal-done" in answer["HX-Trigger"]
    assert "Relation added" in answer["HX-Trigger"]
    assert shown(kasia, lodz) == {"Centrala": ["ACME Sp. z o.o."]}
    assert shown(kasia, acme) == {"Oddział": ["ACME Oddział Łódź"]}
    relation = Relation.objects.get()
    assert (relation.note, str(relation.since), relation.until) == ("od zawsze", "2019-03-01", None)
    assert [history(one, kasia)[0].change_set.actor for one in (acme, lodz)] == [kasia, kasia]


def test_without_script_it_leads_back_to_the_profile(client, kasia, acme, lodz, branch, key):
    values = {"type": key(branch, "Centrala", kasia), "other": str(acme.pk)}
    answer = client.as_(kasia).post(window(lodz), values)
    assert answer.status_code == 302
    assert answer["Location"] == lodz.get_absolute_url()


def test_a_form_that_is_sent_twice_adds_one_and_is_no_error(client, kasia, acme, lodz, branch, key):
    values = {
        "type": key(branch, "Centrala", kasia), "other": str(acme.pk), "token": str(uuid7()),
    }  # fmt: skip
    client.as_(kasia)
    assert [client.post(window(lodz), values).status_code for _each in range(2)] == [302, 302]
    assert Relation.objects.count() == 1


def test_a_refused_form_can_be_sent_again_with_the_same_token(
    client, kasia, acme, lodz, branch, key
):
    values = {"type": key(branch, "Centrala", kasia), "token": str(uuid7())}
    client.as_(kasia)
    assert client.post(window(lodz), {**values, "other": str(lodz.pk)}).status_code == 422
    assert client.post(window(lodz), {**values, "other": str(acme.pk)}).status_code == 302
    assert Relation.objects.count() == 1


@pytest.mark.parametrize("what", ["hidden", "deleted", "of another kind", "invented", "no id"])
def test_an_end_that_is_not_there_is_refused_in_one_sentence_and_nothing_is_lost(
    client, make, anna, kasia, piotr, lodz, branch, key, state, what
):
    far = {"invented": str(uuid7()), "no id": "x' OR 1=1"}.get(what, "")
    if what == "of another kind":
        far = str(make("space", title="Projekt", owner=kasia).pk)
    elif not far:
        level = Visibility.HIDDEN if what == "hidden" else Visibility.PUBLIC
        other = make("company", title="Budex", owner=piotr, visibility=level)
        far = str(other.pk)
        if what == "deleted":
            move_to_bin(other, by=anna)
    before = state()
    values = {
        "type": key(branch, "Centrala", kasia), "other": far,
        "note": "Zapamiętaj mnie", "since": "2019-03-01",
    }  # fmt: skip
    answer = client.as_(kasia).post(window(lodz), values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert GONE in page
    assert "Zapamiętaj mnie" in page
    assert "2019-03-01" in page
    assert "Budex" not in page
    assert state() == before


def test_itself_and_what_is_there_already_are_refused_in_words(
    client, make, kasia, acme, rivals, key, state, tie
):
    budex = make("company", title="Budex", owner=kasia)
    tie(rivals, acme, budex)
    before = state()
    client.as_(kasia)
    for near, far, text in (
        (acme, acme, "A record cannot be related to itself"),
        (budex, acme, "There is such a relation already"),
        (acme, budex, "There is such a relation already"),
    ):
        values = {"type": key(rivals, "Konkurenci", kasia), "other": str(far.pk), "note": "Ważne"}
        answer = client.post(window(near), values)
        assert answer.status_code == 422
        assert text in answer.content.decode()
        assert "Ważne" in answer.content.decode()
    assert state() == before


def test_limits_circles_and_wrong_dates_are_told_at_their_field(
    client, make, kasia, acme, lodz, relation_type, key, state, tie
):
    branch = relation_type("company", "Centrala", "company", "Oddział", one_a=True)
    tie(branch, acme, lodz)
    budex = make("company", title="Budex", owner=kasia)
    before = state()
    client.as_(kasia)
    up = key(branch, "Centrala", kasia)
    for near, far, more, text in (
        (lodz, budex, {}, "ACME Oddział Łódź has “Centrala” already: ACME Sp. z o.o."),
        (acme, lodz, {}, "This would close a circle"),
        (budex, acme, {"since": "2020-01-01", "until": "2019-01-01"}, "before the beginning"),
        (budex, acme, {"since": "kiedyś"}, "Enter a date"),
        (budex, acme, {"note": "x" * 501}, "500"),
    ):  # fmt: skip
        answer = client.post(window(near), {"type": up, "other": str(far.pk), **more})
        assert answer.status_code == 422
        assert text in answer.content.decode()
    assert state() == before


@pytest.mark.parametrize("what", ["archived", "deleted"])
def test_a_type_that_went_while_the_window_was_open_is_refused_and_nothing_is_lost(
    client, kasia, acme, lodz, branch, rivals, key, state, what
):
    values = {"type": key(branch, "Centrala", kasia), "other": str(acme.pk), "note": "Zapamiętaj"}
    setattr(branch, f"{what}_at", acme.created_at)
    branch.save()
    before = state()
    answer = client.as_(kasia).post(window(lodz), values)
    page = answer.content.decode()
    assert answer.status_code == 422
    text = "can no longer be added" if what == "archived" else "no such type of relation"
    assert text in page
    assert "Zapamiętaj" in page
    assert str(acme.pk) in page
    assert state() == before


def test_who_may_not_edit_adds_nothing(client, make, kasia, ewa, acme, lodz, branch, key, state):
    secret = make("company", title="Fuzja", owner=kasia, visibility=Visibility.HIDDEN)
    before = state()
    values = {"type": key(branch, "Centrala", kasia), "other": str(acme.pk)}
    client.as_(ewa)
    for record in (lodz, secret):
        for path in ("", "end/", "suggestions/"):
            assert client.get(window(record) + path).status_code == 404
        assert client.post(window(record), values).status_code == 404
    assert state() == before


def test_the_picker_knows_beginnings_of_words_without_signs(
    client, make, kasia, acme, lodz, branch, key
):
    make("company", title="Żółw Logistyka", owner=kasia)
    budex = make("company", title="Budex", owner=kasia)
    up = key(branch, "Centrala", kasia)
    client.as_(kasia)
    for typed in ("lod", "Łód"):
        assert offered(client, budex, up, typed) == ["ACME Oddział Łódź"]
    assert offered(client, budex, up, "zolw") == ["Żółw Logistyka"]
    assert offered(client, budex, up, "acm") == ["ACME Oddział Łódź", "ACME Sp. z o.o."]


def test_namesakes_can_be_told_apart(client, make, kasia, piotr, acme, branch, key):
    for city, nip, owner in (("Gdańsk", "5260250995", kasia), ("Rzeszów", "5252248481", piotr)):
        address = {"street": "", "postcode": "", "city": city, "country": "", "label": ""}
        make("company", title="Nowak Transport", nip=nip, owner=owner, addresses=[address])
    values = {"type": key(branch, "Centrala", kasia), "q": "Nowak Tr"}
    found = client.as_(kasia).get(f"{window(acme)}suggestions/", values).json()["results"]
    details = sorted(one["detail"] for one in found)
    assert len(details) == 2
    assert "Gdańsk" in details[0]
    assert "Kasia Nowak" in details[0]
    assert "Rzeszów" in details[1]
    assert "Piotr Lis" in details[1]


def test_the_picker_leaves_out_itself_what_is_tied_and_what_nobody_may_know(
    client, make, kasia, piotr, acme, branch, rivals, key, tie
):
    tied = make("company", title="ACME Gdynia", owner=kasia)
    make("company", title="ACME Tajne", owner=piotr, visibility=Visibility.HIDDEN)
    make("company", title="ACME Zamknięte", owner=piotr, visibility=Visibility.RESTRICTED)
    gone = make("company", title="ACME Dawne", owner=kasia)
    move_to_bin(gone, by=kasia)
    tie(branch, acme, tied)
    client.as_(kasia)
    free = ["ACME Zamknięte"]
    assert offered(client, acme, key(branch, "Oddział", kasia), "acme") == free
    assert offered(client, acme, key(branch, "Centrala", kasia), "acme") == ["ACME Gdynia", *free]
    assert offered(client, acme, key(rivals, "Konkurenci", kasia), "acme") == ["ACME Gdynia", *free]
    assert offered(client, tied, key(branch, "Centrala", kasia), "acme") == free


def test_before_one_types_it_offers_what_was_opened_last(
    client, make, kasia, acme, lodz, branch, key
):
    client.as_(kasia)
    for record in (lodz, acme):
        client.get(record.get_absolute_url())
    assert offered(client, acme, key(branch, "Oddział", kasia)) == ["ACME Oddział Łódź"]


def test_ten_are_offered_and_more_when_asked(client, make, kasia, acme, branch, key):
    for number in range(12):
        make("company", title=f"Nowa {number:02}", owner=kasia)
    up = key(branch, "Centrala", kasia)
    client.as_(kasia)
    answer = client.get(f"{window(acme)}suggestions/", {"type": up, "q": "nowa"}).json()
    assert (len(answer["results"]), answer["has_more"]) == (10, True)
    answer = client.get(f"{window(acme)}suggestions/", {"type": up, "q": "nowa", "all": "1"}).json()
    assert (len(answer["results"]), answer["has_more"]) == (12, False)


def test_a_type_of_another_kind_or_of_nobody_has_no_picker(
    client, make, kasia, acme, relation_type, key
):
    type_ = relation_type("person", "Były pracownik", "space", "Projekt")
    client.as_(kasia)
    for asked in (key(type_, "Projekt", kasia), "relation0a", "", "x"):
        answer = client.get(f"{window(acme)}suggestions/", {"type": asked, "q": "a"})
        assert answer.status_code == 404


def test_the_picker_follows_the_type_and_keeps_what_can_stand_there(
    client, make, kasia, acme, lodz, branch, rivals, relation_type, key
):
    project = relation_type("space", "Projekt", "company", "Klient", position=9)
    client.as_(kasia)
    kept = {"type": key(rivals, "Konkurenci", kasia), "other": str(lodz.pk)}
    page = client.get(f"{window(acme)}end/", kept).content.decode()
    assert "ACME Oddział Łódź" in page
    assert "Konkurenci" in page
    page = client.get(
        f"{window(acme)}end/", {"type": key(project, "Projekt", kasia), "other": str(lodz.pk)}
    ).content.decode()
    assert "ACME Oddział Łódź" not in page
    assert "/spaces/quick/" in page
    assert "There this record will be shown as: Klient" in page


def test_a_restricted_record_can_be_tied_by_who_knows_its_name(
    client, shown, make, kasia, piotr, acme, branch, key
):
    far = make("company", title="Zamknięta", owner=piotr, visibility=Visibility.RESTRICTED)
    values = {"type": key(branch, "Centrala", kasia), "other": str(far.pk)}
    assert client.as_(kasia).post(window(acme), values).status_code == 302
    assert shown(kasia, acme) == {"Centrala": ["Zamknięta"]}
    assert client.as_(kasia).get(far.get_absolute_url()).status_code == 403


def test_a_former_employee_still_has_no_company(client, shown, make, kasia, relation_type, key):
    type_ = relation_type("person", "Były pracownik", "company", "Poprzednia firma")
    zofia, budex = (
        make("person", first_name="Zofia", last_name="Łęcka", owner=kasia),
        make("company", title="Budex"),
    )
    values = {"type": key(type_, "Poprzednia firma", kasia), "other": str(budex.pk)}
    assert client.as_(kasia).post(window(zofia), values).status_code == 302
    assert shown(kasia, budex) == {"Były pracownik": ["Zofia Łęcka"]}
    zofia.refresh_from_db()
    assert zofia.company is None


def test_in_polish_the_refusals_read_as_the_guide_has_them(
    client, kasia, acme, lodz, branch, key, tie
):
    from orbita.accounts.models import User

    User.objects.filter(pk=kasia.pk).update(language="pl")
    kasia.refresh_from_db()
    tie(branch, acme, lodz)
    client.as_(kasia)
    up = key(branch, "Centrala", kasia)
    for far, text in (
        (lodz.pk, "Obiekt nie może być powiązany sam ze sobą"),
        (acme.pk, "Takie powiązanie już istnieje"),
        (uuid7(), "Wskazany obiekt już nie istnieje"),
    ):
        page = client.post(window(lodz), {"type": up, "other": str(far)}).content.decode()
        assert text in page
