"""Addresses of one's own API tokens."""

from django.urls import path

from orbita.api.own import views

urlpatterns = [
    path("me/tokens/", views.tokens, name="me-tokens"),
    path("me/tokens/<uuid:pk>/revocation/", views.revocation, name="me-token-revocation"),
]
