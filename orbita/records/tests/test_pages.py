"""The pages of records, as a user meets them."""

import pytest

pytestmark = pytest.mark.django_db

KINDS = ["companies", "persons", "deals", "products", "spaces"]


@pytest.mark.parametrize("slug", KINDS)
def test_the_list_of_every_kind_opens_empty(client, anna, features, slug):
    page = client.as_(anna).get(f"/{slug}/")
    assert page.status_code == 200
    assert "Nothing here yet" in page.content.decode()


@pytest.mark.parametrize("filters", ["created_at.in=last7", "updated_at.in=older90", "owner.is=me"])
def test_quick_filters_stand_above_the_list_in_words(client, anna, filters):
    page = client.as_(anna).get(f"/companies/?{filters}")
    assert page.status_code == 200
    assert "Clear filters" in page.content.decode()


@pytest.mark.parametrize("key", ["company", "person", "deal", "product", "space"])
def test_a_record_is_added_found_opened_edited_and_deleted(client, anna, features, key):
    from orbita.records.kinds import kinds

    kind = kinds.by_key(key)
    browser = client.as_(anna)
    form = browser.get(f"/{kind.slug}/new/")
    assert form.status_code == 200
    names = {"first_name": "Zofia", "last_name": "Łęcka"} if key == "person" else {"title": "Żółw"}
    values = {
        **names,
        "owner": str(anna.pk),
        "visibility": "1",
        "currency": "PLN",
        "status": "open",
    }
    answer = browser.post(f"/{kind.slug}/new/", values)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    record = kind.model.objects.get()
    assert record.owner == anna
    assert record.author == anna
    page = browser.get(answer["Location"])
    assert page.status_code == 200
    assert record.title in page.content.decode()
    found = (
        browser.get(f"/{kind.slug}/?q=zol")
        if key != "person"
        else browser.get(f"/{kind.slug}/?q=lecka zof")
    )
    assert record.title in found.content.decode()
    edit = browser.get(f"/{kind.slug}/{record.pk}/edit/")
    assert edit.status_code == 200
    gone = browser.post(f"/{kind.slug}/{record.pk}/binning/")
    assert gone.status_code == 302
    assert browser.get(f"/{kind.slug}/{record.pk}/").status_code == 404
    assert record.title in browser.get("/bin/").content.decode()
    browser.post(f"/{kind.slug}/{record.pk}/restoration/")
    assert browser.get(f"/{kind.slug}/{record.pk}/").status_code == 200
