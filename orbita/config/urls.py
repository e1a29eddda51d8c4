"""All addresses.

Pages of records come late: their first part is the slug of a kind. Those of the settings come last:
an app's own page of settings comes before the page that is made for every section.
"""

from django.urls import include, path, register_converter

from orbita.records.kinds import KindConverter

register_converter(KindConverter, "kind")

urlpatterns = [
    path("", include("orbita.accounts.urls")),
    path("", include("orbita.sso.urls")),
    path("", include("orbita.jobs.urls")),
    path("", include("orbita.activity.urls")),
    path("", include("orbita.help.urls")),
    path("", include("orbita.members.urls")),
    path("", include("orbita.notes.urls")),
    path("", include("orbita.files.urls")),
    path("", include("orbita.relations.urls")),
    path("", include("orbita.imports.urls")),
    path("api/", include("orbita.api.urls")),
    path("", include("orbita.api.own.urls")),
    path("", include("orbita.relations.graph.urls")),
    path("", include("orbita.audit.urls")),
    path("", include("orbita.records.urls")),
    path("", include("orbita.preferences.urls")),
]

handler400 = "orbita.config.errors.bad_request"
handler403 = "orbita.config.errors.permission_denied"
handler404 = "orbita.config.errors.page_not_found"
handler500 = "orbita.config.errors.server_error"
