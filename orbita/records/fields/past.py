"""Names for the ids in stored values of the past, as far as a viewer may know them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from orbita.accounts.models import User


class PastResolver:
    """Finds names for ids in the ledger, as far as the viewer may know them."""

    def __init__(self, viewer: "User") -> None:
        self.viewer = viewer
        self._names: dict[type[models.Model], dict[str, str]] = {}

    def name(self, model: type[models.Model], pk: Any) -> str:
        """The name of the row, or a dash where it is gone.

        A record that the viewer may not know of has none, so that its coming reads as nothing.
        """
        from orbita.accounts.models import Team, User
        from orbita.records.models import Record

        names = self._names.setdefault(model, {})
        if not names and model in (User, Team):
            names.update((str(row.pk), str(row)) for row in model._default_manager.all())
        if str(pk) not in names:
            rows = (
                model.objects.listed_for(self.viewer)  # type: ignore[attr-defined]
                if issubclass(model, Record)
                else model._base_manager.all()  # retired labels too
            )
            found = rows.filter(pk=pk).first()
            if found is None and issubclass(model, Record):
                names[str(pk)] = self._name_of_gone(pk)
            else:
                names[str(pk)] = str(found) if found else "—"
        return names[str(pk)]

    def foresee(self, model: type[models.Model], pks: Iterable[str]) -> None:
        """Find the names of many rows, which will be asked for, by one question."""
        from orbita.records.merging.survivors import names_of_gone
        from orbita.records.models import Record

        names = self._names.setdefault(model, {})
        missing = set(pks) - names.keys()
        if not missing:
            return
        if not issubclass(model, Record):
            rows = model._base_manager.filter(pk__in=missing)
            names.update((str(row.pk), str(row)) for row in rows)
            return
        rows = model.objects.listed_for(self.viewer).filter(pk__in=missing)
        names.update((str(row.pk), str(row)) for row in rows)
        if missing := missing - names.keys():
            gone = names_of_gone(missing, self.viewer)
            names.update(dict.fromkeys(missing, ""))
            names.update((str(pk), name) for pk, name in gone.items())

    def _name_of_gone(self, pk: Any) -> str:
        """The name of a record that was merged into another one, or nothing."""
        from orbita.records.merging.survivors import names_of_gone

        return next(iter(names_of_gone([pk], self.viewer).values()), "")
