"""Adding and editing a record."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_http_methods

from orbita.records import events
from orbita.records.changes import change_set
from orbita.records.fields import Field, ReferenceField
from orbita.records.flowing import read_ids, take_over
from orbita.records.forms import RecordForm
from orbita.records.kinds import Kind
from orbita.records.listing.listing import load_fields
from orbita.records.matching import duplicates, unique_clashes
from orbita.records.models import Record, Submission
from orbita.records.next_steps import NextStep, former_ends, next_step
from orbita.records.off import field_not_found, unsaved_values
from orbita.records.saving import new_record, save_record
from orbita.records.views.finding import editable, viewed_kind
from orbita.ui.responses import add_event, add_toast, done, go, is_modal


class AddView(View):
    """GET and POST /companies/new/: the add form; `?company=<id>` and the like prefill it.

    A POST with `?check=nip` says what is wrong with one value and stores nothing.
    """

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """An empty form with defaults."""
        viewed_kind(request, kind, "add")
        return self.show(request, kind, fresh_form(request, kind))

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """Add the record once, however often the form comes."""
        viewed_kind(request, kind, "add")
        viewer: Any = request.user
        if key := request.GET.get("check"):
            return checked(RecordForm(kind, viewer, request.POST, keys=[key]), key)
        form = RecordForm(kind, viewer, request.POST, extra=prefilled(request, kind))
        if not form.is_valid():
            return self.show(request, kind, form, status=422)
        values = form.values()
        found = [] if "confirmed" in request.POST else duplicates(kind, values, viewer=viewer)
        if found:
            return self.show(request, kind, form, status=409, found=found)
        try:
            record = add_once(kind, values, viewer, form.posted_token())
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(request, kind, form, status=422)
        return self.after(request, kind, record)

    def show(
        self,
        request: HttpRequest,
        kind: Kind,
        form: RecordForm,
        *,
        status: int = 200,
        found: Any = (),
    ) -> HttpResponse:
        """The form, with the duplicates that were found."""
        take_over(form, form.initial, request.GET.get("from", ""))
        context = {
            "title": kind.labels.add,
            "kind": kind,
            "form": form,
            "sections": form.layout(),
            "form_action": request.get_full_path(),
            "checks_values": True,
            "submit_label": _("Add anyway") if found else _("Add"),
            "more_label": _("Add and create another"),
            "cancel_url": reverse("list", kwargs={"kind": kind}),
            "duplicates": duplicate_lines(found, request.user),
        }
        return render(request, "records/form.html", context, status=status)

    def after(self, request: HttpRequest, kind: Kind, record: Record) -> HttpResponse:
        """To the new record, or to an empty form for the next one."""
        text = _("Added: %(title)s") % {"title": record.title}
        unsaved = unsaved_values(kind, request.user, request.POST)  # type: ignore[arg-type]
        text = " ".join(filter(None, [text, unsaved]))
        if "another" in request.POST:
            if not is_modal(request):
                return go(request, request.get_full_path(), text=text)
            form = fresh_form(request, kind)
            form.added = record  # type: ignore[attr-defined]
            return self.show(request, kind, form)
        if is_modal(request) and request.headers.get("X-Modal") == "picker":
            return done(request, record.get_absolute_url(), text=text)
        return go(request, record.get_absolute_url(), text=text)


def fresh_form(request: HttpRequest, kind: Kind) -> RecordForm:
    """The empty add form with what the address prefills."""
    viewer: Any = request.user
    given = prefilled(request, kind)
    return RecordForm(kind, viewer, initial=given, extra=given)


def prefilled(request: HttpRequest, kind: Kind) -> dict[str, Any]:
    """Values that the address gives: references by id, a name typed in a picker."""
    viewer: Any = request.user
    values: dict[str, Any] = {}
    for key, field in kind.fields(viewer).items():
        given = request.GET.get(key)
        target = getattr(field, "target", "")
        if given and target:
            found = _listed(viewer, target, request.GET.getlist(key))
            if found:
                values[key] = found if field.many else found[0]
        elif given and key in kind.title_from:
            values[key] = given[:255]
    return values | named_by(values, kind, viewer)


def named_by(values: Mapping[str, Any], kind: Kind, viewer: Any) -> dict[str, Any]:
    """What the given records name themselves: for a deal with a person, the person's company."""
    given = [one for value in values.values() for one in _records_in(value)]
    found: dict[str, Any] = {}
    for key, field in kind.fields(viewer).items():
        if key in values or not isinstance(field, ReferenceField):
            continue
        for one in given:
            if (named := _named(one, field.target, viewer)) is not None:
                found.setdefault(key, named)
    return found


