"""Addresses of relations."""

from django.urls import path

from orbita.relations.views import adding, page, tending, types

OF_RECORD = "<kind:kind>/<uuid:pk>/relations"
ONE = f"{OF_RECORD}/<uuid:relation>"
TYPES = "settings/relations"

urlpatterns = [
    path(f"{OF_RECORD}/", page.RelationsView.as_view(), name="relations"),
    path(f"{OF_RECORD}/new/", adding.RelationAddView.as_view(), name="relation-add"),
    path(f"{OF_RECORD}/new/end/", adding.EndView.as_view(), name="relation-end"),
    path(f"{OF_RECORD}/new/suggestions/", adding.EndsView.as_view(), name="relation-ends"),
    path(f"{ONE}/edit/", tending.DetailsView.as_view(), name="relation-edit"),
    path(f"{ONE}/ending/", tending.EndingView.as_view(), name="relation-ending"),
    path(f"{ONE}/removal/", tending.RemovalView.as_view(), name="relation-removal"),
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
