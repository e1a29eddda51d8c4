"""The source that a new record takes over: AC-29 to AC-37, and the matrix of prefilling."""

import re

import pytest
from django.utils.html import escape

from orbita.deals.models import Deal
from orbita.preferences.models import StoredSetting
from orbita.records import filling, flowing
from orbita.records.changes import change_set
from orbita.records.fields import ReferenceField
from orbita.records.history import history
from orbita.records.kinds import kinds
from orbita.records.models import Record, Source

FLOW = "/deals/new/values/source/"


@pytest.fixture
def prefill(features):
    StoredSetting.objects.update_or_create(key="sources.prefill", defaults={"value": True})


@pytest.fixture
def named(features):
    names = ("Strona www", "Polecenie", "LinkedIn", "Targi")
    return {
        name: Source.objects.create(name=name, position=place) for place, name in enumerate(names)
    }


@pytest.fixture
def acme(make, kasia, named):
    return make("company", title="ACME", owner=kasia, source=named["Strona www"])


@pytest.fixture
def budex(make, kasia, named):
    return make("company", title="Budex", owner=kasia, source=named["Polecenie"])


@pytest.fixture
def plain(make, kasia):
    return make("company", title="Bez źródła", owner=kasia)


@pytest.fixture
def jan(make, kasia, named):
    return make("person", last_name="Kowalski", owner=kasia, source=named["LinkedIn"])


@pytest.fixture
def page(client, kasia, prefill):
    """The text of a page as Kasia sees it."""
    client.as_(kasia)

    def read(address, data=None):
        return client.get(address, data or {}).content.decode()

    return read


def chosen(text):
    """The name of the source that is chosen on a page, and its mark."""
    select = re.search(r'<select name="source".*?</select>', text, re.S)
    assert select is not None
    option = re.search(r"<option[^>]* selected>([^<]*)<", select[0])
    mark = re.search(r"data-flow-mark>.*?<bdi>([^<]*)<", text, re.S)
    name = option[1] if option and option[1] != "—" else ""
    return name, mark[1] if mark else ""


def state(text, name):
    """A hidden value that the form carries."""
    return re.search(rf'name="source-{name}" value="([^"]*)"', text)[1]


# When the form opens -------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["persons", "deals"])
def test_from_the_profile_of_a_company(page, acme, slug):
    text = page(f"/{slug}/new/?company={acme.pk}")
    assert chosen(text) == ("Strona www", "From the company ACME")


def test_from_the_profile_of_a_person(page, jan):
    text = page(f"/deals/new/?persons={jan.pk}")
    assert chosen(text) == ("LinkedIn", "From the person Kowalski")


def test_from_a_company_without_a_source(page, plain):
    text = page(f"/persons/new/?company={plain.pk}")
    assert chosen(text) == ("", "")


def test_an_empty_form_takes_nothing_over(page, acme):
    assert chosen(page("/deals/new/")) == ("", "")


def test_both_at_once_means_the_company(page, acme, jan):
    text = page(f"/deals/new/?persons={jan.pk}&company={acme.pk}")
    assert chosen(text) == ("Strona www", "From the company ACME")


def test_nothing_while_the_second_switch_is_off(page, acme):
    StoredSetting.objects.filter(key="sources.prefill").delete()
    text = page(f"/deals/new/?company={acme.pk}")
    assert chosen(text) == ("", "")
    assert "data-flow" not in text


def test_nothing_while_sources_are_off(page, client, acme):
    StoredSetting.objects.filter(key="addons.sources").delete()
    assert "source" not in page(f"/deals/new/?company={acme.pk}").replace("resource", "")
    assert client.get(FLOW, {"company": acme.pk}).status_code == 404


@pytest.mark.parametrize("level", [2, 3])
def test_a_record_that_the_viewer_may_not_open_gives_nothing(page, make, piotr, named, level):
    closed = make("company", title="Cicha", owner=piotr, visibility=level, source=named["Targi"])
    text = page(f"/deals/new/?company={closed.pk}")
    assert chosen(text) == ("", "")
    text = page(FLOW, {"company": closed.pk, "source-origin": closed.pk})
    assert chosen(text) == ("", "")
    assert "Cicha" not in text


def test_a_record_in_the_bin_gives_nothing(page, acme, kasia):
    from orbita.records.trash import move_to_bin

    move_to_bin(acme, by=kasia)
    assert chosen(page(FLOW, {"company": acme.pk})) == ("", "")


def test_an_archived_source_does_not_flow(page, acme, named, anna):
    from orbita.records import sources

    sources.archive(named["Strona www"], by=anna)
    assert chosen(page(f"/deals/new/?company={acme.pk}")) == ("", "")


# While one fills the form in -----------------------------------------------------------------


