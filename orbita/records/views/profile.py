"""The profile of a record."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from orbita.records.access import may_delete, may_edit
from orbita.records.cells import visibility_badge
from orbita.records.fields.base import Field
from orbita.records.fields.labels import LabelsField
from orbita.records.kinds import Kind, Section
from orbita.records.listing.listing import load_fields
from orbita.records.models import Record
from orbita.records.overseeing import note_opening
from orbita.records.profile import Panel, actions, panels, who_has_access
from orbita.records.releasing import release_of
from orbita.records.views.finding import listed, readable, viewed_kind


class ProfileView(View):
    """GET /companies/<id>/; of a restricted record that is closed to the viewer, its name alone."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The profile."""
        viewed_kind(request, kind)
        viewer: Any = request.user
        record = listed(request, kind, pk)
        if not record.is_open:
            return closed_profile(request, kind, record)
        remember_visit(viewer, record)
        note_opening(record, viewer)
        record.viewer_may_edit = may_edit(record, viewer)
        fields, sections = kind.fields(viewer), shown_sections(kind, viewer)
        load_fields([record], all_shown(kind, fields, sections), viewer)
        offered = [(action, action.url(record)) for action in actions.on(record, viewer)]
        context = {
            "kind": kind,
            "record": record,
            "profile": head(kind, record, fields),
            "labels": head_labels(record, fields),
            "actions": [(action, url) for action, url in offered if not action.in_menu],
            "menu_actions": [(action, url) for action, url in offered if action.in_menu],
            "sections": [detail_section(record, viewer, *one) for one in sections],
            "may_edit": record.viewer_may_edit,
            "may_export": kind.may(viewer, "export"),
            "may_merge": record.viewer_may_edit and kind.may(viewer, "delete"),
            "may_bin": may_bin(kind, record, viewer),
            "may_take": may_take(record, viewer),
            "release_at": release_of(record) if record.viewer_may_edit else None,
            "head_panels": [
                shown_panel(request, panel, record) for panel in panels.on(kind, viewer, "head")
            ],
            "wall": [
                shown_panel(request, panel, record) for panel in panels.on(kind, viewer, "middle")
            ],
            "panels": [
                shown_panel(request, panel, record) for panel in panels.on(kind, viewer, "right")
            ],
        }
        return render(request, "records/profile.html", context)


def closed_profile(request: HttpRequest, kind: Kind, record: Any) -> HttpResponse:
    """Name, owner and a lock; nothing else leaves the server."""
    fields = kind.fields(request.user)  # type: ignore[arg-type]
    fields["owner"].load([record], request.user)  # type: ignore[arg-type]
    profile = {
        "title": record.title,
        "subject": record,
        "kind_label": kind.labels.one,
        "is_locked": True,
    }
    context = {"kind": kind, "record": record, "profile": profile, "owner": record.owner}
    return render(request, "records/closed.html", context, status=403)


def may_bin(kind: Kind, record: Any, viewer: Any) -> bool:
    """Whether the viewer may move the record to the bin; asks only where editing says nothing."""
    if not kind.may(viewer, "delete"):
        return False
    if kind.may(viewer, "edit"):
        return bool(record.viewer_may_edit)
    return may_delete(record, viewer)


def may_take(record: Any, viewer: Any) -> bool:
    """Whether the viewer may make an ownerless record theirs."""
    return record.owner_id is None and record.viewer_may_edit


