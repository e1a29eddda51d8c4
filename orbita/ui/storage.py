"""Static files under names with their hash."""

from functools import lru_cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Remembers the addresses, of which every page names some twenty."""

    @lru_cache(maxsize=512)  # noqa: B019 - there is one storage, as old as the process
    def url(self, name: str | None, force: bool = False) -> str:
        """The address with the hash in it; the manifest is read once."""
        return super().url(name, force)