def test_the_source_follows_the_company_until_it_is_touched(page, client, acme, budex, plain):
    text = page(FLOW, {"company": acme.pk})
    assert chosen(text) == ("Strona www", "From the company ACME")
    text = page(FLOW, {"company": budex.pk, "source-order": state(text, "order")})
    assert chosen(text) == ("Polecenie", "From the company Budex")
    text = page(FLOW, {"company": plain.pk, "source-order": state(text, "order")})
    assert chosen(text) == ("", "")
    touched = client.get(FLOW, {"company": acme.pk, "source-touched": "1"})
    assert touched.status_code == 204


def test_the_contact_chosen_first_wins(page, acme, jan):
    first = page(FLOW, {"persons": jan.pk})
    both = {"persons": jan.pk, "company": acme.pk}
    text = page(FLOW, both | {"source-order": state(first, "order")})
    assert chosen(text) == ("LinkedIn", "From the person Kowalski")
    first = page(FLOW, {"company": acme.pk})
    text = page(FLOW, both | {"source-order": state(first, "order")})
    assert chosen(text) == ("Strona www", "From the company ACME")
    assert chosen(page(FLOW, both))[0] == "Strona www"


def test_the_profile_from_which_the_form_was_opened_wins(page, acme, jan):
    opened = page(f"/deals/new/?persons={jan.pk}")
    data = {"persons": jan.pk, "company": acme.pk}
    data |= {f"source-{name}": state(opened, name) for name in ("order", "origin")}
    assert chosen(page(FLOW, data))[0] == "LinkedIn"
    del data["persons"]
    assert chosen(page(FLOW, data))[0] == "Strona www"


def test_a_first_one_without_a_source_leaves_it_to_the_next(page, plain, jan):
    first = page(FLOW, {"company": plain.pk})
    data = {"company": plain.pk, "persons": jan.pk, "source-order": state(first, "order")}
    assert chosen(page(FLOW, data))[0] == "LinkedIn"


@pytest.mark.parametrize("text", ["x", "'--", "00000000-0000-0000-0000-000000000000", "\x00"])
def test_senseless_ids_give_nothing(page, acme, text):
    data = {"company": text, "source-order": f"{text},{text}", "source-origin": text}
    assert chosen(page(FLOW, data)) == ("", "")


def test_others_may_not_ask(client, kasia, prefill):
    client.as_(kasia)
    assert client.get("/products/new/values/source/").status_code == 404
    assert client.get("/deals/new/values/title/").status_code == 404
    assert client.post(FLOW).status_code == 405


def test_asking_takes_few_questions(page, acme, jan, django_assert_max_num_queries):
    page(FLOW, {"company": acme.pk, "persons": jan.pk})
    with django_assert_max_num_queries(12):
        page(FLOW, {"company": acme.pk, "persons": jan.pk})


# What is saved -------------------------------------------------------------------------------


def deal(**values):
    return {"title": "Wdrożenie", "visibility": "1", "status": "open", "currency": "PLN", **values}


def saved(client, **values):
    answer = client.post("/deals/new/", deal(**values))
    assert answer.status_code == 302, answer.content.decode()
    return Deal.objects.get()


def test_what_the_form_shows_is_saved(page, client, acme, named):
    got = saved(client, company=acme.pk, source=named["Strona www"].pk)
    assert got.source == named["Strona www"]


def test_another_choice_stays(page, client, acme, named):
    data = {"company": acme.pk, "source": named["LinkedIn"].pk, "source-touched": "1"}
    assert saved(client, **data).source == named["LinkedIn"]


def test_a_cleared_source_stays_cleared(page, client, acme):
    data = {"company": acme.pk, "source": "", "source-touched": "1"}
    assert saved(client, **data).source is None


def test_a_form_with_a_mistake_keeps_what_was_touched(page, client, acme, named):
    data = deal(company=acme.pk, source=named["LinkedIn"].pk, **{"source-touched": "1"})
    answer = client.post("/deals/new/", data | {"title": ""})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert chosen(text) == ("LinkedIn", "")
    assert state(text, "touched") == "1"


def test_a_form_with_a_mistake_keeps_the_mark(page, client, acme, named):
    opened = page(f"/deals/new/?company={acme.pk}")
    data = deal(title="", company=acme.pk, source=named["Strona www"].pk)
    data |= {f"source-{name}": state(opened, name) for name in ("order", "origin", "touched")}
    text = client.post("/deals/new/", data).content.decode()
    assert chosen(text) == ("Strona www", "From the company ACME")


# Never afterwards ----------------------------------------------------------------------------


def test_switching_on_and_later_changes_touch_nothing(client, anna, make, kasia, named, plain):
    deals = [make("deal", title=f"Szansa {n}", owner=kasia, company=plain) for n in range(3)]
    person = make("person", last_name="Lis", owner=kasia, company=plain, source=named["LinkedIn"])
    client.as_(anna).post("/settings/sources/prefill/", {"on": "1"})
    client.post(f"{plain.get_absolute_url()}fields/source/", {"source": named["Targi"].pk})
    plain.refresh_from_db()
    assert plain.source == named["Targi"]
    assert not Deal.objects.filter(pk__in=[one.pk for one in deals]).exclude(source=None).exists()
    person.refresh_from_db()
    assert person.source == named["LinkedIn"]