def remember_visit(viewer: Any, record: Any) -> None:
    """Note that the viewer opened the record: one statement, no history."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_visit (user_id, record_id, at) VALUES (%s, %s, now()) "
            "ON CONFLICT ON CONSTRAINT visit_once DO UPDATE SET at = excluded.at",
            [viewer.pk, record.pk],
        )


def head(kind: Kind, record: Any, fields: dict[str, Field]) -> dict[str, Any]:
    """What stands beside the avatar: the name, and what matters most in one line."""
    line = [fields[key].cell(record) for key in kind.headline if key in fields]
    if record.visibility != 1:
        line.append(visibility_badge(record))
    return {
        "title": record.title,
        "subject": record,
        "kind_label": kind.labels.one,
        "line": [item for item in line if item],
    }


def head_labels(record: Any, fields: dict[str, Field]) -> list[dict[str, Any]]:
    """Tags and groups, which stand below the name."""
    labels = [field for field in fields.values() if isinstance(field, LabelsField)]
    return [value_context(record, field, editable=record.viewer_may_edit) for field in labels]


def all_shown(
    kind: Kind, fields: dict[str, Field], sections: list[tuple[Section, list[Field]]]
) -> list[Field]:
    """Every field whose value stands somewhere on the profile, once."""
    keys = {field.key for _section, shown in sections for field in shown} | {*kind.headline}
    return [f for key, f in fields.items() if key in keys or isinstance(f, LabelsField)]


def detail_section(
    record: Any, viewer: Any, section: Section, fields: list[Field]
) -> dict[str, Any]:
    """A part of the left column: a section of the form with its values, folded if it has none."""
    may = record.viewer_may_edit
    values = [
        value_context(record, f, editable=may and f.is_changeable(record, viewer)) for f in fields
    ]
    is_filled = any(value["value"] for value in values)
    return {"label": section.label, "key": section.key, "values": values, "is_filled": is_filled}


def shown_sections(kind: Kind, viewer: Any) -> list[tuple[Section, list[Field]]]:
    """The sections with the fields that a profile shows."""
    shown = []
    for section, fields in kind.sections(viewer):
        kept = [f for f in fields if f.key != "title" or kind.title_from != ("title",)]
        kept = [f for f in kept if f.key != "currency" and not isinstance(f, LabelsField)]
        shown.append((section, kept))
    about = ("number", "author", "created_at", "origin", "changed_by", "updated_at")
    system = Section(_("About the record"), about, "system")
    known = kind.fields(viewer)
    return [*shown, (system, [known[key] for key in system.fields if key in known])]


def value_context(record: Any, field: Field, *, editable: bool) -> dict[str, Any]:
    """What components/value.html needs."""
    kind = field.kind
    can_edit = editable and field.editable and field.inline
    parts = {"kind": kind, "pk": record.pk, "key": field.key}
    return {
        "key": field.key,
        "label": field.label,
        "value": field.detail(record),
        "edit_url": reverse("value", kwargs=parts) if can_edit else "",
        "add_label": getattr(field, "add_label", ""),
    }


def shown_panel(request: HttpRequest, panel: Panel, record: Any) -> dict[str, Any]:
    """A panel with its content, or with the address that it is fetched from once in sight."""
    kind = record.kind_object
    shown: dict[str, Any] = {
        "key": panel.key,
        "title": panel.label,
        "icon": panel.icon,
        "place": panel.place,
        **panel.head(record, request.user),  # type: ignore[arg-type]
    }
    url = reverse("panel", kwargs={"kind": kind, "pk": record.pk, "key": panel.key})
    if panel.lazy:
        return {**shown, "url": url}
    return {**shown, "body": panel_body(request, panel, record)}


def panel_body(request: HttpRequest, panel: Panel, record: Any) -> str:
    """The inside of a panel."""
    context = {"record": record, "kind": record.kind_object, "panel_object": panel}
    context |= panel.context(record, request.user)  # type: ignore[arg-type]
    return render_to_string(panel.template, context, request)


class PanelView(View):
    """GET /companies/<id>/panels/<key>/: the inside of a panel."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID, key: str) -> HttpResponse:
        """The panel, if profiles of the kind have it."""
        viewed_kind(request, kind)
        viewer: Any = request.user
        record = readable(request, kind, pk)
        panel = next(
            (
                p
                for place in ("head", "middle", "right")
                for p in panels.on(kind, viewer, place)
                if p.key == key
            ),
            None,
        )
        if panel is None:
            raise Http404
        record.viewer_may_edit = may_edit(record, viewer)
        return HttpResponse(panel_body(request, panel, record))


class AccessView(View):
    """GET /companies/<id>/access/: who has access, and why."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The list of people and teams."""
        record: Record = readable(request, kind, pk)
        context = {
            "record": record,
            "people": who_has_access(record),
            "badge": visibility_badge(record),
        }
        return render(request, "records/access.html", context)
