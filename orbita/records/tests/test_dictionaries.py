"""Dictionaries of groups and tags: their verbs, their pages, and what they must not tell."""

import json

import pytest

from orbita.accounts.models import AuditEntry
from orbita.accounts.tokens import issue_token
from orbita.jobs.testing import run_jobs
from orbita.preferences import find_setting
from orbita.records import dictionaries, relabelling
from orbita.records.dictionaries import GROUPS, TAGS
from orbita.records.models import Group, Record, RecordTag, Tag, Visibility

pytestmark = pytest.mark.django_db


def tagged(make, owner, *names, **values):
    return make(
        "company", owner=owner, title=f"Firma {'-'.join(names)}", tags=list(names), **values
    )


def test_a_tag_in_another_spelling_is_the_same_tag(client, make, kasia):
    tagged(make, kasia, "Klient")
    other = make("company", owner=kasia, title="Budex")
    client.as_(kasia).post(f"{other.get_absolute_url()}fields/tags/", {"tags": [" klient "]})
    assert Tag.objects.count() == 1
    assert other.record_tags.get().tag.name == "Klient"


def test_renaming_a_tag_to_one_that_exists_offers_to_merge(client, make, kasia, marek):
    first, second = tagged(make, kasia, "Klient"), tagged(make, kasia, "Klienci", "Klient")
    third = tagged(make, kasia, "klienty")
    wrong, right = Tag.objects.get(name="Klienci"), Tag.objects.get(name="Klient")
    browser = client.as_(marek)
    answer = browser.post(f"/companies/dictionaries/tags/{wrong.pk}/", {"name": "KLIENT"})
    assert answer.status_code == 422
    assert "exists already" in answer.content.decode()
    assert Tag.objects.filter(pk=wrong.pk).exists()
    odd = Tag.objects.get(name="klienty")
    versions = dict(Record.objects.values_list("pk", "version"))
    merging = {"ids": [wrong.pk, odd.pk, right.pk], "target": right.pk}
    assert browser.post("/companies/dictionaries/tags/merging/", merging).status_code == 302
    assert [tag.name for tag in Tag.objects.all()] == ["Klient"]
    assert RecordTag.objects.count() == 3
    now = dict(Record.objects.values_list("pk", "version"))
    assert now[first.pk] == versions[first.pk]
    assert now[second.pk] == versions[second.pk] + 1
    wall = browser.get(f"{third.get_absolute_url()}wall/?show=changes").content.decode()
    assert "klienty" in wall
    assert "Klient" in wall
    assert AuditEntry.objects.filter(subject="tags.contacts").count() == 2


def test_many_uses_are_moved_by_a_job_and_nothing_is_told_to_anybody(
    client, make, kasia, anna, monkeypatch
):
    monkeypatch.setattr(relabelling, "AT_ONCE", 2)
    monkeypatch.setattr(relabelling, "PIECE", 2)
    records = [tagged(make, kasia, "stary", f"x{number}") for number in range(5)]
    old, new = Tag.objects.get(name="stary"), Tag.named("contacts", "nowy")
    job = dictionaries.merge(TAGS, [old], new, by=anna)
    assert job is not None
    assert list(Tag.objects.filter(name="stary")) == []
    run_jobs()
    assert sorted(r.record_tags.filter(tag=new).count() for r in records) == [1] * 5
    assert not RecordTag.objects.filter(tag=old).exists()
    job.refresh_from_db()
    assert job.result == {"records": 5}


def test_a_group_hidden_from_the_one_who_manages_stays_a_secret(client, make, kasia, ewa):
    secret = make(
        "space", owner=kasia, title="X", visibility=Visibility.HIDDEN, groups=["Fuzja", "Inna"]
    )
    browser = client.as_(ewa)
    page = browser.get("/spaces/dictionaries/groups/").content.decode()
    assert "Fuzja" not in page
    hidden = Group.objects.get(name="Fuzja")
    base = "/spaces/dictionaries/groups/"
    for path in (f"{hidden.pk}/", "deletion/", "merging/"):
        answer = browser.post(f"{base}{path}", {"name": "Y", "ids": [hidden.pk], "target": 1})
        assert answer.status_code == 404
    answer = browser.post(base, {"name": "fuzja"})
    assert answer.status_code == 302
    assert "Fuzja" in browser.get(base).content.decode()
    assert secret.record_groups.count() == 2
    own = Group.named("spaces", "Nasza")
    answer = browser.post(f"{base}{own.pk}/", {"name": "Inna"})
    assert answer.status_code == 302
    names = sorted(browser.get(base).content.decode().count(name) > 0 for name in ("Inna", "Fuzja"))
    assert names == [True, True]
    assert sorted(g.group.name for g in secret.record_groups.select_related("group")) == [
        "Fuzja",
        "Inna",
    ]
    assert "on 0 records" in browser.get(f"{base}deletion/?ids={own.pk}").content.decode()


