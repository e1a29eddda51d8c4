"""Addresses of the shell itself."""

from django.urls import path

from orbita.ui import views

urlpatterns = [
    path("appearance/theme", views.set_theme, name="set-theme"),
    path("appearance/language", views.set_language, name="set-language"),
]
