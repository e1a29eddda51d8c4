"""Where the imports stand among the account settings."""

from django.utils.translation import gettext_lazy as _

from orbita.preferences.declared import Section, register

register(Section("imports", _("Import and export"), icon="file-import", order=60, url="imports"))
