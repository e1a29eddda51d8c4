"""The panel of relations on profiles, and the page of all of them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orbita.preferences.models import StoredSetting
from orbita.records.changes import change_set
from orbita.records.kinds import kinds
from orbita.records.models import Record, Visibility
from orbita.records.trash import move_to_bin, restore
from orbita.relations.facings import facings, facings_for
from orbita.relations.models import Relation, RelationType, Side
from orbita.relations.relating import describe, relate_many
from orbita.ui.ids import uuid7

pytestmark = pytest.mark.django_db


def panel_of(record: Any) -> str:
    """The address of the panel."""
    return f"{record.get_absolute_url()}panels/relations/"


def page_of(record: Any) -> str:
    """The address of all relations."""
    return f"{record.get_absolute_url()}relations/"


def switch(key: str, *, on: bool) -> None:
    """An add-on on or off."""
    StoredSetting.objects.filter(key=f"addons.{key}").update(value=on)


def names_in(page: Any) -> list[str]:
    """The names of the rows, in their order."""
    return re.findall(r"<bdi>(.*?)</bdi>", page.content.decode().split('id="relations"')[1])


def test_both_profiles_show_it_under_the_label_of_the_other(shown, make, kasia, branch, tie):
    acme, lodz = make("company", title="ACME Sp. z o.o."), make("company", title="Oddział Łódź")
    tie(branch, acme, lodz)
    assert shown(kasia, lodz) == {"Centrala": ["ACME Sp. z o.o."]}
    assert shown(kasia, acme) == {"Oddział": ["Oddział Łódź"]}


def test_profiles_have_the_panel_while_relations_are_on(client, make, kasia, features):
    for kind in kinds:
        RelationType.objects.create(
            kind_a=kind.key, label_a="Jeden", kind_b=kind.key, label_b="Drugi"
        )
    records = [make(kind.key, owner=kasia, **{kind.title_from[-1]: "Nowa"}) for kind in kinds]
    for record in records:
        page = client.as_(kasia).get(record.get_absolute_url()).content.decode()
        assert 'id="panel-relations"' in page
        assert page.count("/relations/new/") == 2  # the panel and the head of the profile
    switch("relations", on=False)
    for record in records:
        page = client.get(record.get_absolute_url()).content.decode()
        assert "/relations/" not in page
        for path in (panel_of(record), page_of(record), f"{page_of(record)}new/"):
            assert client.get(path).status_code == 404


def test_a_kind_without_types_has_no_panel_but_a_hint_for_administrators(
    client, make, anna, kasia, branch
):
    deal = make("deal", title="Wdrożenie", owner=kasia)
    assert (
        'id="panel-relations"'
        not in client.as_(kasia).get(deal.get_absolute_url()).content.decode()
    )
    assert client.get(panel_of(deal)).status_code == 404
    page = client.as_(anna).get(panel_of(deal))
    assert "Define types of relations" in page.content.decode()
    assert "/settings/" in page.content.decode()


def test_who_may_not_edit_sees_relations_and_no_button(
    client, shown, make, kasia, ewa, branch, tie
):
    acme, lodz = (
        make("company", title="ACME", owner=kasia),
        make("company", title="Łódź", owner=kasia),
    )
    tie(branch, acme, lodz)
    assert shown(ewa, acme) == {"Oddział": ["Łódź"]}
    pages = [client.get(address).content.decode() for address in (panel_of(acme), page_of(acme))]
    assert all("data-bs-toggle" not in page.split('class="panel-list"')[1] for page in pages)
    assert "relations/new/" not in client.get(acme.get_absolute_url()).content.decode()


def test_groups_stand_in_the_order_of_the_settings_with_their_numbers(
    client, shown, make, kasia, branch, rivals, tie
):
    acme = make("company", title="ACME", owner=kasia)
    for title in ("Zgierz", "Łódź", "Ádám"):
        tie(branch, acme, make("company", title=title))
    tie(rivals, make("company", title="Budex"), acme)
    assert shown(kasia, acme) == {"Oddział": ["Ádám", "Łódź", "Zgierz"], "Konkurenci": ["Budex"]}
    counts = re.findall(r'class="count">(.*?)<', client.get(panel_of(acme)).content.decode())
    assert counts == ["3", "1"]
    RelationType.objects.filter(pk=rivals.pk).update(position=0)
    RelationType.objects.get(pk=branch.pk).save()
    branch.position = 5
    branch.save()
    assert list(shown(kasia, acme)) == ["Konkurenci", "Oddział"]


def test_a_hidden_end_leaves_no_trace_and_is_not_counted(
    client, shown, make, kasia, piotr, branch, tie
):
    acme = make("company", title="ACME", owner=kasia)
    secret = make("company", title="Fuzja X", owner=piotr, visibility=Visibility.HIDDEN)
    for far in (make("company", title="Łódź"), secret):
        tie(branch, acme, far, note="poufne 12")
    assert shown(kasia, acme) == {"Oddział": ["Łódź"]}
    page = client.get(panel_of(acme)).content.decode()
    assert 'class="count">1<' in page
    assert str(secret.pk) not in page
    assert names_in(client.get(page_of(acme))) == ["Łódź"]
    assert names_in(client.get(f"{page_of(acme)}?sort=newest")) == ["Łódź"]
    assert (
        "Fuzja"
        not in client.get(f"{page_of(acme)}?q=fuzja").content.decode().split('relations"')[-1]
    )
    tie(branch, secret, acme)
    assert list(shown(kasia, acme)) == ["Oddział"]
    assert client.as_(kasia).get(panel_of(secret)).status_code == 404


def test_of_a_closed_end_stand_name_and_lock_alone(client, make, kasia, ewa, relation_type, tie):
    type_ = relation_type("space", "Projekt", "company", "Klient")
    acme = make("company", title="ACME", owner=kasia)
    space = make(
        "space", title="Projekt ABC", owner=ewa, visibility=Visibility.RESTRICTED, groups=["Tajne"]
    )
    tie(type_, space, acme, note="umowa 12 500", since=timezone.localdate() - timedelta(days=900))
    describe(
        Relation.objects.get(), by=ewa, note="umowa 12 500", since=None,
        until=timezone.localdate() - timedelta(days=400),
    )  # fmt: skip
    client.as_(kasia)
    for address in (panel_of(acme), page_of(acme)):
        page = client.get(address).content.decode()
        assert "Projekt ABC" in page
        assert 'class="lock"' in page
        for secret in (
            "12 500",
            "Tajne",
            "Ewa Maj",
            "ended",
            "relation-ended",
            "/edit/",
            "/ending/",
        ):
            assert secret not in page.split("panel-list")[1]
    address = f"{page_of(acme)}{Relation.objects.get().pk}/"
    assert client.get(f"{address}edit/").status_code == 404
    assert client.post(f"{address}ending/").status_code == 404
    assert "12 500" in client.as_(ewa).get(panel_of(acme)).content.decode()


def test_ended_ones_stand_last_and_say_when(client, shown, make, kasia, branch, tie):
    acme, today = make("company", title="ACME", owner=kasia), timezone.localdate()
    past = today.replace(year=today.year - 2, day=1)
    for title, since, until in (
        ("Adamów", past.replace(year=past.year - 3), past),
        ("Bytom", None, past),
        ("Zgierz", today.replace(day=1), None),
    ):
        tie(branch, acme, make("company", title=title), since=since, until=until)
    assert shown(kasia, acme) == {"Oddział": ["Zgierz", "Adamów", "Bytom"]}
    page = client.get(panel_of(acme)).content.decode()
    assert f"{past.year - 3}–{past.year}" in page
    assert f"ended {past.year}" in page
    assert page.count("relation-ended") == 2
    assert names_in(client.get(page_of(acme))) == ["Zgierz", "Adamów", "Bytom"]


def copies(of: Any, count: int, by: Any) -> list[Any]:
    """The ids of so many further records like this one."""
    ids = [uuid7() for _each in range(count)]
    with change_set(by=by), connection.cursor() as cursor:
        for model in (Record, type(of)):
            table, key = model._meta.db_table, model._meta.pk.column
            fields = [f.column for f in model._meta.local_concrete_fields]
            names = ", ".join(name for name in fields if name not in (key, "number"))
            cursor.execute(
                f"INSERT INTO {table} ({key}, {names}) SELECT v.fresh, {names}"
                f" FROM {table}, unnest(%s::uuid[]) v (fresh) WHERE {key} = %s",
                [ids, of.pk],
            )
    return ids


def hub(make: Any, type_: Any, owner: Any, count: int) -> Any:
    """A record with so many others on side B of the type."""
    acme = make("company", title=f"ACME {count}", owner=owner)
    one = next(f for f in facings() if f.type == type_ and f.side == Side.A)
    ids = copies(make("company", title="Filia", owner=owner), count, owner)
    with change_set(by=owner):
        relate_many([(acme.pk, pk) for pk in ids], one, by=owner)
    return acme


def test_a_hub_takes_no_more_queries_and_shows_ten(client, make, kasia, ewa, branch, tie):
    few, many = hub(make, branch, kasia, 10), hub(make, branch, kasia, 2_000)
    counts = {}
    for viewer in (kasia, ewa):
        client.as_(viewer)
        for record in (few, many):
            for address in (panel_of(record), page_of(record)):
                client.get(address)
                with CaptureQueriesContext(
                    connection,
                ) as queries:
                    page = client.get(address)
                told = counts.setdefault((viewer.email, address == panel_of(record)), [])
                told.append(len(queries))
                assert page.content.decode().count("<bdi>") <= 50
    assert all(first == second for first, second in counts.values()), counts
    page = client.get(panel_of(many)).content.decode()
    assert page.count("<bdi>") == 10
    assert "1,000+<" in page
    assert "Show all" in page
    assert "Show all" not in client.get(panel_of(few)).content.decode()


def test_groups_of_all_types_are_read_at_once(client, make, kasia, ewa, branch, rivals, tie):
    acme = hub(make, branch, kasia, 30)
    tie(rivals, acme, make("company", title="Budex"))
    tie(branch, make("company", title="Łódź", owner=kasia), acme)
    client.as_(kasia).get(panel_of(acme))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(panel_of(acme)).content.decode()
    assert re.findall(r'class="count">(.*?)<', page) == ["30", "1", "1"]
    spent = [query["sql"] for query in queries]
    own = [sql for sql in spent if "relations_" in sql]
    assert len(own) <= 3, own
    assert len(spent) <= 9, spent


def test_all_of_them_on_pages_by_type_by_words_by_name_or_age(
    client, make, kasia, branch, rivals, tie
):
    acme = hub(make, branch, kasia, 60)
    lodz = make("company", title="Łódź Nowa", owner=kasia)
    tie(branch, acme, lodz)
    tie(rivals, acme, lodz)
    client.as_(kasia)
    first = client.get(page_of(acme))
    assert names_in(first) == ["Filia"] * 50
    assert "page=2" in first.content.decode()
    assert names_in(client.get(f"{page_of(acme)}?page=2")) == ["Filia"] * 10 + ["Łódź Nowa"] * 2
    assert names_in(client.get(f"{page_of(acme)}?sort=newest"))[:3] == [
        "Łódź Nowa",
        "Łódź Nowa",
        "Filia",
    ]
    assert names_in(client.get(f"{page_of(acme)}?q=lodz")) == ["Łódź Nowa"] * 2
    label = next(f for f in facings_for(kasia) if f.type == rivals).key
    assert names_in(client.get(f"{page_of(acme)}?type={label}")) == ["Łódź Nowa"]
    for nonsense in ("page=0", "page=-1", "page=x", "type=relation0z", "sort=x", "page=99999999"):
        assert client.get(f"{page_of(acme)}?{nonsense}").status_code == 200
    assert "Nothing found" in client.get(f"{page_of(acme)}?q=nigdzie").content.decode()


def test_what_goes_to_the_bin_is_gone_and_comes_back(shown, make, anna, kasia, branch, tie):
    acme, lodz = make("company", title="ACME"), make("company", title="Łódź", owner=kasia)
    tie(branch, acme, lodz)
    move_to_bin(acme, by=anna)
    assert shown(kasia, lodz) == {}
    restore(acme, by=anna)
    assert shown(kasia, lodz) == {"Centrala": ["ACME"]}


def test_while_spaces_are_off_their_relations_are_not_there(
    client, shown, make, kasia, relation_type, tie, branch
):
    type_ = relation_type("space", "Projekt", "company", "Klient")
    acme, space = make("company", title="ACME", owner=kasia), make("space", title="Projekt ABC")
    tie(type_, space, acme)
    assert shown(kasia, acme) == {"Projekt": ["Projekt ABC"]}
    switch("spaces", on=False)
    assert shown(kasia, acme) == {}
    assert "Projekt" not in client.get(f"{page_of(acme)}new/").content.decode()
    assert names_in(client.get(page_of(acme))) == []
    switch("spaces", on=True)
    assert shown(kasia, acme) == {"Projekt": ["Projekt ABC"]}


def test_several_types_tie_the_same_two_records(shown, make, kasia, relation_type, tie):
    acme, space = make("company", title="ACME"), make("space", title="Projekt ABC")
    for label in ("Klient", "Podwykonawca"):
        tie(relation_type("space", "Projekt", "company", label), space, acme)
    assert shown(kasia, space) == {"Klient": ["ACME"], "Podwykonawca": ["ACME"]}
    assert shown(kasia, acme) == {
        "Projekt (Klient)": ["Projekt ABC"],
        "Projekt (Podwykonawca)": ["Projekt ABC"],
    }


def test_a_relation_opens_no_door(client, make, kasia, ewa, relation_type, tie):
    deal = make("deal", title="Wdrożenie", owner=kasia)
    space = make("space", title="Projekt", owner=ewa, visibility=Visibility.RESTRICTED)
    tie(relation_type("deal", "Sprzedaż", "space", "Projekt"), deal, space, by=ewa)
    assert client.as_(kasia).get(space.get_absolute_url()).status_code == 403
    assert client.get(panel_of(space)).status_code == 404
    assert client.get(page_of(space)).status_code == 404


def test_foreign_text_is_text(client, make, kasia, relation_type, tie):
    type_ = relation_type("company", "<b>Centrala</b>", "company", "<i>Oddział</i>")
    acme = make("company", title="<script>alert(1)</script>", owner=kasia)
    tie(type_, make("company", title="<img src=x>"), acme, note="<script>alert(2)</script>")
    client.as_(kasia)
    relation = Relation.objects.get().pk
    for path in (
        "",
        "panels/relations/",
        "relations/",
        "relations/new/",
        f"relations/{relation}/removal/",
    ):
        page = client.get(f"{acme.get_absolute_url()}{path}").content.decode()
        assert "<script>alert" not in page
        assert "<img src=x>" not in page
        assert "<b>Centrala" not in page
