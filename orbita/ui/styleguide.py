"""Every component with little, much and hostile data; a page for developers and tests.

It is in no urls.py of the product: a test or a developer includes this module as a URLconf.
"""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html

from orbita.ui import formats, formfields, widgets

LONG = (
    "Przedsiębiorstwo Produkcyjno-Handlowo-Usługowe „Zażółć Gęślą Jaźń” Spółka z ograniczoną " * 2
)
HOSTILE = (
    LONG.strip(),
    "\u202eABC\u202c Sp. z o.o. \u200f‏שלום",
    "👩‍👩‍👧‍👦 Rodzina & Syn <script>alert(1)</script>",
    "Konstantynopolitańczykowianeczkówna" * 4,
)
NAMES = ("ACME Sp. z o.o.", "Budimex S.A.", "Cukiernia Łódź", "Dąb i Syn", "Elektro Żak", *HOSTILE)
CITIES = ("Kraków", "Warszawa", "Łódź", "Gdańsk", "Świnoujście")
OWNERS = ("Katarzyna Wiśniewska", "Marek Nowak", "Anna Zielińska", "Piotr Lis", "Ewa Król")
LABELS = (("work", "Work"), ("home", "Home"), ("other", "Other"))


def subject(title: str, kind: str = "companies") -> SimpleNamespace:
    """Something that looks like a record to an avatar."""
    return SimpleNamespace(pk=title, title=title, kind=kind)


class Person(str):
    """Something that looks like a user."""

    __slots__ = ()


class SampleForm(forms.Form):
    """One field of every sort."""

    name = forms.CharField(label="Name", max_length=120)
    nip = forms.CharField(label="NIP", required=False, help_text="Ten digits, any formatting.")
    owner = forms.CharField(
        label="Owner",
        required=False,
        widget=widgets.Picker(
            "options",
            options=lambda values: [widgets.Option(value, f"Owner {value}") for value in values],
        ),
    )
    people = forms.CharField(
        label="People",
        required=False,
        widget=widgets.Picker(
            "options",
            multiple=True,
            create_url="options",
            create_label="Add",
            options=lambda values: [widgets.Option(value, value) for value in values],
        ),
    )
    tags = formfields.TagsField(label="Tags", required=False)
    closes = formfields.DateField(label="Expected close", required=False)
    value = formfields.MoneyField(label="Value", required=False)
    amount = formfields.NumberField(label="Amount", required=False)
    segment = forms.ChoiceField(label="Segment", choices=[("a", "SMB"), ("b", "Enterprise")])
    visibility = forms.ChoiceField(
        label="Visibility",
        choices=[("1", "Public"), ("2", "Restricted"), ("3", "Hidden")],
        widget=forms.RadioSelect,
    )
    emails = formfields.LabelledValuesField(
        label="E-mails",
        required=False,
        widget=widgets.LabelledValues(
            value_label="E-mail", type="email", labels=LABELS, add_label="Add an e-mail"
        ),
    )
    addresses = formfields.AddressesField(
        label="Addresses", required=False, widget=widgets.Addresses(labels=LABELS)
    )
    note = forms.CharField(
        label="Note",
        required=False,
        widget=widgets.RichText(mention_url="options", placeholder="Write a note"),
    )
    agrees = forms.BooleanField(label="Follow this company", required=False)


class NoteForm(forms.Form):
    """The composer of a wall."""

    text = forms.CharField(
        label="",
        widget=widgets.RichText(mention_url="options", draft="guide", placeholder="Write a note"),
    )


def list_context(count: int) -> dict[str, Any]:
    """A list page with `count` rows."""
    return {
        "title": "Companies",
        "count": formats.number(12480) if count else "0",
        "views": [
            {"label": "All", "url": "?", "is_current": True, "count": formats.number(12480)},
            {"label": "Mine", "url": "?view=2", "count": "14"},
            {"label": "Untouched for 90 days", "url": "?view=3"},
        ],
        "search_label": "Search in the list",
        "chips": [
            {"label": "Owner", "value": "Kasia", "remove_url": "?"},
            {"label": "City", "value": "Kraków, Łódź", "remove_url": "?"},
            {"label": "Group", "value": LONG, "remove_url": "?"},
        ],
        "clear_url": "?",
        "columns_url": "columns",
        "left_groups": left_groups(),
        "columns": [
            {"key": "title", "label": "Name", "sort_url": "?sort=-title", "sort": "ascending"},
            {"key": "nip", "label": "NIP", "sort_url": "?sort=nip"},
            {"key": "city", "label": "City", "sort_url": "?sort=city"},
            {"key": "owner", "label": "Owner", "sort_url": "?sort=owner"},
            {"key": "tags", "label": "Tags"},
            {"key": "value", "label": "Value", "sort_url": "?sort=value", "is_number": True},
            {"key": "created", "label": "Created", "sort_url": "?sort=created"},
        ],
        "rows": [row(number) for number in range(count)],
        "selectable": True,
        "selection": {
            "total_text": formats.number(12480),
            "actions": [
                {"label": "Change the owner", "icon": "user", "url": "modal", "modal": "dialog"},
                {"label": "Delete", "icon": "trash", "url": "modal", "is_danger": True},
            ],
        },
        "pager": {"next_url": "?after=x", "text": "1–50"} if count else None,
    }


