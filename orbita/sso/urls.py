"""Addresses of single sign-on."""

from django.urls import path

from orbita.sso import views

urlpatterns = [
    path("login/sso/", views.start, name="sso-start"),
    path("login/sso/callback/", views.callback, name="sso-callback"),
    path("me/identities/", views.connection, name="sso-connection"),
    path("me/identities/<uuid:pk>/removal/", views.removal, name="sso-removal"),
]
