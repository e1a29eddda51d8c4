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
    "xls": "libreoffice-formats.xls",
    "xlsx": "libreoffice-values.xlsx",
    "ods": "libreoffice-formats.ods",
    "vcf": "outlook.vcf",
}


def read_spoiled(reader, good, kind, turns, path):
    """How many of the spoiled files ended in which way; the good one is read as ever."""
    outcomes: Counter[str] = Counter()
    with reader:
        for bad in spoiled(good, kind, turns):
            path.write_bytes(bad)
            try:
                reader.read(path)
                outcomes["read"] += 1
            except UnreadableFile as problem:
                outcomes[problem.code] += 1
        path.write_bytes(good)
        assert reader.read(path) > 0
    assert outcomes.total() == len(turns)
    return outcomes


@pytest.mark.parametrize("kind", FILES)
def test_spoiled_files_never_do_more_than_fail(tmp_path, kind):
    good, reader = (DATA / FILES[kind]).read_bytes(), Reader()
    outcomes = read_spoiled(reader, good, kind, range(2000), tmp_path / "spoiled")
    assert "slow" not in outcomes, outcomes
    assert set(outcomes) <= {"read", *SENTENCES}, outcomes
    assert len(outcomes) > 2, outcomes
    assert outcomes["read"] > 20, outcomes
    assert reader.deaths == outcomes["crashed"] < 20, outcomes


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_spoiled_files_in_slices_never_do_more_than_fail(tmp_path, kind):
    good, reader = (DATA / f"libreoffice-formats.{kind}").read_bytes(), Reader(slices=True)
    outcomes = read_spoiled(reader, good, kind, range(1000), tmp_path / "spoiled")
    assert "slow" not in outcomes, outcomes
    assert set(outcomes) <= {"read", *SENTENCES}, outcomes
    assert outcomes["read"] > 20, outcomes
    assert reader.deaths == outcomes["crashed"] == 0, outcomes


def corner(reference, row):
    return xlsx_parts(xlsx_row(1, "A1") + xlsx_row(row, reference))


def long_cell():
    return xlsx_parts(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 50_000_000}')


def many_texts():
    return xlsx_parts("", {"xl/sharedStrings.xml": b"<sst>" + b"<si><t/></si>" * 5_000_000})


def repeats():
    cell = ODS_CELL.replace("cell ", 'cell table:number-columns-repeated="16384" ', 1)
    return ods_parts(f'<table:table-row table:number-rows-repeated="1048576">{cell}')


ABSURD = {
    "columns": lambda: corner("XFD1048576", 1048576),
    "cells": lambda: corner("SR1048576", 1048576),
    "long_text": long_cell,
    "strings": many_texts,
    "columns of ods": repeats,
    "long_line": lambda: b"n;m\n" + b"x;" * 50_000_000,
    "long_line of a note": lambda: b"BEGIN:VCARD\nNOTE:" + b"x" * 50_000_000,
    "long_line of a photo": lambda: b"BEGIN:VCARD\nPHOTO:" + (b"x" * 70 + b"\n ") * 150_000,
    "long_card": lambda: b"BEGIN:VCARD\n" + b"NOTE:y\n" * 100_000,
}


@pytest.mark.parametrize("name", ABSURD)
def test_files_of_absurd_size_are_refused_within_half_a_gigabyte(tmp_path, name):
    path, content = tmp_path / "absurd", ABSURD[name]()
    path.write_bytes(content) if isinstance(content, bytes) else pack(path, content)
    with Reader() as reader:
        with pytest.raises(UnreadableFile) as caught, translation.override("en"):
            reader.read(path)
        assert caught.value.code == name.split()[0]
        assert reader.peak_mib < 512
