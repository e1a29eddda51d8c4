"""The settings area and the first set-up."""

from django.urls import path

from orbita.preferences.setup import setup
from orbita.preferences.views import AddonView, SectionView, SettingsView

urlpatterns = [
    path("setup/", setup, name="setup"),
    path("settings/", SettingsView.as_view(), name="settings"),
    path("settings/add-ons/<slug:key>/switch/", AddonView.as_view(), name="settings-addon"),
    path("settings/<slug:key>/", SectionView.as_view(), name="settings-section"),
]
