"""Account settings > Forms: sections, the order of fields and what is required."""

import pytest

from orbita.accounts.models import AuditEntry
from orbita.accounts.tokens import issue_token
from orbita.records.kinds import kinds
from orbita.records.models import CustomField, FormLayout, Record

pytestmark = pytest.mark.django_db

URL = "/settings/forms/layout/companies/"


@pytest.fixture
def admin(client, anna, features):
    return client.as_(anna)


def items(browser, url=URL):
    """What the page posts: its sections and fields in their order."""
    found = []
    for section in browser.get(url).context["sections"]:
        found.append(f"section:{section['key']}")
        found += [f"field:{entry['field'].key}" for entry in section["fields"]]
    return found


def keys(viewer):
    shown = kinds.by_key("company").sections(viewer)
    return {section.key: [field.key for field in fields] for section, fields in shown}


def post(browser, wanted, **more):
    seen = browser.get(URL).context["seen"]
    return browser.post(URL, {"item": wanted, "seen": seen} | more)


def test_saving_the_page_as_it_is_changes_no_form(admin, kasia):
    before = keys(kasia)
    assert post(admin, items(admin)).status_code == 302
    assert keys(kasia) == before


def test_fields_move_between_sections_in_form_and_profile(admin, client, kasia, make):
    acme = make("company", title="ACME", owner=kasia, nip="5260250274")
    wanted = [item for item in items(admin) if item != "field:nip"]
    wanted.insert(wanted.index("section:other") + 1, "field:nip")
    post(admin, wanted, **{"label-other": "Formalności"})
    assert keys(kasia)["other"][0] == "nip"
    browser = client.as_(kasia)
    form = browser.get("/companies/new/").context["sections"]
    assert [str(part["title"]) for part in form][-1] == "Formalności"
    assert form[-1]["fields"][0].name == "nip"
    profile = browser.get(f"/companies/{acme.pk}/").context["sections"]
    section = next(part for part in profile if part["key"] == "other")
    assert (str(section["label"]), section["values"][0]["key"]) == ("Formalności", "nip")


def test_a_section_is_added_filled_and_only_removed_when_empty(admin, kasia):
    post(admin, items(admin), add="1", new_section="Flota")
    key = FormLayout.objects.get().sections[-1]["key"]
    wanted = [item for item in items(admin) if item != "field:nip"] + ["field:nip"]
    post(admin, wanted)
    assert keys(kasia)[key] == ["nip"]
    refused = post(admin, items(admin), remove=key)
    assert refused.status_code == 422
    assert keys(kasia)[key] == ["nip"]
    wanted = [item for item in items(admin) if item != "field:nip"]
    wanted.insert(1, "field:nip")
    post(admin, wanted, remove=key)
    assert key not in [section["key"] for section in FormLayout.objects.get().sections]
    assert keys(kasia)["basic"][0] == "nip"


@pytest.fixture
def provided(monkeypatch):
    """A field that another package gives to companies, in the section of this list."""
    from orbita.records.fields import TextField
    from orbita.records.fields import provided as registry

    home = ["basic"]

    def provider(kind, viewer):
        if kind.key != "company":
            return {}
        field = TextField("given", "Centrala")
        field.custom_section = home[0]
        return {"given": field}

    monkeypatch.setattr(registry, "_providers", [provider])
    return home


def told(answer):
    """What the next page says about it."""
    return [str(message) for message in answer.wsgi_request._messages][-1]


def test_fields_that_name_a_removed_section_go_to_the_default_one_and_it_is_told(
    admin, kasia, provided
):
    own = CustomField.objects.create(kind="company", label="Flota", type="text", section="basic")
    named = ["field:given", f"field:{own.key}"]
    rest = [item for item in items(admin) if item not in (*named, "section:basic")]
    first = next(item for item in rest if item.startswith("section:"))
    rest.remove(first)
    post(admin, [first, *rest, "section:basic", *named[::-1]])
    page = admin.get(URL).context["sections"]
    assert [part["key"] for part in page if part["is_removable"]] == ["basic"]
    answer = post(admin, items(admin), remove="basic")
    assert told(answer) == "The form is saved. Moved to the section “Other data”: Flota, Centrala."
    assert "basic" not in keys(kasia)
    assert keys(kasia)["other"][-2:] == [own.key, "given"]
    before = keys(kasia)
    refused = post(admin, items(admin), remove="other")
    assert refused.status_code == 422
    assert keys(kasia) == before


def test_the_usual_form_tells_which_fields_lost_their_section(admin, kasia, provided):
    post(admin, items(admin), add="1", new_section="Handel")
    provided[0] = FormLayout.objects.get().sections[-1]["key"]
    layout = FormLayout.objects.get()
    for section in layout.sections:
        section["fields"] = [key for key in section["fields"] if key != "given"]
    layout.save()
    assert keys(kasia)[provided[0]] == ["given"]
    answer = admin.post(f"{URL}reset/")
    assert (
        told(answer) == "The form is as usual again. Moved to the section “Other data”: Centrala."
    )
    assert keys(kasia)["other"][-1] == "given"


def test_saving_tells_of_no_moves_where_none_were(admin, provided):
    assert told(post(admin, items(admin))) == "The form is saved"
    assert told(admin.post(f"{URL}reset/")) == "The form is as usual again"