def test_groups_stand_in_the_order_they_were_put_in(client, anna, ewa, make):
    ids = [
        dictionaries.add(GROUPS, "deals", name, by=anna).pk for name in ("Źródła", "Żabki", "Ósme")
    ]
    make("deal", owner=anna, title="X", visibility=Visibility.HIDDEN, groups=["tajna"])
    turned = [ids[2], ids[0], ids[1]]
    client.as_(ewa).post("/deals/dictionaries/groups/order/", {"ids": turned})
    assert [group.pk for group in Group.of_family("deals")][:3] == turned
    shown = client.get("/deals/groups/").json()["results"]
    assert [option["value"] for option in shown] == ["Ósme", "Źródła", "Żabki"]


def test_names_sort_by_the_alphabet_of_the_language(make, kasia, client):
    tagged(make, kasia, "Łódź", "Lublin", "Mielec", "Zamość", "Żary", "ćma", "Cieszyn")
    names = [
        option["value"] for option in client.as_(kasia).get("/companies/tags/").json()["results"]
    ]
    assert names == ["Cieszyn", "ćma", "Łódź", "Lublin", "Mielec", "Zamość", "Żary"]
    from django.utils import translation

    from orbita.records.labels import tags_known_to

    with translation.override("pl"):
        polish = [tag.name for tag in tags_known_to(kasia, "contacts")]
    assert polish == ["Cieszyn", "ćma", "Lublin", "Łódź", "Mielec", "Zamość", "Żary"]


def test_the_api_makes_no_groups_for_who_may_not_manage_them(client, anna, ewa, make):
    find_setting("groups.managed_by").set("administrators", by=anna)
    token = issue_token(ewa, "test")
    answer = client.post(
        "/api/v1/companies",
        json.dumps({"title": "Żółw", "groups": ["Nowa"]}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 422
    assert not Group.objects.exists()
    assert not Record.objects.exists()


def test_tags_are_tidied_by_managers_unless_the_account_says_otherwise(client, make, kasia, anna):
    tagged(make, kasia, "Klient")
    assert client.as_(kasia).get("/companies/dictionaries/tags/").status_code == 404
    find_setting("tags.managed_by").set("everybody", by=anna)
    assert client.as_(kasia).get("/companies/dictionaries/tags/").status_code == 200


def test_unused_tags_are_found_and_deleted_together(client, make, anna):
    tagged(make, anna, "Klient")
    for name in ("stary", "starszy"):
        Tag.named("contacts", name)
    browser = client.as_(anna)
    page = browser.get("/companies/dictionaries/tags/?unused=1").content.decode()
    assert "starszy" in page
    assert "Klient" not in page
    ids = list(Tag.objects.exclude(name="Klient").values_list("pk", flat=True))
    browser.post("/companies/dictionaries/tags/deletion/", {"ids": ids})
    assert [tag.name for tag in Tag.objects.all()] == ["Klient"]
    assert Tag.named("contacts", "stary").pk not in ids


@pytest.mark.parametrize("which", ["groups", "tags"])
def test_the_settings_show_every_family_to_administrators_alone(client, anna, kasia, make, which):
    make("deal", owner=kasia, title="X", groups=["Duże"], tags=["Duże"])
    address = f"/settings/dictionaries/{which}/"
    assert client.as_(kasia).get(address).status_code == 403
    browser = client.as_(anna)
    assert "Duże" not in browser.get(address).content.decode()
    assert "Duże" in browser.get(f"{address}?family=deals").content.decode()
    browser.post(address, {f"{which}.managed_by": "administrators"})
    assert find_setting(f"{which}.managed_by").get() == "administrators"


@pytest.mark.parametrize("name", ["", "  ", "x" * 200])
def test_a_bad_name_is_refused_with_a_sentence(client, anna, features, name):
    answer = client.as_(anna).post("/spaces/dictionaries/groups/", {"name": name})
    assert answer.status_code == 422
    assert "notice-bad" in answer.content.decode()
    assert not Group.objects.exists()


def test_what_is_folded_stays_folded_for_the_one_who_folded_it(client, make, kasia, anna):
    tagged(make, kasia, "Klient")
    client.as_(kasia).post("/companies/left/", {"part": "tags", "open": "0"})
    assert '<details data-left-part="tags">' in client.get("/companies/left/").content.decode()
    assert '<details data-left-part="tags" open>' in (
        client.as_(anna).get("/companies/left/").content.decode()
    )
