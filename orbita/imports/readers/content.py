"""What a file is, by its content and never by its name."""

from pathlib import Path

from orbita.imports.readers.problems import UnreadableFile

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Workbooks before Excel 5: a bare BIFF stream that starts with BOF of version 2, 3 or 4.
_OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_OTHERS = (
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"{\\rtf",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc",
)
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<table", b"<?xml", b"mime-version:")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def detect(path: Path) -> str:
    """One of FORMATS; zip archives are looked into later, so "xlsx" stands for any of them."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise UnreadableFile("empty")
    if head.startswith(_ZIP):
        return _zip_format(path)
    if head.startswith(_OLE):
        _refuse_encrypted(path)
        return "xls"
    if head.startswith(_OLD_EXCEL):
        raise UnreadableFile("old_excel")
    if head.startswith(_OTHERS):
        raise UnreadableFile("unknown")
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip().lower()
    if text.startswith(_MARKUP):
        raise UnreadableFile("web_page")
    return "vcf" if text.startswith(b"begin:vcard") else "csv"


def _zip_format(path: Path) -> str:
    from orbita.imports.readers.archive import directory

    names = {entry.name for entry in directory(path)}
    if "encrypted-package" in names or "encryptedpackage" in names:
        raise UnreadableFile("encrypted")
    books = [name for name in names if name.startswith("xl/workbook")]  # also workbook2.xml
    if any(name.endswith(".bin") for name in books):
        raise UnreadableFile("xlsb")
    is_xlsx, is_ods = any(name.endswith(".xml") for name in books), "content.xml" in names
    if is_xlsx and is_ods:
        raise UnreadableFile("suspicious")  # two readers might see two workbooks
    if not is_xlsx and not is_ods:
        raise UnreadableFile("unknown")
    return "xlsx" if is_xlsx else "ods"


def _refuse_encrypted(path: Path) -> None:
    """An encrypted xlsx is an OLE file with a stream of this name."""
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            if _ENCRYPTED in tail + chunk:
                raise UnreadableFile("encrypted")
            tail = chunk[-len(_ENCRYPTED) :]