def test_a_field_that_the_arrangement_does_not_name_stands_in_its_section(admin, kasia):
    post(admin, items(admin))
    new = CustomField.objects.create(kind="company", label="Nowe", type="text", section="basic")
    assert keys(kasia)["basic"][-1] == new.key
    lost = CustomField.objects.create(kind="company", label="Inne", type="text", section="gone")
    assert keys(kasia)["other"][-1] == lost.key
    layout = FormLayout.objects.get()
    for section in layout.sections:
        section["fields"] = [key for key in section["fields"] if key != "nip"]
    layout.save()
    assert "nip" in keys(kasia)["basic"]


def test_foreign_and_doubled_names_are_not_taken(admin, kasia):
    wanted = [*items(admin), "field:owner__password", "field:nip", "section:evil", "field:number"]
    before = keys(kasia)
    post(admin, wanted, required=["visibility", "title", "owner__password"])
    assert keys(kasia) == before
    layout = FormLayout.objects.get()
    assert layout.required == []
    assert "number" not in str(layout.sections)
    assert "password" not in str(layout.sections)


def test_what_is_switched_off_keeps_its_place(admin, kasia):
    from orbita.preferences.models import StoredSetting

    wanted = [item for item in items(admin) if item != "field:source"] + ["field:source"]
    post(admin, wanted)
    assert keys(kasia)["other"][-1] == "source"
    StoredSetting.objects.filter(key="addons.sources").update(value=False)
    assert "field:source" not in items(admin)
    post(admin, items(admin))
    StoredSetting.objects.filter(key="addons.sources").update(value=True)
    assert keys(kasia)["other"][-1] == "source"


def test_a_required_built_in_field_is_asked_for_at_every_door(admin, client, kasia, make):
    acme = make("company", title="ACME", owner=kasia, nip="5260250274")
    post(admin, items(admin), required=["nip", "phones"])
    browser = client.as_(kasia)
    answer = browser.post("/companies/new/", {"title": "Nowa", "visibility": "1"})
    assert set(answer.context["form"].errors) == {"nip", "phones"}
    url = f"/companies/{acme.pk}/fields/nip/"
    assert browser.post(url, {"nip": ""}, headers={"hx-request": "true"}).status_code == 422
    token = {"authorization": f"Bearer {issue_token(kasia, 'test')}"}
    body = '{"title": "Nowa"}'
    made = client.post("/api/v1/companies", body, content_type="application/json", headers=token)
    assert made.status_code == 422
    assert set(made.json()["errors"]) == {"nip", "phones"}
    assert Record.objects.count() == 1


def test_two_administrators_are_told_of_each_other(admin, kasia):
    seen = admin.get(URL).context["seen"]
    post(admin, items(admin), add="1", new_section="Pierwsza")
    answer = admin.post(URL, {"item": items(admin), "seen": seen, "label-basic": "Moja"})
    assert answer.status_code == 409
    assert "Moja" in answer.content.decode()
    assert FormLayout.objects.get().sections[0]["label"] == ""


def test_the_preview_shows_the_draft_and_stores_nothing(admin):
    wanted = [item for item in items(admin) if item != "field:nip"] + ["field:nip"]
    answer = admin.post(f"{URL}preview/", {"item": wanted, "required": ["regon"]})
    sections = answer.context["sections"]
    assert sections[-1]["fields"][-1].name == "nip"
    assert "required" in answer.content.decode()
    assert FormLayout.objects.count() == 0


def test_the_usual_form_comes_back_and_both_are_audited(admin, anna, kasia):
    before = keys(kasia)
    wanted = [item for item in items(admin) if item != "field:nip"] + ["field:nip"]
    post(admin, wanted)
    assert keys(kasia) != before
    admin.post(f"{URL}reset/")
    assert keys(kasia) == before
    last, first = AuditEntry.objects.filter(subject="form: company")[:2]
    assert first.details["after"] == last.details["before"]
    assert last.details["after"] == {}


def test_the_order_of_custom_fields_shows_in_an_arranged_form(admin, kasia):
    made = [
        CustomField.objects.create(kind="company", label=f"P{n}", type="text", position=n)
        for n in range(2)
    ]
    post(admin, items(admin))
    admin.post("/settings/forms/fields/companies/order/", {"id": [str(f.pk) for f in made[::-1]]})
    assert [key for key in keys(kasia)["other"] if key.startswith("custom")] == [
        made[1].key,
        made[0].key,
    ]


@pytest.mark.parametrize("kind", list(kinds), ids=lambda kind: kind.slug)
def test_every_kind_has_its_pages(kind, admin, anna):
    url = f"/settings/forms/layout/{kind.slug}/"
    found = items(admin, url)
    assert admin.post(url, {"item": found[::-1][-1:] + found[1:], "seen": ""}).status_code == 302
    assert admin.post(f"{url}preview/", {"item": found}).status_code == 200
    assert admin.get(f"{url}preview/").status_code == 200
    assert admin.get(f"/settings/forms/fields/{kind.slug}/").status_code == 200
    assert admin.get(f"/settings/forms/fields/{kind.slug}/new/?type=choice").status_code == 200
