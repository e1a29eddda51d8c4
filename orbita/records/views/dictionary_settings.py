"""Account settings > Groups and > Tags: the dictionaries of all families, and who manages them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from orbita.accounts.access import AdministratorsOnly
from orbita.preferences.declared import find_section
from orbita.preferences.forms import SectionForm
from orbita.preferences.views import menu
from orbita.records.dictionaries import DICTIONARIES, Dictionary
from orbita.records.kinds import Kind, kinds
from orbita.records.views.dictionaries import dictionary_context, family_label


class DictionarySettingsView(AdministratorsOnly, View):
    """GET /settings/dictionaries/groups/?family=deals; POST changes who may manage."""

    which = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The dictionary of one family, the other families beside it."""
        return self.show(request, SectionForm(self.section()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Remember who may manage."""
        form = SectionForm(self.section(), request.POST)
        if not form.is_valid() or not form.save(by=request.user, request=request):
            return self.show(request, form, status=422)
        messages.success(request, _("The settings are saved."))
        return redirect(request.get_full_path())

    def section(self) -> Any:
        """The section of the settings."""
        return find_section(self.which)

    def show(self, request: HttpRequest, form: SectionForm, *, status: int = 200) -> HttpResponse:
        """The page."""
        dictionary: Dictionary = DICTIONARIES[self.which]
        families = families_of(request.user)
        chosen = families.get(request.GET.get("family", "")) or next(iter(families.values()))
        context = dictionary_context(request, chosen, dictionary)
        context |= {
            "section": self.section(),
            "menu": menu(self.which),
            "form": form,
            "tabs": [
                {
                    "label": family_label(family),
                    "url": f"{request.path}?family={family}",
                    "is_current": kind is chosen,
                }
                for family, kind in families.items()
            ],
        }
        return render(request, "records/dictionary_settings.html", context, status=status)


def families_of(viewer: Any) -> dict[str, Kind]:
    """The families whose kinds are in use, each with its first kind."""
    found: dict[str, Kind] = {}
    for kind in kinds.for_viewer(viewer):
        found.setdefault(kind.family, kind)
    return found
