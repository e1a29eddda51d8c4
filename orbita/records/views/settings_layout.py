"""Account settings > Forms: sections, the order of fields and what is required, for each kind."""

from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from orbita.accounts.access import AdministratorsOnly
from orbita.records import arranging
from orbita.records.arranging import Draft
from orbita.records.forms import RecordForm
from orbita.records.kinds import Kind
from orbita.records.models import FormLayout
from orbita.records.views.settings_fields import first_kind, frame
from orbita.ui.responses import go
from orbita.ui.text import clean

SECTION = "forms"
LABEL_LENGTH = 60
MOST_SECTIONS = 20


class FirstLayoutView(AdministratorsOnly, View):
    """The way into the forms."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form of the first kind."""
        return redirect("settings-form", kind=first_kind())


def version_of(kind: Kind) -> str:
    """When the arrangement was changed last; empty where there is none."""
    row = FormLayout.objects.filter(kind=kind.key).first()
    return row.updated_at.isoformat() if row else ""


class LayoutView(AdministratorsOnly, View):
    """GET: the arrangement. POST: store it, with a section added or removed if a button says so."""

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """The page."""
        fields = kind.fields(request.user)  # type: ignore[arg-type]
        return self.show(request, kind, arranging.current(kind, fields))

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """Store what stands in the page, unless somebody else has stored something meanwhile."""
        viewer: Any = request.user
        draft = posted_draft(request, kind)
        if request.POST.get("seen", "") != version_of(kind):
            sentence = _("Somebody changed this form meanwhile. Save again to replace it.")
            return self.show(request, kind, draft, problem=sentence, status=409)
        fields = kind.fields(viewer)
        problem = add_or_remove(request, kind, draft, fields)
        if problem:
            return self.show(request, kind, draft, problem=problem, status=422)
        before = arranging.arranged(kind, fields)
        arranging.save_arrangement(kind, draft, by=viewer, request=request)
        url = reverse("settings-form", kwargs={"kind": kind})
        text = _("The form is saved")
        return go(request, url, text=with_moves(text, arranging.moved_by(kind, before, viewer)))

    def show(
        self,
        request: HttpRequest,
        kind: Kind,
        draft: Draft,
        *,
        problem: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """The page with a draft."""
        viewer: Any = request.user
        fields = kind.fields(viewer)
        shown = draft.arranged(kind, fields)
        context = frame(SECTION, kind, "settings-form")
        context |= {
            "sections": [
                {
                    "key": section.key,
                    "label": section.label,
                    "fields": [
                        entry(fields[key], viewer, key in draft.required)
                        for key in section.fields
                        if key in fields
                    ],
                    "is_removable": len(shown) > 1
                    and arranging.fits_elsewhere({"fields": section.fields}, fields),
                }
                for section in shown
            ],
            "seen": version_of(kind),
            "is_own": arranging.arrangement(kind) is not None,
            "problem": problem,
            "label_length": LABEL_LENGTH,
        }
        return render(request, "records/settings/layout.html", context, status=status)


def entry(field: Any, viewer: Any, is_demanded: bool) -> dict[str, Any]:
    """A field as the page shows it."""
    return {
        "field": field,
        "may_demand": arranging.may_demand(field, viewer),
        "is_demanded": is_demanded,
        "definition": getattr(field, "definition", None),
    }


def posted_draft(request: HttpRequest, kind: Kind) -> Draft:
    """The arrangement that the page sends: sections and fields in the order of the page.

    Only fields and sections that the account has are taken. Fields that the page did not show,
    since they are switched off, stay in their sections.
    """
    viewer: Any = request.user
    fields = kind.fields(viewer)
    now = arranging.current(kind, fields)
    known = {s["key"]: s for s in now.sections}
    placeable = {key for s in now.sections for key in s["fields"] if key in fields}
    sections: list[dict[str, Any]] = []
    taken: set[str] = set()
    for item in request.POST.getlist("item")[:2000]:
        sort, _colon, key = item.partition(":")
        if sort == "section" and key in known and key not in {s["key"] for s in sections}:
            sections.append({"key": key, "label": label_of(request, kind, key), "fields": []})
        elif sort == "field" and sections and key in placeable and key not in taken:
            taken.add(key)
            sections[-1]["fields"].append(key)
    if not sections:
        return now
    keep_the_rest(now, sections, taken)
    required = [
        key
        for key in dict.fromkeys(request.POST.getlist("required"))
        if key in fields and arranging.may_demand(fields[key], viewer)
    ]
    return Draft(sections, required)


def keep_the_rest(now: Draft, sections: list[dict[str, Any]], taken: set[str]) -> None:
    """Put what the page did not name into the section where it stands now."""
    by_key = {section["key"]: section for section in sections}
    for old in now.sections:
        home = by_key.get(old["key"], sections[-1])
        home["fields"] += [key for key in old["fields"] if key not in taken]


def label_of(request: HttpRequest, kind: Kind, key: str) -> str:
    """The account's own name of a section; empty where it is the kind's."""
    label = clean(request.POST.get(f"label-{key}", ""))[:LABEL_LENGTH]
    usual = {section.key: str(section.label) for section in kind.form}
    return "" if label == usual.get(key) else label or ("" if key in usual else _("Section"))


def with_moves(text: str, moves: Any) -> str:
    """The sentence, and which fields went to another section since theirs is no more."""
    told = [
        _("Moved to the section “%(section)s”: %(fields)s.")
        % {"section": section, "fields": ", ".join(str(label) for label in labels)}
        for section, labels in moves
    ]
    return ". ".join([text, " ".join(told)]) if told else text


def add_or_remove(request: HttpRequest, kind: Kind, draft: Draft, fields: Any) -> str:
    """Do what the pressed button says to the sections; a sentence when that cannot be."""
    if "add" in request.POST:
        label = clean(request.POST.get("new_section", ""))[:LABEL_LENGTH]
        if not label:
            return _("Enter a name for the section")
        if len(draft.sections) >= MOST_SECTIONS:
            return _("There can be at most %(most)d sections") % {"most": MOST_SECTIONS}
        draft.sections.append({"key": f"s{uuid4().hex[:8]}", "label": label, "fields": []})
    elif key := request.POST.get("remove", ""):
        found = next((s for s in draft.sections if s["key"] == key), None)
        if found is None or len(draft.sections) == 1:
            return _("A form has at least one section")
        if not arranging.fits_elsewhere(found, fields):
            return _(
                "Move the fields of this section first. "
                "Only custom fields and relations move by themselves."
            )
        arranging.remove_section(kind, draft, key)
    return ""


class PreviewView(AdministratorsOnly, View):
    """GET: the form as it is. POST: as it would be with what stands in the page."""

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """The form that holds."""
        fields = kind.fields(request.user)  # type: ignore[arg-type]
        return self.show(request, kind, arranging.current(kind, fields))

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """The form of the draft; nothing is stored."""
        return self.show(request, kind, posted_draft(request, kind))

    def show(self, request: HttpRequest, kind: Kind, draft: Draft) -> HttpResponse:
        """The add form, which cannot be filled in."""
        viewer: Any = request.user
        form = RecordForm(kind, viewer)
        fields = kind.fields(viewer)
        for key, form_field in form.fields.items():
            if key in fields and arranging.may_demand(fields[key], viewer):
                form_field.required = key in draft.required
        sections = [
            {
                "title": section.label,
                "fields": [form[key] for key in section.fields if key in form.fields],
                "is_open": True,
            }
            for section in draft.arranged(kind, fields)
        ]
        context = {
            "title": _("Preview: %(form)s") % {"form": kind.labels.add},
            "sections": [section for section in sections if section["fields"]],
            "back_url": reverse("settings-form", kwargs={"kind": kind}),
        }
        return render(request, "records/settings/preview.html", context)


class ResetView(AdministratorsOnly, View):
    """GET asks, POST goes back to the form that the kind brings along."""

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """The question."""
        context = {
            "title": _("Go back to the usual form?"),
            "form": forms.Form(),
            "form_action": request.get_full_path(),
            "submit_label": _("Go back to the usual form"),
            "cancel_url": reverse("settings-form", kwargs={"kind": kind}),
        }
        return render(request, "records/settings/reset.html", context)

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """Forget the account's arrangement."""
        viewer: Any = request.user
        before = arranging.arranged(kind, kind.fields(viewer))
        arranging.reset_arrangement(kind, by=viewer, request=request)
        url = reverse("settings-form", kwargs={"kind": kind})
        text = _("The form is as usual again")
        return go(request, url, text=with_moves(text, arranging.moved_by(kind, before, viewer)))
