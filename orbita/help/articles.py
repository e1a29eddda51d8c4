"""Which articles there are; what they say stands in templates/help/articles, by language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from orbita.preferences import feature_enabled
from orbita.ui.types import Text

FEATURES = ("sources", "relations", "spaces")
"""Add-ons that articles speak of."""


@dataclass(frozen=True)
class Article:
    """An article: its slug, the day of its last revision, and where to read on.

    With `feature` it is there only while the account uses this add-on.
    """

    slug: str
    revised: date
    related: tuple[str, ...] = ()
    feature: str = ""

    @property
    def is_offered(self) -> bool:
        """Whether the account uses what it is about."""
        return not self.feature or feature_enabled(self.feature)


@dataclass(frozen=True)
class Collection:
    """Articles that belong together, in their order."""

    label: Text
    icon: str
    articles: tuple[Article, ...]


FIRST, NAMES = date(2026, 11, 22), date(2026, 11, 23)

COLLECTIONS = (
    Collection(
        _("Contacts"),
        "users",
        (
            Article("contacts", FIRST, ("profile", "lists", "import-file")),
            Article("profile", FIRST, ("notes-files", "access", "relations")),
            Article("lists", FIRST, ("list-operations", "export", "custom-fields")),
            Article("list-operations", FIRST, ("lists", "undo", "duplicates")),
            Article("segments", date(2026, 11, 23), ("contacts", "lists", "deals")),
            Article("duplicates", FIRST, ("contacts", "undo", "import-mapping")),
            Article("notes-files", FIRST, ("profile", "access")),
            Article("undo", FIRST, ("list-operations", "import-run", "duplicates")),
        ),
    ),
    Collection(
        _("Acquisition sources"),
        "target-arrow",
        (Article("sources", FIRST, ("contacts", "lists", "import-file"), "sources"),),
    ),
    Collection(
        _("Relations"),
        "affiliate",
        (
            Article("relations", FIRST, ("relation-types", "relation-map"), "relations"),
            Article("relation-types", FIRST, ("relations", "import-relations"), "relations"),
            Article("relation-map", FIRST, ("relations", "profile"), "relations"),
        ),
    ),
    Collection(
        _("Deals and products"),
        "briefcase",
        (
            Article("deals", FIRST, ("contacts", "products", "spaces")),
            Article("products", FIRST, ("deals", "lists", "import-file")),
        ),
    ),
    Collection(
        _("Spaces"),
        "door",
        (Article("spaces", FIRST, ("deals", "access", "relations"), "spaces"),),
    ),
    Collection(
        _("Import and export"),
        "file-import",
        (
            Article("import-file", FIRST, ("import-mapping", "import-run")),
            Article("import-mapping", FIRST, ("import-file", "import-relations", "import-run")),
            Article("import-relations", NAMES, ("import-mapping", "relation-types"), "relations"),
            Article("import-run", NAMES, ("import-mapping", "undo", "duplicates")),
            Article("export", FIRST, ("lists", "import-file")),
        ),
    ),
    Collection(
        _("Account"),
        "settings",
        (
            Article("users", FIRST, ("access", "security")),
            Article("access", FIRST, ("owners", "users", "profile")),
            Article("owners", FIRST, ("access", "list-operations", "users")),
            Article("custom-fields", FIRST, ("lists", "import-mapping")),
            Article("account", FIRST, ("users", "custom-fields", "security")),
            Article("security", FIRST, ("users", "api")),
            Article("api", FIRST, ("security", "export")),
        ),
    ),
)

_BY_SLUG = {one.slug: one for collection in COLLECTIONS for one in collection.articles}


def find_article(slug: str) -> Article | None:
    """The article, whether or not the account uses what it is about."""
    return _BY_SLUG.get(slug)


def offered() -> Iterator[tuple[Collection, list[Article]]]:
    """The collections with the articles that the account has a use for; no empty ones."""
    for collection in COLLECTIONS:
        if articles := [one for one in collection.articles if one.is_offered]:
            yield collection, articles


def related_to(article: Article) -> list[Article]:
    """Where to read on, as far as the account uses it."""
    return [one for slug in article.related if (one := _BY_SLUG[slug]).is_offered]
