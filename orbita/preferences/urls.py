"""The settings area and the first set-up."""

from django.urls import path

from orbita.preferences.addons import AddonView, CatalogueView, SwitchView
from orbita.preferences.setup import setup
from orbita.preferences.views import FindView, SectionView, SettingsView

urlpatterns = [
    path("setup/", setup, name="setup"),
    path("settings/", SettingsView.as_view(), name="settings"),
    path("settings/search/", FindView.as_view(), name="settings-search"),
    path("settings/add-ons/", CatalogueView.as_view(), name="settings-addons"),
    path("settings/add-ons/<slug:key>/", AddonView.as_view(), name="settings-addon"),
    path("settings/add-ons/<slug:key>/switch/", SwitchView.as_view(), name="settings-switch"),
    path("settings/<slug:key>/", SectionView.as_view(), name="settings-section"),
    path(
        "settings/<slug:key>/<slug:part>/",
        SectionView.as_view(),
        name="settings-part",
    ),
]
