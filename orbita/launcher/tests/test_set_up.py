"""The small steps before a start."""

import json
import socket

import pytest

from orbita.launcher.listening import listen
from orbita.launcher.messages import compile_catalogues, stale_catalogues
from orbita.launcher.options import read_options
from orbita.launcher.paths import ROOT
from orbita.launcher.say import Failure
from orbita.launcher.stamps import digest_of_tree, is_stamped, write_stamp
from orbita.launcher.symlinks import make_symlinks

PO = (
    'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Add"\nmsgstr "Dodaj"\n'
)


def test_a_port_in_use_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Failure, match=f"^Port {port} is in use by another program"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("port", ["0", "65536", "http", "80 80", "²"])
def test_a_port_that_is_none_is_one_sentence(port):
    with pytest.raises(Failure, match="PORT must be a number"):
        read_options({"PORT": port})


def test_settings_come_from_the_environment_and_empty_ones_count_as_not_set(tmp_path):
    options = read_options({"PORT": "9000", "DATA_DIR": str(tmp_path), "DEMO": "0", "HOST": ""})
    assert (options.address, options.data_dir, options.demo) == (
        "http://127.0.0.1:9000",
        tmp_path,
        False,
    )
    assert read_options({"DATA_DIR": ""}).data_dir == ROOT / "data"
    assert read_options({"POSTGRES_OPTIONS": "work_mem=64MB jit=on"}).postgres_options == (
        "work_mem=64MB",
        "jit=on",
    )
    with pytest.raises(Failure, match="write name=value"):
        read_options({"POSTGRES_OPTIONS": "fast"})


def package(folder, *links):
    (folder / "native" / "lib").mkdir(parents=True)
    (folder / "native" / "lib" / "libx.so.1.2").write_text("library")
    entries = [{"source": source, "target": target} for source, target in links]
    (folder / "native" / "pg-symlinks.json").write_text(json.dumps(entries))
    return folder


def test_links_that_a_package_names_are_made_once(tmp_path):
    found = package(tmp_path, ("native/lib/libx.so.1.2", "native/lib/libx.so"))
    assert make_symlinks(found) == 1
    assert make_symlinks(found) == 0
    assert (found / "native" / "lib" / "libx.so").read_text() == "library"
    assert (found / "native" / "lib" / "libx.so").readlink().name == "libx.so.1.2"


def test_a_link_outside_its_package_is_refused(tmp_path):
    found = package(tmp_path / "package", ("native/lib/libx.so.1.2", "../outside"))
    with pytest.raises(Failure, match="outside itself"):
        make_symlinks(found)
    assert not (tmp_path / "outside").exists()


def test_translations_are_compiled_only_when_they_changed(tmp_path):
    (tmp_path / "pl").mkdir()
    (tmp_path / "pl" / "django.po").write_text(PO)
    assert len(stale_catalogues(tmp_path)) == 1
    compile_catalogues(tmp_path)
    assert b"Dodaj" in (tmp_path / "pl" / "django.mo").read_bytes()
    assert stale_catalogues(tmp_path) == []


def test_a_stamp_holds_until_a_file_below_the_folder_changes(tmp_path):
    stamp, folder = tmp_path / "stamp", tmp_path / "static"
    folder.mkdir()
    (folder / "app.js").write_text("1")
    write_stamp(stamp, digest_of_tree([folder]))
    assert is_stamped(stamp, digest_of_tree([folder]))
    (folder / "app.js").write_text("22")
    assert not is_stamped(stamp, digest_of_tree([folder]))
