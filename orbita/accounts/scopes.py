"""What a token may be used for: its owner's rights, cut down to some of these."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """One stretch of the API. Every token reads, since each call answers with what it touched."""

    READ = "records:read", _("Read records, notes, relations and dictionaries")
    WRITE = "records:write", _("Add, change and delete records, notes and relations")
    IMPORTS = "imports", _("Import files, which adds and changes records")
    SETTINGS = "settings", _("Change what belongs to the whole account, as its owner may")


def every_scope() -> list[str]:
    """All of them: the token can do whatever its owner can."""
    return list(Scope.values)


def cleaned(scopes: Iterable[str]) -> list[str]:
    """The scopes in their order, reading among them; ValueError for one that there is not."""
    wanted = {Scope(scope) for scope in scopes} | {Scope.READ}
    return [scope.value for scope in Scope if scope in wanted]
