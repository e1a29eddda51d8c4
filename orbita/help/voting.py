"""Votes on articles: one of each reader, and their sums for administrators."""

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q

from orbita.help.articles import Article
from orbita.help.models import Vote

if TYPE_CHECKING:
    from orbita.accounts.models import User


class Votes(NamedTuple):
    """How many readers an article has helped, and how many it has not."""

    yes: int
    no: int


def vote_on(article: Article, *, is_helpful: bool, by: "User") -> None:
    """Note the vote; another one of the same reader takes its place."""
    Vote.objects.update_or_create(reader=by, slug=article.slug, defaults={"is_helpful": is_helpful})


def vote_of(reader: "User", article: Article) -> bool | None:
    """Whether the article has helped this reader; None as long as they have not said."""
    votes = Vote.objects.filter(reader=reader, slug=article.slug)
    return votes.values_list("is_helpful", flat=True).first()


def all_votes() -> dict[str, Votes]:
    """The votes of all readers by the slugs of the articles; nothing says whose they are."""
    counted = Vote.objects.values("slug").annotate(
        yes=Count("pk", filter=Q(is_helpful=True)), no=Count("pk", filter=Q(is_helpful=False))
    )
    return {one["slug"]: Votes(one["yes"], one["no"]) for one in counted}
