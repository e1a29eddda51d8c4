"""Sweeping bytes that no row knows."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from orbita.jobs import periodic, task


@periodic(cron="41 2 * * *")
@task(name="files.sweep")
def sweep() -> None:
    """Remove stored bytes without a row once they are a day old: an upload may still be running."""
    from orbita.files.models import File
    from orbita.files.storing import FOLDER

    if not default_storage.exists(FOLDER):
        return
    yesterday = timezone.now() - timedelta(days=1)
    for folder in default_storage.listdir(FOLDER)[0]:
        keys = {
            f"{FOLDER}/{folder}/{name}" for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]
        }
        known = File.objects.filter(key__in=keys).values_list("key", flat=True)
        for key in keys - set(known):
            if default_storage.get_modified_time(key) < yesterday:
                default_storage.delete(key)
