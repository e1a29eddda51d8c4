"""The import wizard: upload, match columns, look at what would happen, run, report."""

from django.urls import path

from orbita.imports import answer_views, mapping_views, sample_views, saved_views, views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/new/", views.NewView.as_view(), name="import-new"),
    path("imports/<uuid:pk>/", views.import_page, name="import"),
    path("imports/samples/<kind:kind>.<str:format>", sample_views.sample, name="import-sample"),
    path("imports/mappings/", saved_views.saved_mappings, name="saved-mappings"),
    path(
        "imports/mappings/<uuid:pk>/", saved_views.SavedMappingView.as_view(), name="saved-mapping"
    ),
    path("imports/mappings/<uuid:pk>/removal/", saved_views.removal, name="saved-mapping-removal"),
    path("imports/<uuid:pk>/mapping/", mapping_views.MappingView.as_view(), name="import-mapping"),
    path("imports/<uuid:pk>/draft/", mapping_views.draft, name="import-draft"),
    path("imports/<uuid:pk>/value/", mapping_views.value, name="import-value"),
    path("imports/<uuid:pk>/field/", mapping_views.FieldView.as_view(), name="import-field"),
    path("imports/<uuid:pk>/layout/", mapping_views.layout, name="import-layout"),
    path("imports/<uuid:pk>/application/", mapping_views.application, name="import-application"),
    path("imports/<uuid:pk>/saving/", mapping_views.SavingView.as_view(), name="import-saving"),
    path("imports/<uuid:pk>/reading/", views.reading, name="import-reading"),
    path("imports/<uuid:pk>/preview/", views.preview, name="import-preview"),
    path("imports/<uuid:pk>/answers/", answer_views.answers, name="import-answers"),
    path("imports/<uuid:pk>/links/", answer_views.open_links, name="import-open-links"),
    path("imports/<uuid:pk>/run/", views.run, name="import-run"),
    path("imports/<uuid:pk>/progress/", views.progress, name="import-progress"),
    path("imports/<uuid:pk>/cancellation/", views.cancellation, name="import-cancellation"),
    path("imports/<uuid:pk>/rejected/", views.rejected, name="import-rejected"),
    path("imports/<uuid:pk>/rows/", views.rows, name="import-rows"),
]
