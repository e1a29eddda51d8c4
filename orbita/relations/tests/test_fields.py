"""A type of relation as a field: in forms, where they stand on the profile, and in add forms."""

from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from orbita.records.history import history
from orbita.records.kinds import kinds
from orbita.records.models import Change, Record, Visibility
from orbita.records.tests.contract.test_forms import posted
from orbita.records.trash import move_to_bin
from orbita.relations import ends
from orbita.relations.models import Edge, Relation
from orbita.ui.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch(relation_type: Any) -> Any:
    """Centrala, of which a company has one, in the first section of the form of companies."""
    return relation_type("company", "Centrala", "company", "Oddział", one_a=True, section_b="basic")


@pytest.fixture
def rivals(relation_type: Any) -> Any:
    """Konkurenci, several of them, in the form."""
    return relation_type("company", "Konkurenci", "company", "Konkurenci", section_a="basic")


def key_of(type_: Any, side: str = "a") -> str:
    return f"relation{type_.pk}{side}"


def edit(browser: Any, record: Any, **values: Any) -> Any:
    """Open the edit form and post it with other values."""
    url = f"/companies/{record.pk}/edit/"
    data = posted(browser.get(url).context["form"])
    return browser.post(url, data | values)


def add(browser: Any, title: str, **values: Any) -> Any:
    data = posted(browser.get("/companies/new/").context["form"])
    return browser.post("/companies/new/", data | {"title": title} | values)


def ends_of(record: Any) -> set[str]:
    return set(Edge.objects.filter(near=record.pk).values_list("far__title", flat=True))


def told(record: Any, viewer: Any) -> list[tuple[str, str, str]]:
    fresh = kinds.by_key(record.kind).model.objects.get(pk=record.pk)
    lines = [line for entry in history(fresh, viewer) for line in entry.lines]
    return [(line.label, line.before, line.after) for line in lines]


def test_a_company_is_added_with_its_headquarters(client, make, kasia, branch):
    """AC-60."""
    acme = make("company", title="ACME Sp. z o.o.", owner=kasia)
    browser = client.as_(kasia)
    sections = browser.get("/companies/new/").context["sections"]
    assert "Centrala" in [str(bound.label) for bound in sections[0]["fields"]]
    answer = add(browser, "Filia Tarnów", **{key_of(branch, "b"): str(acme.pk)})
    assert answer.status_code == 302
    filia = Record.objects.get(title="Filia Tarnów")
    relation = Relation.objects.get()
    assert (relation.a_id, relation.b_id, relation.author) == (acme.pk, filia.pk, kasia)
    assert told(acme, kasia)[0] == ("Oddział", "", "Filia Tarnów")
    assert "ACME Sp. z o.o." in browser.get(f"/companies/{filia.pk}/").content.decode()


def test_a_relation_to_a_hidden_record_survives_the_form_and_is_not_shown(
    client, make, kasia, piotr, rivals, tie
):
    """AC-61."""
    filia = make("company", title="Filia Tarnów", owner=kasia)
    acme, budex = (make("company", title=title, owner=kasia) for title in ("ACME", "Budex"))
    secret = make("company", title="Fuzja X", owner=piotr, visibility=Visibility.HIDDEN)
    for other in (secret, acme):
        tie(rivals, filia, other)
    browser = client.as_(kasia)
    page = browser.get(f"/companies/{filia.pk}/edit/").content.decode()
    assert "ACME" in page
    assert "Fuzja" not in page
    assert str(secret.pk) not in page
    key = key_of(rivals)
    assert edit(browser, filia, tags=["Tarnów"], **{key: [str(budex.pk)]}).status_code == 302
    assert ends_of(filia) == {"Fuzja X", "Budex"}
    assert edit(browser, filia, **{key: []}).status_code == 302
    assert ends_of(filia) == {"Fuzja X"}


def test_only_relations_changed_leave_version_and_time_alone(client, make, kasia, rivals):
    filia = make("company", title="Filia", owner=kasia)
    acme = make("company", title="ACME", owner=kasia)
    before = list(Record.objects.order_by("pk").values("pk", "version", "updated_at"))
    answer = edit(client.as_(kasia), filia, **{key_of(rivals): [str(acme.pk)]})
    assert answer.status_code == 302
    assert ends_of(filia) == {"ACME"}
    assert list(Record.objects.order_by("pk").values("pk", "version", "updated_at")) == before


def test_a_second_headquarters_replaces_the_first(client, make, kasia, branch, tie):
    filia, acme, budex = (make("company", title=t, owner=kasia) for t in ("Filia", "ACME", "Budex"))
    tie(branch, acme, filia)
    answer = edit(client.as_(kasia), filia, **{key_of(branch, "b"): str(budex.pk)})
    assert answer.status_code == 302
    assert ends_of(filia) == {"Budex"}


