"""The application `members`."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """People come, change and leave."""

    name = "orbita.members"

    def ready(self) -> None:
        """Say how a hand-over is named in undo and in notifications, and who may arrive."""
        from orbita.activity.models import NotificationKind
        from orbita.activity.reading import register_work
        from orbita.members import letters  # noqa: F401 - known to the worker from the start
        from orbita.members.arriving import by_invitation
        from orbita.members.handing import reports_of, still_at_work
        from orbita.members.models import HandOver
        from orbita.records.undo import refuse_when
        from orbita.records.undo.reading import register_reports
        from orbita.sso.linking import register_arrival

        register_arrival(by_invitation)
        refuse_when(still_at_work)
        register_reports(reports_of)
        register_work(NotificationKind.HAND_OVER, HandOver)
