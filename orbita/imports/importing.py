"""The verbs of an import, for pages, command line and API alike.

    imp = upload(file, name="firmy.csv", kind=kind, by=user)     # UnreadableFile with a sentence
    set_mapping(imp)                                             # or a mapping of one's own
    start(imp, dry_run=True)                                     # in the worker; see `Import.state`
    start(imp, dry_run=False)
    report(imp)                                                  # counts and rows, see reporting.py

A view finds the import with `get_object_or_404(Import.objects.visible_to(user), pk=…)`.
"""

from collections.abc import Container, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orbita.imports import options as import_options
from orbita.imports import staging
from orbita.imports.columns import Target, namings, targets
from orbita.imports.jobs import execute_import
from orbita.imports.models import Import, State
from orbita.imports.readers import (
    ENCODINGS,
    GUESS,
    SEPARATORS,
    Choices,
    Inspection,
    UnreadableFile,
    inspect,
)
from orbita.imports.readers.repairs import REPAIRS
from orbita.imports.readers.shapes import PREVIEW_ROWS
from orbita.imports.recognising import automatic
from orbita.imports.rejected import without_extra_columns
from orbita.imports.reporting import report
from orbita.imports.running import execute
from orbita.jobs.models import Job
from orbita.jobs.models import State as JobState
from orbita.ui.text import clean

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

__all__ = [
    "UnreadableFile",
    "cancel",
    "notice_end_of_job",
    "read_again",
    "read_as",
    "report",
    "run_here",
    "set_mapping",
    "set_options",
    "start",
    "targets_of",
    "upload",
]

BLOCK = 1024 * 1024


def upload(
    file: BinaryIO, *, name: str, kind: "Kind", by: "User", pk: UUID | None = None
) -> Import:
    """Keep the file, find out how it is read and map its columns; `pk` is its id to be.

    Raises PermissionDenied without the right, `UnreadableFile` (its `sentence` says what is wrong
    and what to do) for a file that cannot be taken; nothing is kept then.
    """
    if not kind.may(by, "import"):
        raise PermissionDenied
    key, size = staging.keep(iter(lambda: file.read(BLOCK), b""))
    imp = Import(owner=by, kind=kind.slug, name=clean(name)[-255:] or "-", key=key, size=size)
    imp.pk = pk or imp.pk
    try:
        _take(imp, inspect(imp.path, imp.name, staging.limits()))
        with transaction.atomic():
            imp.save(force_insert=True)
            set_mapping(imp)
    except BaseException:
        staging.forget(key)
        raise
    return imp


def read_as(imp: Import, values: Mapping[str, Any]) -> None:
    """Read the file as `values` say: encoding, separator, sheet, header_row (from 1; 0 for none).

    `repair` undoes a second encoding, `whole` keeps totals and headers that come again. What they
    leave out stays as it is. Raises ValidationError for what cannot be, UnreadableFile.
    """
    readable: dict[str, Container[Any]] = {
        "encoding": ENCODINGS,
        "separator": SEPARATORS,
        "sheet": imp.inspection.get("sheets", ()),
        "header_row": range(PREVIEW_ROWS + 1),
        "repair": ("", *REPAIRS),
        "whole": (True, False),
    }
    for name, value in values.items():
        is_of_type = isinstance(value, bool) == (name == "whole")
        if name not in readable or not is_of_type or value not in readable[name]:
            raise ValidationError(_("Unknown value: %(text)s") % {"text": f"{name}={value}"[:80]})
    chosen = dict(values)
    if "header_row" in chosen:
        chosen["header_row"] = chosen["header_row"] - 1 if chosen["header_row"] else None
    whole = chosen.pop("whole", False)
    if "encoding" in chosen or "repair" in chosen:
        chosen = {"repair": "", **chosen, "is_settled": True}
    if "sheet" in chosen:
        chosen.setdefault("header_row", GUESS)
    read_again(imp, replace(imp.reading, **chosen), whole=whole)


