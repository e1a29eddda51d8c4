"""Two thousand spoiled files of each format: rows or a sentence, never more (INP-07)."""

from collections import Counter
from pathlib import Path

import pytest
from django.utils import translation

from orbita.imports.readers import UnreadableFile
from orbita.imports.readers.sentences import SENTENCES
from orbita.imports.tests.readers.files import ODS_CELL, ods_parts, pack, xlsx_parts, xlsx_row
from orbita.imports.tests.readers.fuzzing import Reader, spoiled

DATA = Path(__file__).parents[4] / "tests" / "data" / "imports"
FILES = {
    "csv": "libreoffice-report-cp1250.csv",
    "xls": "xlwt-blocks.xls",
    "xlsx": "libreoffice-values.xlsx",
    "ods": "pandas.ods",
    "vcf": "outlook.vcf",
}


@pytest.mark.parametrize("kind", FILES)
def test_spoiled_files_never_do_more_than_fail(tmp_path, kind):
    good, path = (DATA / FILES[kind]).read_bytes(), tmp_path / "spoiled"
    outcomes: Counter[str] = Counter()
    with Reader() as reader:
        for bad in spoiled(good, kind, range(2000)):
            path.write_bytes(bad)
            try:
                reader.read(path)
                outcomes["read"] += 1
            except UnreadableFile as problem:
                outcomes[problem.code] += 1
        path.write_bytes(good)
        assert reader.read(path) > 0
    assert outcomes.total() == 2000
    assert "slow" not in outcomes, outcomes
    assert set(outcomes) <= {"read", *SENTENCES}, outcomes
    assert len(outcomes) > 2, outcomes
    assert outcomes["read"] > 20, outcomes
    assert reader.deaths == outcomes["crashed"] < 20, outcomes


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (xlsx_parts(xlsx_row(1, "A1") + xlsx_row(1048576, "XFD1048576")), "columns"),
        (xlsx_parts(xlsx_row(1, "A1") + xlsx_row(1048576, "SR1048576")), "cells"),
        (xlsx_parts(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 50_000_000}'), "long_text"),
        (b"n;m\n" + b"x;" * 50_000_000, "long_line"),
        (
            xlsx_parts("", {"xl/sharedStrings.xml": b"<sst>" + b"<si><t/></si>" * 5_000_000}),
            "strings",
        ),
        (
            ods_parts(
                '<table:table-row table:number-rows-repeated="1048576">'
                + ODS_CELL.replace("cell ", 'cell table:number-columns-repeated="16384" ', 1)
            ),
            "columns",
        ),
        (b"BEGIN:VCARD\nNOTE:" + b"x" * 50_000_000, "long_line"),
        (b"BEGIN:VCARD\n" + b"NOTE:y\n" * 1_000_000, "long_card"),
        (b"BEGIN:VCARD\nPHOTO:" + (b"x" * 70 + b"\n ") * 150_000, "long_line"),
    ],
    ids=["corner", "cells", "cell", "line", "strings", "repeats", "note", "notes", "photo"],
)
def test_files_of_absurd_size_are_refused_within_half_a_gigabyte(tmp_path, content, code):
    path = tmp_path / "absurd"
    path.write_bytes(content) if isinstance(content, bytes) else pack(path, content)
    with Reader() as reader:
        with pytest.raises(UnreadableFile) as caught, translation.override("en"):
            reader.read(path)
        assert caught.value.code == code
        assert reader.peak_mib < 512
