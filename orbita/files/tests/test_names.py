"""Names and types of strangers' files."""

import pytest

from orbita.files.names import NAME_LENGTH, clean_name, content_type, is_refused


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\umowa.pdf", "umowa.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("faktura\r\nSet-Cookie: x=1.pdf", "faktura Set-Cookie_ x=1.pdf"),
        ("cytat\u202egnp.exe.pdf", "cytatgnp.exe.pdf"),
        (".htaccess", "htaccess"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ('"cudzysłów".docx', "_cudzysłów_.docx"),
        ("  spacje   w  nazwie .txt ", "spacje w nazwie .txt"),
        ("...", "file"),
        ("", "file"),
        ("Żółw i łąka.xlsx", "Żółw i łąka.xlsx"),
    ],
)
def test_a_name_loses_what_could_do_harm_and_keeps_its_letters(sent, kept):
    assert clean_name(sent) == kept


def test_a_long_name_is_cut_in_its_middle_and_keeps_its_ending():
    name = clean_name("ż" * 400 + ".pdf")
    assert name.endswith("ż.pdf")
    assert len(name.encode()) <= NAME_LENGTH


@pytest.mark.parametrize(
    "name",
    ["a.exe", "a.EXE", "a.pdf.exe", "b.js", "c.ps1", "d.msi", ".htaccess", "x.php", "a.exe. "],
)
def test_programs_are_refused(name):
    assert is_refused(name)


@pytest.mark.parametrize("name", ["a.pdf", "a.exe.pdf", "plan.docx", "zdjęcie.png", "js.txt"])
def test_documents_are_not(name):
    assert not is_refused(name)


@pytest.mark.parametrize(
    ("head", "type_"),
    [
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a;", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<svg onload=alert(1)>", "application/octet-stream"),
        (b"<html>", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_type_is_told_by_the_first_bytes_alone(head, type_):
    assert content_type(head) == type_
