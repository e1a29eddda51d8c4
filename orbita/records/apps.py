"""The kernel's application: finds what the slices declare, and keeps the ledger's triggers."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class RecordsConfig(AppConfig):
    """Loads what the applications declare once all models are ready: kinds, panels and so on."""

    name = "orbita.records"

    def ready(self) -> None:
        """Fill the registries and have the triggers installed after each migration."""
        from orbita.records.triggers import install

        autodiscover_modules("kinds", "panels", "operations", "layouts")
        from orbita.preferences.standard import ask_of_families
        from orbita.records.changes import on_close, on_settle
        from orbita.records.duplicates import keeping, noticing, tasks  # noqa: F401
        from orbita.records.fields.counted import counted_fields
        from orbita.records.fields.provided import provide
        from orbita.records.kind_names import declare_names, lazy_name
        from orbita.records.kinds import kinds
        from orbita.records.menus import register_menus
        from orbita.records.merging import stragglers, untracked
        from orbita.records.operations.running import reports_of, still_at_work
        from orbita.records.preferences import declare_family
        from orbita.records.rights import declare_rights
        from orbita.records.segments import following
        from orbita.records.undo import refuse_when
        from orbita.records.undo.reading import register_reports

        ask_of_families(lambda name: any(one.is_on() for one in kinds if one.family == name))
        for kind in kinds:
            declare_family(kind.family, lazy_name(kind))
        declare_names(list(kinds))
        declare_rights(kinds)
        register_menus()
        provide(counted_fields)
        refuse_when(still_at_work)
        register_reports(reports_of)
        on_close(keeping.after_deed)
        on_close(stragglers.follow_survivors)
        on_close(untracked.take_back)
        on_settle(following.after_deed)
        post_migrate.connect(install, sender=self)
