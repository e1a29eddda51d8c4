"""Addresses of the settings of forms: custom fields, their options, the order of the form."""

from django.urls import path

from orbita.records.views import settings_fields as fields
from orbita.records.views import settings_layout as layout
from orbita.records.views import settings_options as options

urlpatterns = [
    path("layout/", layout.FirstLayoutView.as_view(), name="settings-forms"),
    path("layout/<kind:kind>/", layout.LayoutView.as_view(), name="settings-form"),
    path("layout/<kind:kind>/preview/", layout.PreviewView.as_view(), name="settings-form-preview"),
    path("layout/<kind:kind>/reset/", layout.ResetView.as_view(), name="settings-form-reset"),
    path("fields/", fields.FirstFieldsView.as_view(), name="settings-fields"),
    path("fields/<kind:kind>/", fields.FieldsView.as_view(), name="settings-fields-of"),
    path("fields/<kind:kind>/new/", fields.AddFieldView.as_view(), name="settings-field-new"),
    path("fields/<kind:kind>/order/", fields.OrderView.as_view(), name="settings-field-order"),
    path("fields/<kind:kind>/<uuid:pk>/", fields.FieldView.as_view(), name="settings-field"),
    path(
        "fields/<kind:kind>/<uuid:pk>/type/", fields.TypeView.as_view(), name="settings-field-type"
    ),
    path(
        "fields/<kind:kind>/<uuid:pk>/archiving/",
        fields.ArchivingView.as_view(),
        name="settings-field-archiving",
    ),
    path(
        "fields/<kind:kind>/<uuid:pk>/restoration/",
        fields.RestorationView.as_view(),
        name="settings-field-restoration",
    ),
    path(
        "fields/<kind:kind>/<uuid:pk>/binning/",
        fields.BinningView.as_view(),
        name="settings-field-binning",
    ),
    path(
        "fields/<kind:kind>/<uuid:pk>/removal/",
        fields.RemovalView.as_view(),
        name="settings-field-removal",
    ),
    path(
        "fields/<kind:kind>/<uuid:pk>/options/",
        options.OptionsView.as_view(),
        name="settings-options",
    ),
    path(
        "fields/<kind:kind>/<uuid:pk>/options/order/",
        options.OrderView.as_view(),
        name="settings-option-order",
    ),
    path(
        "fields/<kind:kind>/<uuid:pk>/options/<uuid:option>/",
        options.OptionView.as_view(),
        name="settings-option",
    ),
    path(
        "fields/<kind:kind>/<uuid:pk>/options/<uuid:option>/archiving/",
        options.ArchivingView.as_view(),
        name="settings-option-archiving",
    ),
    path(
        "fields/<kind:kind>/<uuid:pk>/options/<uuid:option>/restoration/",
        options.RestorationView.as_view(),
        name="settings-option-restoration",
    ),
    path(
        "fields/<kind:kind>/<uuid:pk>/options/<uuid:option>/deletion/",
        options.DeletionView.as_view(),
        name="settings-option-deletion",
    ),
]
