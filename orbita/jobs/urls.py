"""Watching and cancelling one's own long work."""

from django.urls import path

from orbita.jobs import views

urlpatterns = [
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("jobs/<uuid:pk>/cancellation/", views.cancellation, name="job-cancellation"),
]