def read_again(imp: Import, choices: Choices, *, whole: bool = False) -> None:
    """Read the file in another way (encoding, separator, sheet, header row) and guess anew.

    `whole` keeps the rows that are otherwise left out: totals, headers that come again.
    """
    _refuse_busy(imp)
    found = inspect(imp.path, imp.name, staging.limits(), choices=choices)
    _take(imp, found, is_settled=choices.is_settled, whole=whole)
    imp.staged, imp.position, imp.linked, imp.counts = False, 0, 0, {}
    imp.options = {**imp.options, "answers": {}}
    imp.save()
    set_mapping(imp)


def _take(imp: Import, found: Inspection, *, is_settled: bool = False, whole: bool = False) -> None:
    """Put what the readers found on the import."""
    chosen = replace(found.choices(), is_settled=is_settled)
    imp.choices = (replace(chosen, left_out=()) if whole else chosen).as_json()
    imp.inspection = {
        "readings": found.readings,
        "left_out": list(found.left_out),
        "first_rows": len(found.rows),
        "remarks": found.remarks,
        "encodings": list(found.encodings),
        "encoding_certain": found.encoding_certain,
        "separators": list(found.separators),
        "sheets": [sheet.name for sheet in found.sheets if not sheet.hidden],
        "data_rows": found.data_rows + (len(found.left_out) if whole else 0),
        "notices": found.notices,
    }
    is_csv = imp.reading.format == "csv"
    rows = found.rows if whole else found.sample
    header, *sample = [
        staging.plain(staging.bare(row) if is_csv else row) for row in (found.header, *rows)
    ]
    imp.columns = [_header(header, index) for index in range(found.columns)]
    imp.sample = sample


def _header(header: list[Any], index: int) -> str:
    """The name of a column; its letter where the file gives none."""
    name = clean(str(header[index])) if index < len(header) and header[index] is not None else ""
    return name[:255] or _("Column %s") % column_letter(index)


