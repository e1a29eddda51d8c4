"""What readers think of the articles."""

from django.conf import settings
from django.db import models


class Vote(models.Model):
    """Whether an article answered the question of a reader; each has one vote, the latest."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    slug = models.SlugField(max_length=60, db_index=False)
    is_helpful = models.BooleanField()
    voted_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reader", "slug"], name="one_vote_of_a_reader")
        ]

    def __str__(self) -> str:
        return f"{self.slug}: {'yes' if self.is_helpful else 'no'}"