def test_the_edit_form_takes_nothing_over(page, client, make, kasia, acme):
    old = make("deal", title="Stara", owner=kasia)
    address = f"{old.get_absolute_url()}edit/"
    assert "data-flow" not in page(address)
    client.post(address, deal(title="Stara", company=acme.pk, source=""))
    old = Deal.objects.get()
    assert old.company_id == acme.pk
    assert old.source is None


# A company made in the form of a person ------------------------------------------------------


def test_a_name_typed_in_a_picker_becomes_a_record(page, client):
    answer = client.post("/companies/quick/", {"title": "  Nowa   Era "})
    assert answer.status_code == 200
    made = Record.objects.get()
    assert (made.title, made.owner.first_name, made.source) == ("Nowa Era", "Kasia", None)
    assert answer.json()["value"] == str(made.pk)
    again = client.post("/companies/quick/", {"title": "nowa era"})
    assert again.status_code == 409
    assert "Nowa Era" in again.json()["error"]
    assert client.post("/companies/quick/", {"title": " "}).status_code == 422
    assert Record.objects.count() == 1


def test_it_takes_the_source_that_the_form_of_the_person_has(page, client, named):
    assert 'data-create-with="source"' in page("/persons/new/")
    client.post("/companies/quick/", {"title": "Nowa", "source": named["LinkedIn"].pk})
    assert Record.objects.get(title="Nowa").source == named["LinkedIn"]
    assert 'data-create-with="source"' not in page("/deals/new/")


def test_it_takes_the_source_of_a_person_that_exists(page, client, jan):
    small = page(f"{jan.get_absolute_url()}fields/company/")
    address = f"/companies/quick/?from={jan.pk}"
    assert escape(address) in small
    client.post(address, {"title": "Nowa"})
    assert Record.objects.get(title="Nowa").source == jan.source


def test_without_the_second_switch_it_takes_none(page, client, jan, named):
    StoredSetting.objects.filter(key="sources.prefill").delete()
    client.post(f"/companies/quick/?from={jan.pk}", {"title": "A", "source": named["Targi"].pk})
    assert Record.objects.get(title="A").source is None


def test_a_person_whom_one_may_not_open_gives_it_nothing(page, client, make, piotr, named):
    closed = make("person", last_name="Cichy", owner=piotr, visibility=3, source=named["Targi"])
    client.post(f"/companies/quick/?from={closed.pk}", {"title": "Nowa"})
    assert Record.objects.get(title="Nowa").source is None
    assert chosen(page(f"/companies/new/?from={closed.pk}")) == ("", "")


def test_a_company_form_opened_from_a_person_is_prefilled(page, jan):
    text = page(f"/companies/new/?from={jan.pk}")
    assert chosen(text) == ("LinkedIn", "From the person Kowalski")


# Kinds to come -------------------------------------------------------------------------------


def test_a_kind_with_a_source_follows_its_references_with_nothing_declared(monkeypatch):
    kind = kinds.get("vehicles")
    monkeypatch.setattr(type(kind), "has_source", True)
    monkeypatch.delitem(kind.__dict__, "_fields", raising=False)
    try:
        assert flowing.givers(kind) == ("holder",)
        assert isinstance(kind.all_fields()["holder"], ReferenceField)
    finally:
        kind.__dict__.pop("_fields", None)


# Many at once --------------------------------------------------------------------------------


def test_many_get_the_source_of_their_company_where_they_have_none(
    make, kasia, piotr, named, acme, plain, jan
):
    closed = make("company", title="Cicha", owner=piotr, visibility=3, source=named["Targi"])
    kind = kinds.by_key("deal")
    rows = {
        "empty": make("deal", title="A", owner=kasia, company=acme),
        "full": make("deal", title="B", owner=kasia, company=acme, source=named["Targi"]),
        "plain": make("deal", title="C", owner=kasia, company=plain),
        "person": make("deal", title="D", owner=kasia, company=plain, persons=[jan]),
        "both": make("deal", title="E", owner=kasia, company=acme, persons=[jan]),
        "closed": make("deal", title="F", owner=piotr, company=closed),
    }
    ids = [one.pk for one in rows.values()]
    shown = filling.preview(kind, ids, kasia)
    assert {key: shown.get(one.pk, "") for key, one in rows.items()} == {
        "empty": "Strona www",
        "full": "",
        "plain": "",
        "person": "LinkedIn",
        "both": "Strona www",
        "closed": "",
    }
    with change_set(by=kasia, channel="list_operation"):
        assert filling.fill(kind, ids, kasia) == 3
    now = dict(Deal.objects.values_list("title", "source__name"))
    assert now == {
        "A": "Strona www",
        "B": "Targi",
        "C": None,
        "D": "LinkedIn",
        "E": "Strona www",
        "F": None,
    }
    lines = history(rows["empty"], kasia)[0].lines
    assert [(line.before, line.after) for line in lines] == [("", "Strona www")]
    with change_set(by=kasia):
        assert filling.fill(kind, ids, kasia) == 0