def column_letter(index: int) -> str:
    """The column's name in spreadsheet programs.

    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def targets_of(imp: Import) -> dict[str, Target]:
    """What the columns of the import can become."""
    return targets(imp.kind_object, imp.owner)


def set_mapping(imp: Import, mapping: Mapping[str, str] | None = None) -> None:
    """Say which column (by its index as text) becomes what (by its path); None guesses.

    Answers to names in columns that become something else are forgotten.
    Raises ValidationError for an unknown column or path, for two columns that become one value,
    and when nothing at all is mapped.
    """
    _refuse_busy(imp)
    offered = targets_of(imp)
    if mapping is None:
        mapping, imp.layout = automatic(imp, offered)
        mapping = without_extra_columns(imp.columns, mapping)
        imp.state, imp.mapping_is_chosen = State.UPLOADED, False
    else:
        _check_mapping(imp, mapping, offered)
        imp.state, imp.mapping_is_chosen = State.MAPPED, True
    if imp.option("answers"):
        imp.options = {**imp.options, "answers": _kept_answers(imp, mapping, offered)}
    imp.mapping, imp.draft = dict(mapping), {}
    imp.save()


def _kept_answers(
    imp: Import, mapping: Mapping[str, str], offered: Mapping[str, Target]
) -> dict[str, dict[str, str]]:
    """The answers to names in columns that stay what they were."""
    known = namings(offered)
    return {
        path: names
        for path, names in imp.option("answers").items()
        if path in known and known[path].columns(imp.mapping) == known[path].columns(mapping)
    }


def _check_mapping(imp: Import, mapping: Mapping[str, str], offered: Mapping[str, Target]) -> None:
    used: set[str] = set()
    for index, path in mapping.items():
        if not index.isdecimal() or int(index) >= len(imp.columns):
            raise ValidationError(_("Unknown column: %(name)s") % {"name": index})
        if path not in offered:
            raise ValidationError(_("Unknown field: %(name)s") % {"name": path})
        if path in used and not offered[path].field.many:
            raise ValidationError(
                _("Two columns cannot both become “%(label)s”") % {"label": offered[path].label}
            )
        used.add(path)
    if not used:
        raise ValidationError(_("Match at least one column"))


def set_options(imp: Import, options: Mapping[str, Any]) -> None:
    """Set the options (see options.py); those not given get their defaults."""
    _refuse_busy(imp)
    offered = targets_of(imp)
    found = import_options.checked(options, offered, imp.kind_object)
    former = imp.option("values")
    fresh = {path: text for path, text in found["values"].items() if former.get(path) != text}
    import_options.check_values(fresh, offered, imp.owner, found)
    imp.options = found
    imp.save(update_fields=["options"])


def start(imp: Import, *, dry_run: bool) -> Job:
    """Have the worker plan (`dry_run`) or run the import; a run that stopped midway goes on.

    Raises ValidationError when it is busy, done, or no column is mapped.
    """
    with transaction.atomic():
        _begin(imp, dry_run=dry_run)
        label = _("Checking %(name)s") if dry_run else _("Importing %(name)s")
        imp.job = Job.start(
            execute_import,
            owner=imp.owner,
            label=(label % {"name": imp.name})[:200],
            total=imp.counts.get("rows"),
            import_id=str(imp.pk),
            owner_id=str(imp.owner_id),
        )
        imp.save(update_fields=["job"])
    return imp.job


def run_here(imp: Import, *, dry_run: bool) -> None:
    """The same in this process, to its end."""
    _begin(imp, dry_run=dry_run)
    execute(imp)


def _begin(imp: Import, *, dry_run: bool) -> None:
    """Put the import into the state from which the work starts, once."""
    locked = Import.objects.select_for_update().get(pk=imp.pk) if _in_transaction() else imp
    _refuse_busy(locked)
    if locked.state == State.DONE:
        raise ValidationError(_("This import is done. Upload the file again to import it again."))
    if not imp.mapping:
        raise ValidationError(_("Match at least one column"))
    if locked.undo is not None:
        raise ValidationError(_("This import was taken back. Upload the file again."))
    if locked.can_go_on and dry_run:
        raise ValidationError(_("This import has begun; it can only go on."))
    if not locked.can_go_on:
        imp.position, imp.linked, imp.counts = 0, 0, {}
    imp.dry_run = dry_run
    imp.state = State.PLANNING if dry_run else State.RUNNING
    imp.message, imp.started_at, imp.finished_at = "", timezone.now(), None
    imp.save()


def _in_transaction() -> bool:
    from django.db import connection

    return connection.in_atomic_block


def cancel(imp: Import) -> None:
    """Stop the work: at once if it waits, else after the present chunk. What is done stays."""
    if imp.job is None or not imp.is_busy:
        return
    imp.job.cancel()
    if imp.job.is_finished:
        Import.objects.filter(pk=imp.pk, state__in=[State.PLANNING, State.RUNNING]).update(
            state=State.CANCELLED, finished_at=timezone.now()
        )
    imp.refresh_from_db()


def notice_end_of_job(imp: Import) -> None:
    """When the job ended without the import: cancelled elsewhere, or given up after crashes."""
    if not imp.is_busy or imp.job is None or not imp.job.is_finished:
        return
    is_cancelled = imp.job.state == JobState.CANCELLED
    message = _("The import stopped because of an error. You can go on with it.")
    Import.objects.filter(pk=imp.pk, state=imp.state, job=imp.job).update(
        state=State.CANCELLED if is_cancelled else State.FAILED,
        message="" if is_cancelled else message,
        finished_at=timezone.now(),
    )
    imp.refresh_from_db()


def _refuse_busy(imp: Import) -> None:
    if imp.is_busy and not (imp.job and imp.job.is_finished):
        raise ValidationError(_("The import is running. Wait until it ends, or cancel it."))