def left_groups() -> list[dict[str, Any]]:
    """Quick filters, groups and tags of the left panel."""
    return [
        {
            "title": "Quick filters",
            "items": [
                {"label": "Mine", "url": "?m=1", "count": "14", "icon": "user", "is_current": True},
                {"label": "Without an owner", "url": "?n=1", "count": "3", "icon": "user-off"},
            ],
        },
        {
            "title": "Tags",
            "items": [
                {"label": label, "url": "?", "count": str(tone * 7), "tone": tone}
                for tone, label in enumerate(("vip", "targi 2026", "partner", LONG))
            ],
        },
    ]


def row(number: int) -> dict[str, Any]:
    """One row of the list."""
    name = NAMES[number % len(NAMES)]
    owner = OWNERS[number % len(OWNERS)]
    created = timezone.now() - timedelta(days=number, minutes=number * 7)
    tag = format_html(
        '<span class="tag tone-{}">{}</span>', number % 4, "vip" if number % 2 else "targi"
    )
    return {
        "id": f"row-{number}",
        "url": "profile",
        "title": name,
        "subject": subject(name),
        "is_locked": number % 7 == 3,
        "actions": [
            {"url": "modal", "icon": "mail", "label": "E-mail", "modal": "drawer"},
            {"url": "modal", "icon": "checkbox", "label": "Task", "modal": "dialog"},
        ],
        "cells": [
            {"text": f"67623{number:05}"},
            {"text": CITIES[number % len(CITIES)]},
            {"text": owner},
            {"html": tag},
            {"text": formats.money(number * 1250.5, "PLN"), "is_number": True},
            {"text": formats.moment(created)},
        ],
    }


def guide(request: HttpRequest) -> HttpResponse:
    """Small components."""
    return render(
        request,
        "ui/styleguide/index.html",
        {
            "names": NAMES,
            "people": [Person(name) for name in OWNERS],
            "kinds": ["persons", "companies", "deals", "products", "spaces"],
            "subjects": [subject(NAMES[0], kind) for kind in ("persons", "companies", "deals")],
            "now": timezone.now(),
            "past": datetime(2026, 3, 5, 14, 5, tzinfo=timezone.get_current_timezone()),
            "steps": [
                {"label": "File", "url": "?", "state": "done"},
                {"label": "Mapping", "state": "current"},
                {"label": "Preview", "state": "todo"},
                {"label": "Report", "state": "todo"},
            ],
            "menu": [
                {"label": "Merge", "icon": "git-merge", "url": "modal", "modal": "dialog"},
                {
                    "label": "Delete",
                    "icon": "trash",
                    "url": "modal",
                    "post": True,
                    "is_danger": True,
                },
            ],
        },
    )


def companies(request: HttpRequest) -> HttpResponse:
    """A list; ?rows=0 is the empty one."""
    context = list_context(int(request.GET.get("rows", 50)))
    return render(request, "ui/styleguide/list.html", context)


def profile(request: HttpRequest) -> HttpResponse:
    """A profile with a wall."""
    name = NAMES[int(request.GET.get("name", 0))]
    context = {
        "profile": {
            "title": name,
            "subject": subject(name),
            "kind_label": "Company",
            "line": ["NIP 676-234-56-78", "Kraków", "Katarzyna Wiśniewska"],
            "is_locked": True,
        },
        "values": [
            ("nip", "NIP", "676-234-56-78", "inline", "6762345678"),
            ("city", "City", "Kraków", "inline", ""),
            ("segment", "Segment", "", "inline", ""),
            ("name", "Full name", LONG, "", ""),
        ],
        "composer_form": NoteForm(),
        "composer_action": "?",
        "composer_label": "Save the note",
        "entries": wall(),
        "panel": {
            "key": "deals",
            "title": "Deals",
            "icon": "target-arrow",
            "url": "panel",
            "count": "3",
            "add_url": "modal",
            "add_label": "Add deal",
            "add_modal": "drawer",
        },
        "other_panel": {"key": "files", "title": "Files", "icon": "paperclip", "url": "nothing"},
    }
    return render(request, "ui/styleguide/profile.html", context)


