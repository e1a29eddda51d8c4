"""What the readers say to people; the only module here that needs Django."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from orbita.imports.readers.shapes import Inspection

SENTENCES = {
    "empty": _("The file is empty."),
    "no_rows": _("The file holds no rows."),
    "too_large": _("The file is larger than %(mib)s MB. Split it into smaller files."),
    "unknown": _("This is not a spreadsheet. Choose a csv, xls, xlsx, ods or vcf file."),
    "web_page": _(
        "This is a web page under the name of a spreadsheet. "
        "Open it in a spreadsheet program and save it as xlsx."
    ),
    "xlsb": _("Binary workbooks (xlsb) cannot be read. Save the file as xlsx."),
    "old_excel": _("This workbook is of a very old format. Save the file as xlsx."),
    "encrypted": _("The file is protected by a password. Save it without the password."),
    "damaged": _("The file is damaged and cannot be read. Save it again and try once more."),
    "suspicious": _("The file is packed in an unsafe way. Save it again and try once more."),
    "entries": _("The file is packed from more than %(limit)s parts."),
    "inflated": _(
        "The file unpacks to more than %(mib)s MB. "
        "Split it into smaller files or save the sheet as csv."
    ),
    "doctype": _("The file defines entities of its own (DOCTYPE), which is not allowed."),
    "columns": _("The sheet is too large: it has more than %(limit)s columns."),
    "rows": _("The sheet is too large: it has more than %(limit)s rows."),
    "cells": _("The sheet is too large: it spans more than %(limit)s cells."),
    "strings": _("The workbook is too large: it has more than %(limit)s different texts."),
    "long_text": _("A cell of the file is too long: more than %(limit)s characters."),
    "long_cell": _(
        "The cell that begins in line %(line)s is longer than %(limit)s characters. "
        "Perhaps a closing quotation mark is missing."
    ),
    "long_line": _("Line %(line)s is longer than %(limit)s characters."),
    "unclosed_quote": _("In line %(line)s a quotation mark opens and is not closed."),
    "bad_line": _("Line %(line)s cannot be divided into cells."),
    "undecodable": _(
        "The text cannot be read as %(encoding)s: byte %(position)s does not fit. "
        "Choose another encoding or save the file as UTF-8."
    ),
    "card_text": _(
        "Line %(line)s cannot be read as %(encoding)s. "
        "Choose another encoding or save the contacts once more."
    ),
    "open_card": _("The contact that begins in line %(line)s does not end. Save the file again."),
    "long_card": _("The contact that begins in line %(line)s is too long."),
    "nul": _("Line %(line)s holds a zero byte, so this is not a text file of a known encoding."),
    "encoding": _("The encoding %(encoding)s is not known here."),
    "separator": _("The separator must be one character, for example a semicolon."),
    "format": _("The file has changed since it was inspected. Choose it again."),
    "no_sheets": _("The workbook has no sheet with cells."),
    "no_sheet": _("The workbook has no sheet named “%(name)s”."),
    "memory": _(
        "Reading the file takes too much memory. Split it into smaller files or save it as csv."
    ),
    "slow": _("Reading the file takes too long. Split it into smaller files or save it as csv."),
    "crashed": _("The file is damaged or too complex. Save the sheet as csv and try once more."),
}


def sentence(code: str, params: dict[str, Any]) -> str:
    """The sentence for the code of an `UnreadableFile`, in the active language."""
    return str(SENTENCES[code]) % params


COLUMNS = {
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "company": _("Company"),
    "department": _("Department"),
    "position": _("Position"),
    "phone": _("Phone"),
    "mobile": _("Mobile phone"),
    "fax": _("Fax"),
    "email": _("E-mail"),
    "www": _("Website"),
    "street": _("Street"),
    "postcode": _("Postcode"),
    "city": _("City"),
    "region": _("Region"),
    "country": _("Country"),
    "birthday": _("Birthday"),
    "note": _("Description"),
    "tags": _("Tags"),
    "nickname": _("Nickname"),
}
"""What the values of contacts in vcf files are called."""


def column_name(word: str) -> str:
    """The name of a column: "phone 2" is "Phone 2", and what is not known keeps its word."""
    name, _space, place = word.partition(" ")
    return f"{COLUMNS[name]} {place}".strip() if name in COLUMNS else word


def left_out_sentence(inspection: "Inspection") -> str:
    """Which rows are no data."""
    rows = ", ".join(map(str, inspection.left_out[:5]))
    rows += " …" if len(inspection.left_out) > 5 else ""
    if inspection.format == "vcf":
        return gettext("Lists of people are left out: rows %(rows)s.") % {"rows": rows}
    text = gettext("Rows that look like totals, notes or a repeated header are left out: %(rows)s.")
    return text % {"rows": rows}


def remarks(inspection: "Inspection") -> list[str]:
    """What is odd about a file that can be read."""
    found = []
    if inspection.renamed:
        found.append(
            gettext("The file is really in the %(format)s format and is read as such.")
            % {"format": inspection.format}
        )
    if inspection.data_rows == 0:
        found.append(gettext("The file has a header and no rows below it."))
    return found


def doubts(inspection: "Inspection") -> list[str]:
    """What a person may decide otherwise."""
    found = []
    if not inspection.encoding_certain:
        found.append(
            gettext("It is not certain how the letters of this file are meant. Check them below.")
        )
    if inspection.left_out:
        found.append(left_out_sentence(inspection))
    return found
