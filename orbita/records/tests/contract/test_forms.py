"""Every kind's form: what is typed is stored, shown again, and never lost."""

import json

import pytest

from orbita.records.models import Change, Record
from orbita.records.tests.contract.test_lists import named

pytestmark = pytest.mark.django_db


def base_of(browser, url):
    """The hidden base of an edit form, as the browser would send it."""
    return browser.get(url).context["form"]["base"].value()


def posted(form):
    """What a browser sends for an unchanged form."""
    data = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, list):
            if value and isinstance(value[0], dict):
                for index, row in enumerate(value):
                    data |= {
                        f"{bound.html_name}-{index}-{part}": text for part, text in row.items()
                    }
            else:
                data[bound.html_name] = [getattr(one, "pk", one) for one in value]
        elif hasattr(value, "currency"):
            data[bound.html_name] = f"{value.amount}"
            data[f"{bound.html_name}_currency"] = value.currency
        elif value is True:
            data[bound.html_name] = "on"
        elif value not in (None, False):
            widget = bound.field.widget
            shown = widget.format_value(value) if hasattr(widget, "format_value") else value
            shown = shown[0] if isinstance(shown, list) and shown else shown
            data[bound.html_name] = getattr(value, "pk", shown) or ""
    return data


def test_saving_an_unchanged_form_changes_nothing(kind, full, client, kasia):
    record = full(kind)
    browser = client.as_(kasia)
    url = f"/{kind.slug}/{record.pk}/edit/"
    form = browser.get(url).context["form"]
    before = Change.objects.count(), Record.objects.get(pk=record.pk).version
    answer = browser.post(url, posted(form))
    assert answer.status_code == 302, answer.context["form"].errors
    assert (Change.objects.count(), Record.objects.get(pk=record.pk).version) == before


def test_a_form_sent_twice_adds_one_record(kind, client, kasia, features):
    browser = client.as_(kasia)
    form = browser.get(f"/{kind.slug}/new/").context["form"]
    data = posted(form) | named(kind, "Szkolenia")
    first = browser.post(f"/{kind.slug}/new/", data)
    second = browser.post(f"/{kind.slug}/new/", data | {"confirmed": "1"})
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Record.objects.count() == 1


def test_add_and_create_another_keeps_the_form_open_and_empty(kind, client, kasia, features):
    browser = client.as_(kasia)
    data = posted(browser.get(f"/{kind.slug}/new/").context["form"]) | named(kind, "Szkolenia")
    answer = browser.post(f"/{kind.slug}/new/", data | {"another": "1"}, follow=True)
    assert Record.objects.count() == 1
    page = answer.content.decode()
    assert "Added: Szkolenia" in page
    assert answer.context["form"].is_bound is False


def test_a_name_of_blanks_is_refused_and_nothing_typed_is_lost(kind, client, kasia, features):
    browser = client.as_(kasia)
    blank = dict.fromkeys(named(kind, ""), " \u200b ") | {"tags": ["Ważny"]}
    answer = browser.post(
        f"/{kind.slug}/new/", {"visibility": "1", "currency": "PLN", "status": "open"} | blank
    )
    assert answer.status_code == 422
    assert "Ważny" in answer.content.decode()
    assert Record.objects.count() == 0


def test_two_editors_of_one_value_are_told_and_nothing_is_lost_silently(
    kind, make, client, kasia, marek
):
    record = make(kind.key, owner=kasia, **named(kind, "Pierwsza"))
    url = f"/{kind.slug}/{record.pk}/edit/"
    mareks = posted(client.as_(marek).get(url).context["form"]) | named(kind, "Nazwa Marka")
    kasias = posted(client.as_(kasia).get(url).context["form"]) | named(kind, "Nazwa Kasi")
    assert client.as_(kasia).post(url, kasias).status_code == 302
    conflict = client.as_(marek).post(url, mareks)
    assert conflict.status_code == 409
    text = conflict.content.decode()
    assert "Nazwa Kasi" in text
    assert "Nazwa Marka" in text
    assert Record.objects.get(pk=record.pk).title == "Nazwa Kasi"
    again = posted(conflict.context["form"])
    again["base"] = conflict.context["form"].data["base"]
    assert client.as_(marek).post(url, again).status_code == 302
    assert Record.objects.get(pk=record.pk).title == "Nazwa Marka"


def test_two_editors_of_different_values_both_succeed(kind, make, client, kasia, marek):
    record = make(kind.key, owner=kasia, **named(kind, "Pierwsza"))
    url = f"/{kind.slug}/{record.pk}/edit/"
    mareks = posted(client.as_(marek).get(url).context["form"]) | {"tags": ["VIP"]}
    kasias = posted(client.as_(kasia).get(url).context["form"]) | named(kind, "Nazwa Kasi")
    client.as_(kasia).post(url, kasias)
    assert client.as_(marek).post(url, mareks).status_code == 302
    stored = kind.model.objects.get(pk=record.pk)
    assert stored.title == "Nazwa Kasi"
    assert [link.tag.name for link in stored.record_tags.all()] == ["VIP"]


def test_every_inline_value_opens_and_saves_where_it_stands(kind, full, client, kasia):
    record = full(kind)
    browser = client.as_(kasia)
    for field in kind.fields(kasia).values():
        if not (field.editable and field.inline) or field.formfield(kasia, record) is None:
            continue
        url = f"/{kind.slug}/{record.pk}/fields/{field.key}/"
        opened = browser.get(url, headers={"hx-request": "true"})
        assert opened.status_code == 200, field.key
        saved = browser.post(url, posted(opened.context["form"]), headers={"hx-request": "true"})
        assert saved.status_code == 200, (field.key, saved.content.decode()[:500])
        assert f'id="value-{field.key}"' in saved.content.decode()


def test_hostile_text_is_stored_and_shown_as_typed(kind, make, client, kasia):
    hostile = "<script>alert(1)</script>{{7*7}}'; DROP TABLE x;--"
    record = make(kind.key, owner=kasia, **named(kind, hostile))
    browser = client.as_(kasia)
    for url in (f"/{kind.slug}/", f"/{kind.slug}/{record.pk}/", f"/{kind.slug}/{record.pk}/edit/"):
        text = browser.get(url).content.decode()
        assert "<script>alert(1)" not in text
        assert "{{7*7}}" in text


def test_the_snapshot_is_json(kind, full, kasia):
    from orbita.records.forms import RecordForm

    record = full(kind)
    form = RecordForm(kind, kasia, record=record)
    assert json.loads(form["base"].value()) == form.snapshot(record)