def wall() -> list[dict[str, Any]]:
    """Entries of every sort."""
    now = timezone.now()
    return [
        {
            "id": "1",
            "kind": "note",
            "actor": Person(OWNERS[0]),
            "time": now,
            "is_pinned": True,
            "body": format_html(
                "<p>Zadzwonić <b>jutro</b> do <span data-mention>@{}</span>.</p>", "Marek"
            ),
        },
        {
            "id": "2",
            "kind": "change",
            "actor": OWNERS[1],
            "icon": "pencil",
            "time": now,
            "text": "changed 2 values",
            "changes": [
                {"label": "City", "old": "Warszawa", "new": "Kraków"},
                {"label": "Segment", "old": "", "new": LONG},
            ],
        },
        {"id": "3", "actor": OWNERS[2], "icon": "link", "time": now, "text": "added Jan Nowak"},
        {
            "id": "4",
            "kind": "note",
            "actor": Person(OWNERS[3]),
            "time": now,
            "is_private": True,
            "body": HOSTILE[3],
        },
    ]


def form(request: HttpRequest) -> HttpResponse:
    """A form; a POST always has errors, so that they can be seen."""
    data = request.POST if request.method == "POST" else None
    sample = SampleForm(
        data,
        initial={
            "name": NAMES[0],
            "owner": "7",
            "closes": date(2026, 11, 21),
            "value": (120000, "PLN"),
            "tags": ["vip", "targi"],
            "emails": [{"value": "biuro@acme.example", "label": "work"}],
        },
    )
    if data is not None:
        sample.is_valid()
        sample.add_error("name", "A company with this name already exists.")
    fields = [sample[name] for name in sample.fields]
    context = {
        "title": "Add company",
        "form": sample,
        "sections": [
            {"title": "Basic data", "fields": fields[:10], "is_open": True},
            {"title": "Contact", "fields": fields[10:12], "is_open": True},
            {"title": "Other data", "fields": fields[12:], "is_open": False},
        ],
        "submit_label": "Add",
        "more_label": "Add and create another",
        "cancel_url": "list",
    }
    return render(request, "ui/styleguide/form.html", context, status=422 if data else 200)


def columns(request: HttpRequest) -> HttpResponse:
    """The dialog of columns."""
    chosen = [{"key": "title", "label": "Name", "is_fixed": True}, {"key": "nip", "label": "NIP"}]
    available = [{"key": "city", "label": "City"}, {"key": "www", "label": "WWW"}]
    context = {
        "title": "Columns",
        "columns_action": "columns",
        "chosen": chosen,
        "available": available,
    }
    return render(request, "ui/styleguide/columns.html", context)


def part(request: HttpRequest, name: str) -> HttpResponse:
    """The inside of a panel, a hover card, a form of one value."""
    values = {"subject": subject(NAMES[0]), "title": NAMES[0], "url": "profile", "line": "Kraków"}
    rows = [{"label": "NIP", "value": "676-234-56-78"}, {"label": "Owner", "value": OWNERS[0]}]
    inline = type("InlineForm", (forms.Form,), {"city": forms.CharField(label="")})
    context = {**values, "rows": rows, "name": name, "form": inline(), "action": "inline"}
    return render(request, "ui/styleguide/part.html", context)


def options(request: HttpRequest) -> JsonResponse:
    """What a picker asks."""
    if request.method == "POST":
        title = request.POST.get("title", "")
        return JsonResponse(widgets.Option(title, title, "new", "persons").as_dict())
    wanted = request.GET.get("q", "").casefold()
    found = [name for name in (*OWNERS, *NAMES) if wanted in name.casefold()]
    results = [widgets.Option(name, name, "ACME · Kraków", "persons").as_dict() for name in found]
    return JsonResponse({"results": results})


urlpatterns = [
    path("", guide, name="guide"),
    path("list", companies),
    path("profile", profile),
    path("form", form),
    path("modal", form),
    path("columns", columns),
    path("options", options),
    path("card", part, {"name": "card"}),
    path("panel", part, {"name": "panel"}),
    path("nothing", part, {"name": "nothing"}),
    path("inline", part, {"name": "inline"}),
]
