# ruff: noqa: N999 - the name of the module is the name of the command
"""`orbita import FILE --kind companies`: the importer on the command line."""

import json
from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from orbita import preferences
from orbita.accounts.models import Role, User
from orbita.imports import importing, saved
from orbita.imports.guess import plain
from orbita.imports.models import (
    BadCell,
    DateOrder,
    Decimals,
    Duplicates,
    Import,
    Outcome,
    SavedMapping,
)
from orbita.imports.options import BY_ACCOUNT
from orbita.imports.readers import ENCODINGS, SEPARATORS
from orbita.imports.readers.repairs import REPAIRS
from orbita.imports.reporting import OPEN, REMARKED, counts, reason, rows_of, unmapped
from orbita.imports.undoing import deed_of
from orbita.records import undo as undoing
from orbita.records.kinds import Kind, kinds

SHOWN = 20
SWITCHES = {
    "create_missing": "make unknown tags and groups",
    "create_entries": "make unknown sources, as an administrator",
    "take_over": "new records take the source of the record that they name over",
}


class Command(BaseCommand):
    """Imports a spreadsheet, here and now, or takes an import back."""

    help = "Import a csv, xls, xlsx, ods or vcf file. Rejected rows do not make the command fail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, what its rows are, and how to treat it."""
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--kind", help=", ".join(k.slug for k in kinds))
        parser.add_argument("--as", dest="email", help="e-mail of the user; else an administrator")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--undo", type=UUID, metavar="ID", help="take an import back instead")
        parser.add_argument("--json", action="store_true", help="the report as JSON, with its rows")
        rows = [outcome.value for outcome in Outcome if outcome != Outcome.WAITING]
        parser.add_argument(
            "--rows", choices=["all", *rows, OPEN, REMARKED], default=Outcome.REJECTED.value
        )
        self._add_treatment(parser)
        self._add_columns(parser)

    def _add_treatment(self, parser: ArgumentParser) -> None:
        """How rows are treated; what is not given comes from a saved mapping or a default."""
        parser.add_argument("--duplicates", choices=Duplicates.values)
        parser.add_argument("--bad-cell", choices=BadCell.values)
        parser.add_argument("--decimals", choices=Decimals.values, help="1,234 is 1.234 or 1234")
        parser.add_argument(
            "--dates", choices=DateOrder.values, help="what stands first in 1/2/2026"
        )
        parser.add_argument("--owner", help="account, me, none or an e-mail address")
        for name, help_ in SWITCHES.items():
            flag = f"--{name.replace('_', '-')}"
            parser.add_argument(flag, action=BooleanOptionalAction, help=help_)
        parser.add_argument(
            "--answer",
            action="append",
            default=[],
            metavar="FIELD:NAME=ID",
            help="whom an unclear name of another record means; no id leaves it out. FIELD and "
            "NAME are those of a link in the report: company:Nowak=ID, persons:Jan Nowak=ID",
        )

    def _add_columns(self, parser: ArgumentParser) -> None:
        """How the file is read, and what its columns become."""
        parser.add_argument("--mapping", metavar="NAME", help="a saved mapping with its options")
        parser.add_argument("--encoding", choices=ENCODINGS)
        parser.add_argument("--repair", choices=REPAIRS, help="undo a second encoding")
        parser.add_argument("--whole", action="store_const", const=True, help="keep totals too")
        parser.add_argument("--separator", choices=SEPARATORS)
        parser.add_argument("--sheet")
        parser.add_argument("--header-row", type=int, help="from 1; 0 for a file without headers")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help='a column\'s field, such as "Firma=company.title"; the others are guessed',
        )
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="FIELD=TEXT",
            help='a text for all rows, such as "source=Targi"',
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Upload, map, run, print; what cannot be is one sentence, with --json an `error`."""
        user = _user(options["email"])
        with translation.override(user.language), preferences.snapshot():
            try:
                text = self._undone(user, options) if options["undo"] else self._done(user, options)
            except CommandError as problem:
                if options["json"]:
                    self.stdout.write(json.dumps({"error": str(problem)}, ensure_ascii=False))
                raise
            self.stdout.write(text)

    def _done(self, user: User, options: dict[str, Any]) -> str:
        """The report of an import."""
        if options["file"] is None or options["kind"] is None:
            raise CommandError("Give a file and --kind, or --undo with the id of an import")
        try:
            imp = _upload(user, options)
            importing.run_here(imp, dry_run=options["dry_run"])
        except importing.UnreadableFile as problem:
            raise CommandError(problem.sentence) from problem
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        except PermissionDenied as problem:
            raise CommandError("This user may not import records of this kind") from problem
        if imp.message:
            raise CommandError(imp.message)
        return _as_json(imp, options["rows"]) if options["json"] else _as_text(imp)

    def _undone(self, user: User, options: dict[str, Any]) -> str:
        """What taking an import back came to."""
        imp = Import.objects.visible_to(user).filter(pk=options["undo"]).first()
        changes = deed_of(imp) if imp else None
        if imp is None or changes is None:
            raise CommandError("There is no such import that has written anything")
        try:
            undo = undoing.take_back(changes, by=user, here=True)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        found = {"id": str(imp.pk), "state": undo.state, "counts": undo.counts}
        if options["json"]:
            found["left"] = list(undoing.left(undo, user))
            return json.dumps(found, ensure_ascii=False, indent=2)
        lines = [f"  {name}: {count}" for name, count in undo.counts.items()]
        return "\n".join([f"Taken back: {imp.name}", *lines])


def _upload(user: User, options: dict[str, Any]) -> Import:
    """The file as an import, read, mapped and treated as the options say."""
    try:
        with options["file"].open("rb") as file:
            imp = importing.upload(
                file, name=options["file"].name, kind=_kind(options["kind"]), by=user
            )
    except OSError as problem:
        raise CommandError(f"{options['file']}: {problem.strerror}") from problem
    names = ("encoding", "separator", "sheet", "header_row", "repair", "whole")
    reading = {name: options[name] for name in names if options[name] is not None}
    if reading:
        importing.read_as(imp, reading)
    mapping, kept = _saved(imp, options["mapping"]) if options["mapping"] else (imp.mapping, {})
    mapping = dict(mapping)
    for pair in options["map"]:
        index, path = _column(imp, pair)
        mapping = {i: p for i, p in mapping.items() if i != index and p != path}
        if path:
            mapping[index] = path
    if options["map"] or options["mapping"]:
        importing.set_mapping(imp, mapping)
    importing.set_options(imp, _options(options, kept))
    return imp


def _saved(imp: Import, name: str) -> tuple[dict[str, str], dict[str, Any]]:
    """The columns and the options of a saved mapping of the user's, or of everybody's."""
    usable = SavedMapping.objects.usable_by(imp.owner).filter(kind=imp.kind, name=name)
    found = usable.order_by("is_shared").first()
    if found is None:
        raise CommandError(f"There is no saved mapping {name}")
    return saved.applied(found, imp, importing.targets_of(imp))


def _options(given: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """The options of the import: those of a saved mapping, and on top of them what is given."""
    names = ("duplicates", "bad_cell", "decimals", "dates", *SWITCHES)
    found = kept | {name: given[name] for name in names if given[name] is not None}
    if (owner := given["owner"]) is not None:
        is_word = owner in (BY_ACCOUNT, "me", "none")
        found["owner"] = owner if is_word else str(_user(owner).pk)
    fixed = dict(pair.partition("=")[::2] for pair in given["set"])
    answers: dict[str, dict[str, str]] = {}
    for text in given["answer"]:
        path, _colon, rest = text.partition(":")
        name, _sign, pk = rest.rpartition("=")
        answers.setdefault(path, {})[name] = pk
    return found | {"values": {**found.get("values", {}), **fixed}, "answers": answers}


def _user(email: str | None) -> User:
    """The user with this address, or the first administrator."""
    users = User.objects.active().order_by("created_at")
    if email:
        user = users.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"No active user has the address {email}")
        return user
    user = users.filter(role=Role.ADMINISTRATOR).first()
    if user is None:
        raise CommandError("There is no administrator yet; give --as")
    return user


def _kind(slug: str) -> Kind:
    try:
        return kinds.get(slug)
    except KeyError as error:
        names = ", ".join(kind.slug for kind in kinds)
        raise CommandError(f"Unknown kind {slug}; there are {names}") from error


def _column(imp: Import, pair: str) -> tuple[str, str]:
    """The index of the column and the path out of COLUMN=FIELD; an empty path unmaps."""
    name, _sign, path = pair.rpartition("=")
    for index, header in enumerate(imp.columns):
        if plain(header) == plain(name) or header == name:
            return str(index), path.strip()
    raise CommandError(f"The file has no column {name}")


def _as_json(imp: Import, rows: str) -> str:
    report = importing.report(imp, outcome="" if rows == "all" else rows)
    return json.dumps(report, ensure_ascii=False, indent=2)


def _as_text(imp: Import) -> str:
    """Counts, what was left out, the first rejected rows."""
    numbers = counts(imp)
    lines = ["Dry run: nothing was written." if imp.dry_run else "Done."]
    lines += [f"  {name}: {count}" for name, count in numbers.items()]
    if left_out := unmapped(imp):
        lines.append("Columns skipped: " + ", ".join(left_out))
    for row in rows_of(imp, "rejected")[:SHOWN]:
        lines.append(f"Row {row.number}: {reason(row)}")
    if numbers["rejected"] > SHOWN:
        lines.append(f"… and {numbers['rejected'] - SHOWN} more; see --json")
    return "\n".join(lines)
