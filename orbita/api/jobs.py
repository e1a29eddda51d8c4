"""Periodic work of the API."""

from orbita.jobs import periodic, task


@periodic(cron="17 * * * *")
@task(name="api.forget_answers")
def forget_answers() -> None:
    """Forget the answers to calls with a key that are older than a day."""
    from orbita.api.idempotency import forget_old

    forget_old()
