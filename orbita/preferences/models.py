"""Where account settings are kept."""

from django.db import models


class StoredSetting(models.Model):
    """The value of a setting that somebody has changed; the others have their declared default."""

    key = models.CharField(max_length=120, primary_key=True)
    value = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.key
