"""Addresses of relations."""

from django.urls import path

from orbita.relations.views import adding, page, tending

OF_RECORD = "<kind:kind>/<uuid:pk>/relations"
ONE = f"{OF_RECORD}/<uuid:relation>"

urlpatterns = [
    path(f"{OF_RECORD}/", page.RelationsView.as_view(), name="relations"),
    path(f"{OF_RECORD}/new/", adding.RelationAddView.as_view(), name="relation-add"),
    path(f"{OF_RECORD}/new/end/", adding.EndView.as_view(), name="relation-end"),
    path(f"{OF_RECORD}/new/suggestions/", adding.EndsView.as_view(), name="relation-ends"),
    path(f"{ONE}/edit/", tending.DetailsView.as_view(), name="relation-edit"),
    path(f"{ONE}/ending/", tending.EndingView.as_view(), name="relation-ending"),
    path(f"{ONE}/removal/", tending.RemovalView.as_view(), name="relation-removal"),
]
