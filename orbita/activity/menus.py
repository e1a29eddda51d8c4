"""Entries of the shell: the start page and the bell."""

from django.utils.translation import gettext_lazy as _

from orbita.ui import navigation

navigation.register(
    navigation.Item(
        label=_("Dashboard"), url="dashboard", icon="home", section="home", order=0, on_phone=True
    )
)
navigation.bell.register(
    navigation.Item(
        label=_("Notifications"), url="notifications", icon="bell", count_url="notifications-count"
    )
)
