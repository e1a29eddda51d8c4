"""Only the listed files of npm packages are served, and the first page stays light."""

import gzip
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template.loader import get_template

from orbita.ui.finders import VENDOR_FILES, NodePackagesFinder

STYLES = ("app.css", "components.css")
SCRIPTS = (
    "theme.js",
    "app.js",
    "overlays.js",
    "cards.js",
    "lists.js",
    "forms.js",
    "editor.js",
)


def test_listed_files_are_found():
    assert all(Path(finders.find(name)).is_file() for name in VENDOR_FILES)


def test_nothing_else_of_node_modules_is_served():
    finder = NodePackagesFinder()
    for name in ("vendor/package.json", "vendor/../../manage.py", "@tabler/core/package.json"):
        assert finder.find(name) == []


def test_source_map_links_are_left_out():
    for name, storage in NodePackagesFinder().list([]):
        assert b"sourceMappingURL" not in storage.open(name).read()


def test_collected_files_have_hashed_names(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert list(tmp_path.glob("vendor/tabler.min.????????????.css"))
    assert list(tmp_path.glob("ui/app.????????????.js"))


def test_script_and_style_of_the_first_page_are_below_250_kb():
    page = get_template("base.html").template.source
    loaded = [path for name, path in VENDOR_FILES.items() if name in page]
    assert len(loaded) > 5
    vendor = [Path(settings.NODE_MODULES) / path for path in loaded]
    own = [Path(finders.find(f"ui/{name}")) for name in (*STYLES, *SCRIPTS)]
    total = sum(len(gzip.compress(path.read_bytes(), 9)) for path in (*vendor, *own))
    assert total < 250_000
