# ruff: noqa: N999 - the name of the module is the name of the command
"""`orbita import FILE --kind companies`: the importer on the command line."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from orbita import preferences
from orbita.accounts.models import Role, User
from orbita.imports import importing
from orbita.imports.guess import plain
from orbita.imports.models import Import
from orbita.imports.reporting import counts, reason, rows_of, unmapped
from orbita.records.kinds import Kind, kinds

SHOWN = 20


class Command(BaseCommand):
    """Imports a spreadsheet, here and now."""

    help = "Import a csv, xls, xlsx or ods file. Rejected rows do not make the command fail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, what its rows are, and how to treat it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", required=True, help=", ".join(k.slug for k in kinds))
        parser.add_argument("--as", dest="email", help="e-mail of the user; else an administrator")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--json", action="store_true", help="counts and every rejected row")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help='a column\'s field, such as "Firma=company.title"; the others are guessed',
        )
        parser.add_argument("--duplicates", choices=["update", "skip", "create"], default="update")
        parser.add_argument("--bad-cell", choices=["reject", "empty"], default="reject")

    def handle(self, *args: Any, **options: Any) -> None:
        """Upload, map, run, print."""
        user = _user(options["email"])
        with translation.override(user.language), preferences.snapshot():
            try:
                imp = self._upload(user, options)
                importing.run_here(imp, dry_run=options["dry_run"])
            except importing.UnreadableFile as problem:
                raise CommandError(problem.sentence) from problem
            except ValidationError as problem:
                raise CommandError(" ".join(problem.messages)) from problem
            except PermissionDenied as problem:
                raise CommandError("This user may not import records of this kind") from problem
            if imp.message:
                raise CommandError(imp.message)
            self.stdout.write(_as_json(imp) if options["json"] else _as_text(imp))

    def _upload(self, user: User, options: dict[str, Any]) -> Import:
        try:
            with options["file"].open("rb") as file:
                imp = importing.upload(
                    file, name=options["file"].name, kind=_kind(options["kind"]), by=user
                )
        except OSError as problem:
            raise CommandError(f"{options['file']}: {problem.strerror}") from problem
        mapping = dict(imp.mapping)
        for pair in options["map"]:
            index, path = _column(imp, pair)
            mapping = {i: p for i, p in mapping.items() if i != index and p != path}
            if path:
                mapping[index] = path
        if options["map"]:
            importing.set_mapping(imp, mapping)
        importing.set_options(
            imp, {"duplicates": options["duplicates"], "bad_cell": options["bad_cell"]}
        )
        return imp


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


def _as_json(imp: Import) -> str:
    return json.dumps(importing.report(imp), ensure_ascii=False, indent=2)


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
