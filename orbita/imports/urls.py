"""The import wizard: upload, match columns, look at what would happen, run, report."""

from django.urls import path

from orbita.imports import answer_views, views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/new/", views.NewView.as_view(), name="import-new"),
    path("imports/<uuid:pk>/", views.import_page, name="import"),
    path("imports/<uuid:pk>/mapping/", views.MappingView.as_view(), name="import-mapping"),
    path("imports/<uuid:pk>/reading/", views.reading, name="import-reading"),
    path("imports/<uuid:pk>/preview/", views.preview, name="import-preview"),
    path("imports/<uuid:pk>/answers/", answer_views.answers, name="import-answers"),
    path("imports/<uuid:pk>/links/", answer_views.open_links, name="import-open-links"),
    path("imports/<uuid:pk>/run/", views.run, name="import-run"),
    path("imports/<uuid:pk>/progress/", views.progress, name="import-progress"),
    path("imports/<uuid:pk>/cancellation/", views.cancellation, name="import-cancellation"),
    path("imports/<uuid:pk>/rejected/", views.rejected, name="import-rejected"),
]
