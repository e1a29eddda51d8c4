"""Single sign-on."""

from django.apps import AppConfig


class SsoConfig(AppConfig):
    """Offers the way in on the log-in page and the card on “My settings”."""

    name = "orbita.sso"
    label = "sso"

    def ready(self) -> None:
        """Tell the log-in about this way."""
        from orbita.accounts import ways
        from orbita.sso import offering

        ways.register_way(offering.offer)
        ways.register_password_rule(offering.may_use_password)
        ways.register_trust(offering.vouches)
        ways.register_security_panel(offering.panel)
