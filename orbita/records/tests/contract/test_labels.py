"""Every kind's groups and tags: counts beside its list, the dictionaries of its family."""

import re

import pytest

from orbita.records.dictionaries import GROUPS, add
from orbita.records.models import Group, Visibility

pytestmark = pytest.mark.django_db


def titled(kind, title):
    return {"last_name": title} if kind.title_from != ("title",) else {"title": title}


def numbers(page):
    """What stands beside the list: label → number."""
    lines = re.findall(
        r'left-label name" title="([^"]*)">[^<]*</span>'
        r'(?:<span class="count tabular">([^<]*)</span>)?',
        page.content.decode(),
    )
    return dict(lines)


def test_counts_beside_the_list_hold_what_the_viewer_may_open(kind, client, make, kasia, ewa):
    for number, level in enumerate(Visibility.values):
        make(
            kind.key,
            owner=kasia,
            visibility=level,
            tags=["Klient"],
            groups=["Projekty"],
            **titled(kind, f"Żółw {number}"),
        )
    make(kind.key, owner=kasia, visibility=3, tags=["tajne"], groups=["tajne"], **titled(kind, "X"))
    hers = numbers(client.as_(kasia).get(f"/{kind.slug}/left/"))
    assert (hers["Klient"], hers["Projekty"], hers["tajne"], hers["Mine"]) == ("3", "3", "1", "4")
    others = numbers(client.as_(ewa).get(f"/{kind.slug}/left/"))
    assert (others["Klient"], others["Projekty"]) == ("1", "1")
    assert "tajne" not in others
    assert "tajne" not in client.as_(ewa).get(f"/{kind.slug}/").content.decode()


def test_one_click_filters_and_the_second_takes_it_away(kind, client, make, kasia):
    make(kind.key, owner=kasia, groups=["Projekty"], **titled(kind, "Żółw"))
    group = Group.objects.for_family(kind.family).first()
    browser = client.as_(kasia)
    plain = browser.get(f"/{kind.slug}/left/?q=w").content.decode()
    assert f'href="/{kind.slug}/?q=w&amp;groups.is={group.pk}"' in plain
    chosen = browser.get(f"/{kind.slug}/left/?q=w&groups.is={group.pk}").content.decode()
    assert f'href="/{kind.slug}/?q=w" aria-current="true"' in chosen


def test_the_number_of_questions_does_not_grow_with_the_labels(
    kind, client, make, kasia, ewa, django_assert_max_num_queries
):
    browser = client.as_(ewa)

    def asked():
        with django_assert_max_num_queries(30) as found:
            browser.get(f"/{kind.slug}/left/")
        return len(found)

    make(kind.key, owner=kasia, tags=["a"], groups=["b"], **titled(kind, "Jeden"))
    asked()
    first = asked()
    for number in range(6):
        make(
            kind.key,
            owner=kasia,
            tags=[f"t{number}"],
            groups=[f"g{number}"],
            **titled(kind, f"Żółw {number}"),
        )
    asked()
    assert asked() == first


def test_an_added_group_is_offered_in_its_family_alone(kind, client, make, anna, kasia):
    answer = client.as_(kasia).post(f"/{kind.slug}/dictionaries/groups/", {"name": "Projekty 2026"})
    assert answer.status_code == 302
    group = Group.objects.get()
    assert (group.family, group.name) == (kind.family, "Projekty 2026")
    assert "Projekty 2026" in client.get(f"/{kind.slug}/groups/?q=proj").content.decode()
    record = make(kind.key, owner=kasia, **titled(kind, "Żółw"))
    client.post(f"{record.get_absolute_url()}fields/groups/", {"groups": ["projekty 2026 "]})
    assert record.record_groups.get().group == group
    page = client.get(record.get_absolute_url()).content.decode()
    assert f'href="/{kind.slug}/?groups.is={group.pk}"' in page


def test_deleting_a_group_leaves_its_records_and_their_history(kind, client, make, kasia):
    records = [
        make(kind.key, owner=kasia, groups=["Projekty"], **titled(kind, f"Żółw {n}"))
        for n in range(3)
    ]
    group = Group.objects.get()
    browser = client.as_(kasia)
    address = f"/{kind.slug}/dictionaries/groups/deletion/"
    assert "on 3 records" in browser.get(f"{address}?ids={group.pk}").content.decode()
    browser.post(address, {"ids": [group.pk]})
    assert list(Group.objects.all()) == []
    for record in records:
        record.refresh_from_db()
        assert record.is_live
        assert not record.record_groups.exists()
    wall = browser.get(f"{records[0].get_absolute_url()}wall/?show=changes").content.decode()
    assert "Projekty" in wall


def test_who_may_not_manage_finds_no_gear_and_is_refused(kind, client, make, anna, ewa):
    from orbita.preferences import find_setting

    add(GROUPS, kind.family, "Stała", by=anna)
    find_setting("groups.managed_by").set("managers", by=anna)
    browser = client.as_(ewa)
    assert "dictionaries/groups" not in browser.get(f"/{kind.slug}/").content.decode()
    assert "dictionaries/groups" not in browser.get(f"/{kind.slug}/left/").content.decode()
    group = Group.objects.get()
    base = f"/{kind.slug}/dictionaries/groups/"
    for path in ("", "order/", f"{group.pk}/", "deletion/", "merging/"):
        answer = browser.post(f"{base}{path}", {"name": "Nowa", "ids": [group.pk]})
        assert answer.status_code == 404, path
    record = make(kind.key, owner=ewa, **titled(kind, "Żółw"))
    address = f"{record.get_absolute_url()}fields/groups/"
    assert browser.post(address, {"groups": ["Nowa"]}).status_code == 422
    assert browser.post(address, {"groups": ["stała"]}).status_code == 302
    assert [one.name for one in Group.objects.all()] == ["Stała"]
