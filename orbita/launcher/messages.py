"""Compiles the translations (.po) into what gettext reads (.mo), in Python alone."""

from pathlib import Path

from orbita.launcher.paths import LOCALE


def stale_catalogues(locale: Path = LOCALE) -> list[Path]:
    """The .po files whose .mo is missing or older."""
    return [source for source in sorted(locale.rglob("*.po")) if _is_stale(source)]


def compile_catalogues(locale: Path = LOCALE) -> None:
    """Compile the stale ones; each .mo appears whole or not at all."""
    import polib

    for source in stale_catalogues(locale):
        target = source.with_suffix(".mo")
        unfinished = target.with_suffix(".mo.unfinished")
        polib.pofile(str(source)).save_as_mofile(str(unfinished))
        unfinished.replace(target)


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns


if __name__ == "__main__":
    compile_catalogues()
