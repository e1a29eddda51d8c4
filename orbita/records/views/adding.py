"""What add forms ask for while one fills them in: values taken over, a new record in a picker."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext as _
from django.views import View

from orbita.records import flowing
from orbita.records.forms import RecordForm
from orbita.records.hints import options_of
from orbita.records.kinds import Kind
from orbita.records.matching import duplicates
from orbita.records.models import Record
from orbita.records.views.finding import viewed_kind
from orbita.records.views.form import add_once

TITLE_LENGTH = 255


class FlowView(View):
    """GET /deals/new/values/source/?company=…: the field as it follows what was chosen."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, kind: Kind, key: str) -> HttpResponse:
        """The control; nothing for a field that the user has touched."""
        viewed_kind(request, kind, "add")
        viewer: Any = request.user
        found = [one for one in flowing.flowing_fields(kind, viewer) if one.key == key]
        if not found:
            raise Http404
        flow = flowing.posted(kind, viewer, found[0], request.GET)
        if flow.is_touched:
            return HttpResponse(status=204)
        form = RecordForm(kind, viewer, keys=[key])
        flowing.put_into(form, flow)
        return HttpResponse(form[key].as_widget())


class QuickAddView(View):
    """POST /companies/quick/: a new record out of a name typed in a picker; answers an option.

    `from` is the record in whose form the picker stands; `source` and the like is what that form
    has. Both count where values are taken over.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """Add it, or say in a sentence why not."""
        viewed_kind(request, kind, "add")
        viewer: Any = request.user
        form = RecordForm(kind, viewer, quick_data(request, kind), keys=quick_keys(kind, viewer))
        if not form.is_valid():
            return problem(" ".join(str(text) for some in form.errors.values() for text in some))
        values = form.values()
        if lacking := lacks(kind, viewer, values):
            return problem(
                _("Open the whole form, since this must be filled in: %(names)s")
                % {"names": ", ".join(lacking)}
            )
        if found := duplicates(kind, values, viewer=viewer):
            text = _("It is here already: %(name)s. Choose it from the list.")
            return problem(text % {"name": found[0].title}, status=409)
        record = add_once(kind, values, viewer, None)
        rows = Record.objects.listed_for(viewer).filter(pk=record.pk).with_openness(viewer)
        options = options_of(list(rows), viewer)
        return JsonResponse(options[0].as_dict()) if options else problem(_("Added"), status=409)


def problem(text: str, *, status: int = 422) -> JsonResponse:
    """Why nothing was added."""
    return JsonResponse({"error": text}, status=status)


def quick_keys(kind: Kind, viewer: Any) -> list[str]:
    """The fields that quick adding fills: the parts of the name, and what is taken over."""
    return [*kind.title_from, *(one.key for one in flowing.flowing_fields(kind, viewer))]


def quick_data(request: HttpRequest, kind: Kind) -> QueryDict:
    """The typed name in the parts of which names of the kind are made, and what is taken over."""
    viewer: Any = request.user
    data = QueryDict(mutable=True)
    words = request.POST.get("title", "").strip()[:TITLE_LENGTH]
    parts = words.split(" ", len(kind.title_from) - 1)
    if len(parts) < len(kind.title_from):
        parts = [""] * (len(kind.title_from) - len(parts)) + parts
    data.update(dict(zip(kind.title_from, parts, strict=True)))
    for one in flowing.flowing_fields(kind, viewer):
        value = request.POST.get(one.key) or given(kind, viewer, one, request.GET.get("from", ""))
        value = value or one.default(viewer)
        data[one.key] = str(getattr(value, "pk", value) or "")
    return data


def given(kind: Kind, viewer: Any, field: Any, origin: str) -> Any:
    """The key of the value that the record of this id hands on."""
    flow = flowing.opened(kind, viewer, field, {}, origin)
    giver = flow.giver()
    return flow.value_of(giver).pk if giver is not None else None


def lacks(kind: Kind, viewer: Any, values: dict[str, Any]) -> list[str]:
    """The labels of required fields that a name alone does not fill."""
    return [
        str(field.label)
        for key, field in kind.fields(viewer).items()
        if field.required
        and field.editable
        and key not in values
        and not field.default(viewer)
        and key not in ("owner", "visibility")
    ]