def _records_in(value: Any) -> list[Record]:
    return [
        one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Record)
    ]


def _named(given: Record, target: str, viewer: Any) -> Record | None:
    """The record of the target kind that this one names, as far as the viewer may know of both."""
    kind = given.kind_object
    for field in kind.fields(viewer).values():
        if not isinstance(field, ReferenceField) or field.target != target:
            continue
        row = kind.model.objects.readable_by(viewer).filter(pk=given.pk).first()
        if row is None:
            return None
        field.load([row], viewer)
        named: Record | None = field.value(row)
        return named
    return None


def _listed(viewer: Any, kind_key: str, texts: Sequence[str]) -> list[Record]:
    """The records of these ids of which the viewer may know, in this order; others are ignored."""
    ids = read_ids(texts)
    found = Record.objects.listed_for(viewer).filter(kind=kind_key).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def add_once(kind: Kind, values: dict[str, Any], viewer: Any, token: UUID | None) -> Record:
    """The record of this token: stored now, or the one that an earlier sending of the form made.

    A token that somebody else has used means nothing.
    """
    try:
        with change_set(by=viewer):
            submission = Submission.objects.create(token=token, user=viewer) if token else None
            record = new_record(kind, by=viewer)
            save_record(record, values, by=viewer)
            events.record_added.tell(record=record, by=viewer)
            if submission is not None:
                submission.record_id = record.pk
                submission.save(update_fields=["record"])
            return record
    except IntegrityError:
        earlier = Submission.objects.filter(token=token).first() if token else None
        if earlier is not None and earlier.user_id != viewer.pk:
            return add_once(kind, values, viewer, None)
        if earlier is None or earlier.record_id is None:
            raise
        found = kind.model.objects.readable_by(viewer).filter(pk=earlier.record_id).first()
        if found is None:
            raise Http404 from None
        return found


def duplicate_lines(found: Any, viewer: Any) -> list[dict[str, Any]]:
    """What the notice shows of each duplicate."""
    from orbita.records.hints import hints

    lines = hints(found, viewer)
    return [{"record": record, "detail": lines.get(record.pk, "")} for record in found]


def checked(form: RecordForm, key: str) -> HttpResponse:
    """The sentences against one value, for somebody who has just left its field."""
    if key not in form.record_fields:
        raise Http404
    return JsonResponse({"errors": form.errors.get(key, [])})


