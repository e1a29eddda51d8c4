"""Log-in and the pages of the person who works here."""

from django.urls import path

from orbita.accounts import views
from orbita.accounts.entrance import resetting
from orbita.accounts.entrance import views as entrance
from orbita.accounts.own_password import own_password
from orbita.accounts.security import password
from orbita.accounts.security import views as security

urlpatterns = [
    path("login/", entrance.login, name="account_login"),
    path("login/second-factor/", entrance.second_factor, name="mfa_authenticate"),
    path("login/passkey/", entrance.passkey_login, name="mfa_login_webauthn"),
    path("login/passkey/options/", entrance.passkey_options, name="passkey-options"),
    path("login/reset/", resetting.reset, name="account_reset_password"),
    path(
        "login/reset/<uidb64>/<token>/",
        resetting.NewPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    path("logout/", entrance.logout, name="account_logout"),
    path("me/", views.me, name="me"),
    path("me/security/", security.security, name="me-security"),
    path("me/password/", password.password, name="me-password"),
    path("me/email/", password.email, name="me-email"),
    path("me/email/<str:token>/", password.email_confirmation, name="me-email-confirmation"),
    path("me/second-factor/", security.app, name="me-second-factor"),
    path("me/second-factor/removal/", security.app_removal, name="me-second-factor-removal"),
    path("me/recovery-codes/", security.recovery_codes, name="me-recovery-codes"),
    path("me/passkeys/", security.passkeys, name="me-passkeys"),
    path("me/passkeys/options/", security.passkey_options, name="me-passkey-options"),
    path("me/passkeys/<int:pk>/removal/", security.passkey_removal, name="me-passkey-removal"),
    path("me/sessions/others/ending/", security.other_sessions_ending, name="me-sessions-ending"),
    path("me/sessions/<uuid:pk>/ending/", security.session_ending, name="me-session-ending"),
    path("me/own-password/", own_password, name="own-password"),
    path("me/language/", views.set_language, name="set-language"),
    path("me/theme/", views.set_theme, name="set-theme"),
]
