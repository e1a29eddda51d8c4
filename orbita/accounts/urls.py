"""Log-in and the pages of the person who works here."""

from django.urls import path

from orbita.accounts import views

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("me/", views.me, name="me"),
    path("me/password/", views.password, name="me-password"),
    path("me/tokens/", views.tokens, name="me-tokens"),
    path("me/tokens/<uuid:pk>/revocation/", views.token_revocation, name="me-token-revocation"),
    path("me/language/", views.set_language, name="set-language"),
    path("me/theme/", views.set_theme, name="set-theme"),
]
