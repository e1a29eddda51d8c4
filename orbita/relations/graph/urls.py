"""The graph of records: its map, and how two records are connected."""

from django.urls import path

from orbita.relations.graph import pages

urlpatterns = [
    path("<kind:kind>/<uuid:pk>/map/", pages.MapView.as_view(), name="relation-map"),
    path(
        "<kind:kind>/<uuid:pk>/connection/",
        pages.ConnectionView.as_view(),
        name="relation-connection",
    ),
    path(
        "<kind:kind>/<uuid:pk>/connection/suggestions/",
        pages.ConnectionSuggestionsView.as_view(),
        name="relation-connection-suggestions",
    ),
]