class EditView(View):
    """GET and POST /companies/<id>/edit/; `?check=nip` as in `AddView`."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The form with the stored values."""
        record = editable(request, kind, pk)
        return self.show(request, kind, RecordForm(kind, request.user, record=record))  # type: ignore[arg-type]

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Write what was changed; where somebody else changed the same, ask."""
        viewer: Any = request.user
        if key := request.GET.get("check"):
            record = editable(request, kind, pk)
            return checked(RecordForm(kind, viewer, request.POST, record=record, keys=[key]), key)
        with transaction.atomic():
            record = editable(request, kind, pk, lock=True)
            form = RecordForm(kind, viewer, request.POST, record=record)
            if not form.is_valid():
                return self.show(request, kind, form, status=422)
            changes, clashing = form.changes(record)
            if clashing:
                conflicts = form.conflicts(record, clashing)
                return self.show(request, kind, form, status=409, conflicts=conflicts)
            found = warned_of(request, kind, changes, record)
            if found:
                return self.show(request, kind, form, status=409, found=found)
            former = former_ends(form.record_fields, record, changes)
            if changes and not saved(form, record, changes, viewer):
                return self.show(request, kind, form, status=422)
        step = next_step(record, former, viewer)
        text = _("Saved") if changes else _("Nothing was changed")
        unsaved = unsaved_values(kind, viewer, request.POST)
        texts = filter(None, [text, unsaved, step.text if step else ""])
        return go(request, record.get_absolute_url(), text=" ".join(texts), **opening(step))

    def show(
        self,
        request: HttpRequest,
        kind: Kind,
        form: RecordForm,
        *,
        status: int = 200,
        conflicts: Any = (),
        found: Any = (),
    ) -> HttpResponse:
        """The form, with the conflicts or equal values that were found."""
        record = form.record
        context = {
            "title": record.title,
            "kind": kind,
            "form": form,
            "sections": form.layout(),
            "form_action": request.get_full_path(),
            "checks_values": True,
            "submit_label": _("Save mine") if conflicts else _("Save"),
            "cancel_url": record.get_absolute_url(),
            "conflicts": conflicts,
            "duplicates": duplicate_lines(found, request.user),
        }
        if found:
            context["submit_label"] = _("Save anyway")
        return render(request, "records/form.html", context, status=status)


def opening(step: NextStep | None) -> dict[str, str]:
    """The button of a toast that offers the step."""
    return {"open_url": step.url, "open_label": step.label} if step else {}


def saved(form: RecordForm, record: Any, changes: dict[str, Any], viewer: Any) -> bool:
    """Whether the changes are stored; else nothing is, and the form says at the field why."""
    try:
        save_record(record, changes, by=viewer)
    except ValidationError as error:
        form.add_error(None, error)
        record.refresh_from_db()
        return False
    return True


def warned_of(request: HttpRequest, kind: Kind, changes: dict[str, Any], record: Any) -> Any:
    """Records with a value that should be one record's alone, unless the user has seen them."""
    if "confirmed" in request.POST:
        return []
    return unique_clashes(kind, changes, viewer=request.user, exclude=record.pk)  # type: ignore[arg-type]


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class ValueView(View):
    """One value of a profile, edited where it stands: /companies/<id>/fields/<key>/."""

    def dispatch(self, request: HttpRequest, kind: Kind, pk: UUID, key: str) -> HttpResponse:  # type: ignore[override]
        """Show the small form, or store the value and show it."""
        viewer: Any = request.user
        with transaction.atomic():
            record = editable(request, kind, pk, lock=request.method == "POST")
            field = kind.fields(viewer).get(key)
            if field is None:
                raise field_not_found(kind, key, viewer)
            if not field.editable or not field.inline:
                raise Http404
            form = RecordForm(kind, viewer, request.POST or None, record=record, keys=[key])
            if key not in form.fields:
                raise Http404
            if request.method != "POST" or not form.is_valid():
                return self.show(request, form, status=422 if form.errors else 200)
            changes, clashing = form.changes(record)
            if clashing:
                tell_of_conflict(form, key, form.conflicts(record, clashing)[0].theirs)
                return self.show(request, form, status=409)
            found = warned_of(request, kind, changes, record)
            if found:
                ask_again(form, key, found)
                return self.show(request, form, status=409)
            former = former_ends(form.record_fields, record, changes)
            if changes and not saved(form, record, changes, viewer):
                return self.show(request, form, status=422)
        return self.stored(request, record, field, next_step(record, former, viewer))

    def stored(
        self, request: HttpRequest, record: Any, field: Field, step: NextStep | None
    ) -> HttpResponse:
        """The value as it stands now, where the form was."""
        kind, viewer = record.kind_object, request.user
        if not request.headers.get("HX-Request"):
            text = " ".join(filter(None, [_("Saved"), step.text if step else ""]))
            return go(request, record.get_absolute_url(), text=text, **opening(step))
        fresh = editable_or_none(kind, viewer, record.pk)
        if fresh is None:
            return go(request, reverse("list", kwargs={"kind": kind}), text=_("Saved"))
        from orbita.records.views.profile import value_context

        load_fields([fresh], [field], viewer)  # type: ignore[arg-type]
        response = render(
            request, "components/value.html", value_context(fresh, field, editable=True)
        )
        add_event(response, "record-changed")
        return add_toast(response, step.text, **opening(step)) if step else response

    def show(self, request: HttpRequest, form: RecordForm, *, status: int = 200) -> HttpResponse:
        """The small form; as a page of its own without htmx."""
        key = next(iter(form.record_fields))
        context = {"form": form, "action": request.path, "title": form.fields[key].label}
        if request.headers.get("HX-Request"):
            response = render(request, "components/inline_form.html", context, status=status)
            response["HX-Reswap"] = "innerHTML"  # the place of the value stays around the form
            return response
        context |= {"submit_label": _("Save"), "cancel_url": form.record.get_absolute_url()}
        return render(request, "components/form_page.html", context, status=status)


def ask_again(form: RecordForm, key: str, found: Any) -> None:
    """Say who has the value already; the next save of this form means it."""
    names = ", ".join(record.title for record in found)
    form.add_error(
        key, _("This value is there already: %(names)s. Save again to keep it.") % {"names": names}
    )
    form.fields["confirmed"] = forms.CharField(required=False, widget=forms.HiddenInput)
    posted: Any = form.data
    posted = posted.copy()
    posted["confirmed"] = "1"
    form.data = posted


def editable_or_none(kind: Kind, viewer: Any, pk: UUID) -> Any:
    """The record, unless the change has taken it out of the viewer's reach."""
    return kind.model.objects.editable_by(viewer).filter(pk=pk).first()


def tell_of_conflict(form: RecordForm, key: str, theirs: str) -> None:
    """Say at the value what somebody else has made of it meanwhile."""
    sentence = _("Somebody changed this meanwhile to “%(theirs)s”. Save again to replace it.")
    form.add_error(key, sentence % {"theirs": theirs})
