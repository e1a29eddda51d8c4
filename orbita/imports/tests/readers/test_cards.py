"""Contacts out of vcf files become a table."""

import pytest
from django.utils import translation

from orbita.imports.readers import Limits, UnreadableFile, inspect, rows


@pytest.fixture
def table(tmp_path):
    """The rows of the file below its names, as dictionaries."""

    def table(text, encoding="utf-8", **limits):
        path = tmp_path / "upload"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        with translation.override("en"):
            seen = inspect(path, "contacts.vcf", Limits(**limits))
        assert seen.format == "vcf"
        found = list(rows(path, seen.choices(), Limits(**limits)))
        assert seen.rows[1:] == found[: len(seen.rows) - 1]
        return [{n: c for n, c in zip(seen.header, row, strict=True) if c} for row in found]

    return table


def card(*lines, version="3.0"):
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


@pytest.mark.parametrize(
    ("lines", "cells"),
    [
        (["N:Góra;Anna;Maria;dr;"], {"First name": "Anna Maria", "Last name": "Góra"}),
        (["FN:Jan Maria Nowak"], {"First name": "Jan Maria", "Last name": "Nowak"}),
        (
            ["FN:Alfa", "N:;;;;", "ORG:Alfa;Dział A;B"],
            {"Company": "Alfa", "Department": "Dział A, B"},
        ),
        (["N:x", "TITLE:Prezes", "ROLE:Zarząd"], {"Last name": "x", "Position": "Prezes"}),
        (
            ["FN:x", "TEL:1;TYPE=", "tel;type=pref:22"],
            {"Last name": "x", "Phone": "22", "Phone 2": "1;TYPE="},
        ),
        (["N:x", 'item1.EMAIL;TYPE="a;b:c":a@b.pl'], {"Last name": "x", "E-mail": "a@b.pl"}),
        (["N:x", "NOTE:a\\nb\\, c\\; \\\\n"], {"Last name": "x", "Description": "a\nb, c; \\n"}),
        (
            ["N:x", "NOTE:raz", "dwa trzy", "", "X-Y:1", "cztery"],
            {"Last name": "x", "Description": "raz\ndwa trzy", "X-Y": "1\ncztery"},
        ),
        (["N:Gó", "  ra;Jan"], {"First name": "Jan", "Last name": "Gó ra"}),
        (["N:x", "BDAY:--0309"], {"Last name": "x", "Birthday": "--0309"}),
        (["N:x", "X-SKYPE:x.y", "REV:2026"], {"Last name": "x", "X-SKYPE": "x.y"}),
        (
            ["N:x", "CATEGORIES:VIP,A\\, B", "CATEGORIES:C"],
            {"Last name": "x", "Tags": "VIP; A, B; C"},
        ),
        (["N:x", "TEL;VALUE=uri:tel:+48-1;ext=2"], {"Last name": "x", "Phone": "+48-1 ext. 2"}),
        (
            ["N:x", "AGENT:", "BEGIN:VCARD", "N:y", "END:VCARD", "NOTE:z"],
            {"Last name": "x", "Description": "z"},
        ),
        (
            ["N:x", "ADR:;;;Łódź;;;", "ADR:;m. 2;Długa 1;Opole;;45-001;PL"],
            {
                "Last name": "x",
                "City": "Łódź",
                "Street 2": "Długa 1, m. 2",
                "City 2": "Opole",
                "Postcode 2": "45-001",
                "Country 2": "PL",
            },
        ),
    ],
)
def test_the_values_of_a_card(table, lines, cells):
    assert table(card(*lines)) == [cells]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250", "iso8859-2"])
def test_letters_in_every_encoding(table, encoding):
    people = card("N:Ślęzak;Żaneta", "ORG:Źródło") + card("N:Gęśla;Łucja", "ORG:Bąk")
    assert [row["Last name"] for row in table(people, encoding)] == ["Ślęzak", "Gęśla"]


def test_a_property_of_version_2_1_has_an_encoding_of_its_own(table):
    lines = ["N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C5=81o=", "=C5=9B;Ja=C5=9B"]
    old = card(*lines, "TEL;CELL:1", "PHOTO;ENCODING=BASE64:AAA", " BBB", "CCC", version="2.1")
    person = {"First name": "Jaś", "Last name": "Łoś", "Phone": "1", "Mobile phone": "1"}
    assert table(old) == [person]
    assert table(card("NOTE;CHARSET=zip:a", "N:x"))[0]["Description"] == "a"


@pytest.mark.parametrize(
    ("version", "lines"),
    [
        ("2.1", ["TEL;WORK;VOICE:1", "TEL;CELL:2", "TEL;WORK;FAX:3", "TEL;HOME;CELL;VOICE:4"]),
        ("3.0", ["TEL:1", "TEL;TYPE=CELL:2", "TEL;TYPE=WORK,FAX:3", "TEL;type=cell;type=pref:4"]),
        (
            "3.0",
            ["TEL;TYPE=PAGER:1", "TEL;type=IPHONE:2", 'a.TEL;TYPE="fax":3', "TEL;TYPE=MOBILE:4"],
        ),
        (
            "4.0",
            [
                "TEL;VALUE=uri;TYPE=home:tel:1",
                "TEL;VALUE=uri;TYPE=cell:tel:2",
                "TEL;TYPE=work;TYPE=fax:3",
                'TEL;VALUE=uri;PREF=1;TYPE="voice,cell":tel:4',
            ],
        ),
    ],
)
def test_phones_keep_their_order_and_their_types(table, version, lines):
    (found,) = table(card("N:x", *lines, version=version))
    order = ["4", "1", "2", "3"] if "pref" in lines[-1].lower() else ["1", "2", "3", "4"]
    assert [found[name] for name in ("Phone", "Phone 2", "Phone 3", "Phone 4")] == order
    assert {found["Mobile phone"], found["Mobile phone 2"]} == {"2", "4"}
    assert found["Fax"] == "3"
    assert len(found) == 8


def test_what_is_too_much_for_its_columns_shares_the_last(table):
    assert table(card("N:x", *(f"TEL:{n}" for n in range(10))))[0]["Phone 8"] == "7; 8; 9"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (card("N:x") + "BEGIN:VCARD\nN:y\n", "open_card"),
        (card("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=FF"), "card_text"),
        (card("NOTE:" + "x" * 2000), "long_cell"),
        (card("REV:1"), "no_rows"),
        ("BEGIN:VCARD", "open_card"),
    ],
)
def test_a_broken_file_is_refused(table, text, code):
    with pytest.raises(UnreadableFile) as caught:
        table(text, max_cell_chars=1000)
    assert (caught.value.code, len(caught.value.sentence) > 10) == (code, True)