REFUSED = {
    "itself": "A record cannot be related to itself",
    "hidden": "The chosen record no longer exists",
    "binned": "The chosen record no longer exists",
    "invented": "The chosen record no longer exists",
    "nonsense": "The chosen record no longer exists",
    "circle": "This would close a circle: Filia → ACME → Filia",
    "taken": "Łódź has “Centrala” already: ACME",
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_what_cannot_be_is_said_at_the_field_and_nothing_is_lost_or_stored(
    client, make, anna, kasia, piotr, branch, tie, what
):
    acme = make("company", title="ACME", owner=kasia)
    filia, lodz = (make("company", title=t, owner=kasia) for t in ("Filia", "Łódź"))
    secret = make("company", title="Fuzja X", owner=piotr, visibility=Visibility.HIDDEN)
    binned = make("company", title="Kosz", owner=kasia)
    move_to_bin(binned, by=anna)
    tie(branch, acme, filia)
    tie(branch, acme, lodz)
    up, down = key_of(branch, "b"), key_of(branch, "a")
    branch.section_a = "basic"
    branch.save()
    posts: dict[str, tuple[Any, str, Any]] = {
        "itself": (acme, up, str(acme.pk)),
        "hidden": (acme, up, str(secret.pk)),
        "binned": (acme, up, str(binned.pk)),
        "invented": (acme, up, str(uuid7())),
        "nonsense": (acme, up, "nic"),
        "circle": (acme, up, str(filia.pk)),
        "taken": (filia, down, [str(lodz.pk)]),
    }
    record, key, value = posts[what]
    before = [list(m.objects.order_by("pk").values()) for m in (Relation, Record, Change)]
    answer = edit(client.as_(kasia), record, tags=["Zgierz"], **{key: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors[key] == [REFUSED[what]]
    page = answer.content.decode()
    assert "Zgierz" in page
    assert "Fuzja" not in page
    assert [list(m.objects.order_by("pk").values()) for m in (Relation, Record, Change)] == before


def test_adding_stores_the_record_and_its_relations_or_nothing(client, make, kasia, branch, tie):
    lodz, acme = (make("company", title=t, owner=kasia) for t in ("Łódź", "ACME"))
    tie(branch, acme, lodz)
    browser, key = client.as_(kasia), key_of(branch, "a")
    url = f"/companies/new/?{key}={lodz.pk}"
    data = posted(browser.get(url).context["form"]) | {"title": "Nowa"}
    assert data[key] == [UUID(str(lodz.pk))]
    before = Record.objects.count(), Change.objects.count()
    answer = browser.post(url, data)
    assert answer.status_code == 422
    assert answer.context["form"].errors[key] == [REFUSED["taken"]]
    assert "Nowa" in answer.content.decode()
    assert (Record.objects.count(), Change.objects.count()) == before


def test_the_address_prefills_a_field_that_stands_in_no_section(
    client, make, kasia, piotr, relation_type
):
    project = relation_type("deal", "Sprzedaż", "space", "Projekt")
    deals = [make("deal", title=f"Umowa {n}", owner=kasia) for n in (1, 2)]
    secret = make("deal", title="Tajna", owner=piotr, visibility=Visibility.HIDDEN)
    key, browser = key_of(project, "b"), client.as_(kasia)
    plain = browser.get("/spaces/new/").context["form"]
    assert key not in plain.fields
    ids = [*(str(deal.pk) for deal in deals), str(secret.pk), str(uuid7()), "nic"]
    url = f"/spaces/new/?{'&'.join(f'{key}={pk}' for pk in ids)}"
    shown = browser.get(url)
    assert key in [bound.name for bound in shown.context["sections"][0]["fields"]]
    assert "Tajna" not in shown.content.decode()
    answer = browser.post(url, posted(shown.context["form"]) | {"title": "Wdrożenie"})
    assert answer.status_code == 302
    space = Record.objects.get(title="Wdrożenie")
    assert ends_of(space) == {"Umowa 1", "Umowa 2"}


def test_a_value_is_edited_where_it_stands(client, make, kasia, rivals, tie):
    filia, acme = (make("company", title=t, owner=kasia) for t in ("Filia", "ACME"))
    browser, key = client.as_(kasia), key_of(rivals)
    url, htmx = f"/companies/{filia.pk}/fields/{key}/", {"hx-request": "true"}
    form = browser.get(url, headers=htmx).context["form"]
    saved = browser.post(url, posted(form) | {key: [str(acme.pk)]}, headers=htmx)
    assert saved.status_code == 200
    assert "ACME" in saved.content.decode()
    refused = browser.post(url, {key: [str(filia.pk)]}, headers=htmx)
    assert refused.status_code == 422
    assert REFUSED["itself"] in refused.content.decode()
    assert ends_of(filia) == {"ACME"}


def test_two_editors_of_one_relation_are_told(client, make, kasia, marek, rivals):
    filia, acme, budex = (make("company", title=t, owner=kasia) for t in ("Filia", "ACME", "Budex"))
    url, key = f"/companies/{filia.pk}/edit/", key_of(rivals)
    mareks = posted(client.as_(marek).get(url).context["form"]) | {key: [str(budex.pk)]}
    kasias = posted(client.as_(kasia).get(url).context["form"]) | {key: [str(acme.pk)]}
    assert client.as_(kasia).post(url, kasias).status_code == 302
    conflict = client.as_(marek).post(url, mareks)
    assert conflict.status_code == 409
    assert "ACME" in conflict.content.decode()
    assert ends_of(filia) == {"ACME"}


def test_an_archived_type_keeps_its_chips_and_takes_no_more(client, make, kasia, rivals, tie):
    filia, acme, budex = (make("company", title=t, owner=kasia) for t in ("Filia", "ACME", "Budex"))
    tie(rivals, filia, acme)
    rivals.archived_at = timezone.now()
    rivals.save()
    browser, key = client.as_(kasia), key_of(rivals)
    assert "Konkurenci" not in browser.get("/companies/new/").content.decode()
    assert "Konkurenci" not in browser.get(f"/companies/{budex.pk}/edit/").content.decode()
    both = [str(acme.pk), str(budex.pk)]
    answer = edit(browser, filia, **{key: both})
    assert answer.status_code == 422
    assert "can no longer be added" in answer.context["form"].errors[key][0]
    assert add(browser, "Nowa", **{key: both}).status_code == 422
    assert ends_of(filia) == {"ACME"}
    assert edit(browser, filia, tags=["Zgierz"]).status_code == 302
    assert ends_of(filia) == {"ACME"}
    assert edit(browser, filia, **{key: []}).status_code == 302
    assert ends_of(filia) == set()


def test_ended_relations_are_chips_that_say_so(client, make, kasia, rivals, tie):
    filia, acme = (make("company", title=t, owner=kasia) for t in ("Filia", "ACME"))
    tie(rivals, filia, acme, until=timezone.localdate().replace(year=2020))
    browser = client.as_(kasia)
    assert "ACME (ended)" in browser.get(f"/companies/{filia.pk}/edit/").content.decode()
    assert edit(browser, filia, tags=["Zgierz"]).status_code == 302
    assert ends_of(filia) == {"ACME"}
    listed = browser.get(f"/companies/?columns=title,{key_of(rivals)}").content.decode()
    assert "(ended)" in listed


def test_that_a_relation_to_a_closed_record_is_over_is_not_told(
    client, make, kasia, piotr, rivals, tie
):
    filia = make("company", title="Filia", owner=kasia)
    closed = make("company", title="Aaa", owner=piotr, visibility=Visibility.RESTRICTED)
    tie(rivals, filia, make("company", title="Bbb", owner=kasia))
    tie(rivals, filia, closed, until=timezone.localdate().replace(year=2020))
    browser = client.as_(kasia)
    listed = browser.get(f"/companies/?q=filia&columns=title,{key_of(rivals)}").content.decode()
    for page in (listed, browser.get(f"/companies/{filia.pk}/edit/").content.decode()):
        assert "ended)" not in page
        assert page.index("Aaa") < page.index("Bbb")


def test_more_than_a_form_can_show_are_counted_and_left_alone(
    client, make, kasia, rivals, tie, monkeypatch
):
    monkeypatch.setitem(ends._LIMITS, ends.Depth.FORM, (3, None))
    filia = make("company", title="Filia", owner=kasia)
    for n in range(5):
        tie(rivals, filia, make("company", title=f"Firma {n}", owner=kasia))
    browser = client.as_(kasia)
    page = browser.get(f"/companies/{filia.pk}/edit/").content.decode()
    assert "There are 5, more than a form can show" in page
    assert edit(browser, filia, tags=["Zgierz"], **{key_of(rivals): []}).status_code == 302
    assert Record.objects.get(pk=filia.pk).version == filia.version + 1
    assert len(ends_of(filia)) == 5


def test_a_closed_end_is_a_name_and_a_lock(client, make, kasia, piotr, rivals, tie):
    filia = make("company", title="Filia", owner=kasia)
    closed = make("company", title="Kancelaria", owner=piotr, visibility=Visibility.RESTRICTED)
    tie(rivals, filia, closed)
    page = client.as_(kasia).get(f"/companies/?columns=title,{key_of(rivals)}&q=filia")
    row = page.content.decode().partition("<tbody>")[2]
    assert "Kancelaria" in row
    assert "You have no access" in row


def test_switched_off_the_field_is_gone_and_comes_back_with_its_values(
    client, make, kasia, rivals, tie
):
    from orbita.preferences.models import StoredSetting

    filia, acme = (make("company", title=t, owner=kasia) for t in ("Filia", "ACME"))
    tie(rivals, filia, acme)
    browser, key = client.as_(kasia), key_of(rivals)
    switch = StoredSetting.objects.get(key="addons.relations")
    switch.value = False
    switch.save()
    assert "Konkurenci" not in browser.get(f"/companies/{filia.pk}/edit/").content.decode()
    assert edit(browser, filia, tags=["Zgierz"], **{key: []}).status_code == 302
    listed = browser.get(f"/companies/?{key}.filled=1&columns=title,{key}").content.decode()
    assert "“Konkurenci” is switched off in the account" in listed
    switch.value = True
    switch.save()
    assert "ACME" in browser.get(f"/companies/{filia.pk}/edit/").content.decode()
