"""Addresses of files."""

from django.urls import path

from orbita.files import views

urlpatterns = [
    path("<kind:kind>/<uuid:pk>/files/", views.FilesView.as_view(), name="files"),
    path("files/<uuid:pk>/", views.FileView.as_view(), name="file"),
    path("files/<uuid:pk>/deletion/", views.FileDeletionView.as_view(), name="file-deletion"),
    path(
        "files/<uuid:pk>/restoration/", views.FileRestorationView.as_view(), name="file-restoration"
    ),
]
