"""Addresses of relations."""

from django.urls import path

from orbita.relations.views import types

TYPES = "settings/relations"

urlpatterns = [
    path(f"{TYPES}/", types.TypesView.as_view(), name="relation-types"),
    path(f"{TYPES}/new/", types.TypeAddView.as_view(), name="relation-type-add"),
    path(f"{TYPES}/example/", types.TypeExampleView.as_view(), name="relation-type-example"),
    path(f"{TYPES}/order/", types.TypesOrderView.as_view(), name="relation-types-order"),
    path(f"{TYPES}/<int:pk>/", types.TypeView.as_view(), name="relation-type"),
    path(
        f"{TYPES}/<int:pk>/archiving/",
        types.TypeArchivingView.as_view(),
        name="relation-type-archiving",
    ),
    path(
        f"{TYPES}/<int:pk>/restoration/",
        types.TypeRestorationView.as_view(),
        name="relation-type-restoration",
    ),
    path(
        f"{TYPES}/<int:pk>/removal/",
        types.TypeRemovalView.as_view(),
        name="relation-type-removal",
    ),
]
