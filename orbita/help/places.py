"""Which article helps where: on pages of the settings, on other pages, where a list is empty."""

from typing import Any

from orbita.help.articles import Article, find_article

SECTIONS = {
    "account": "account",
    "users": "users",
    "teams": "users",
    "permissions": "access",
    "visibility": "access",
    "roles": "access",
    "owners": "owners",
    "participants": "owners",
    "security": "security",
    "sso": "security",
    "audit": "security",
    "forms": "custom-fields",
    "custom-fields": "custom-fields",
    "records": "contacts",
    "notes": "notes-files",
    "names": "account",
    "sources": "sources",
    "segments": "segments",
    "groups": "lists",
    "tags": "lists",
    "relations": "relation-types",
    "imports": "import-file",
    "api": "api",
    "add-ons": "account",
    "search": "account",
}
"""By the key of a section of the settings."""

PAGES = {
    "imports": "import-file",
    "import-new": "import-file",
    "import-mapping": "import-mapping",
    "import-reading": "import-mapping",
    "import": "import-run",
    "import-preview": "import-run",
    "import-run": "import-run",
    "saved-mappings": "import-mapping",
}
"""By the name of the page."""

EMPTY = {
    "list": "lists",
    "duplicates": "duplicates",
    "operations": "undo",
    "bin": "undo",
    "notifications": "profile",
    "relations": "relations",
    "relation-map": "relation-map",
    "relation-connection": "relation-map",
    "me-tokens": "api",
}
"""By the name of a page on which nothing is yet."""

LISTS = {
    "company": "contacts",
    "person": "contacts",
    "deal": "deals",
    "product": "products",
    "space": "spaces",
}
"""For the empty list of a kind, by its key."""


def help_with_section(key: str) -> Article | None:
    """The article about a section of the settings."""
    return _offered(SECTIONS.get(key))


def help_with_page(match: Any) -> Article | None:
    """The article about the page at a resolved address."""
    return _offered(PAGES.get(match.url_name))


def help_where_empty(match: Any) -> Article | None:
    """The article about what would stand at a resolved address."""
    if match.url_name == "list":
        key = getattr(match.kwargs.get("kind"), "key", "")
        return _offered(LISTS.get(key, EMPTY["list"]))
    return _offered(EMPTY.get(match.url_name))


def _offered(slug: str | None) -> Article | None:
    article = find_article(slug) if slug else None
    return article if article is not None and article.is_offered else None
