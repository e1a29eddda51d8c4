"""The options of an import, checked."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orbita.accounts.models import User
from orbita.imports.columns import namings
from orbita.imports.models import DEFAULT_OPTIONS, BadCell, DateOrder, Decimals, Duplicates
from orbita.records.fields.base import Context
from orbita.records.owning import possible_owners

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orbita.imports.columns import Target
    from orbita.records.kinds import Kind


BY_ACCOUNT = "account"


def checked(
    options: "Mapping[str, Any]", all_targets: "Mapping[str, Target]", kind: "Kind"
) -> dict[str, Any]:
    """The options with their defaults; ValidationError for one that does not exist.

    `duplicates`: update, skip or create. `bad_cell`: reject or empty. `create_missing`: whether
    unknown tags and groups are made; `create_entries`: whether entries of dictionaries are that
    belong to administrators (sources), if the importer is one. `take_over`: whether new records
    without a source take the one of the record that they name. `owner`: account, me, none or the
    id of a user. `decimals`: auto, comma or point, `dates`: day or month, for texts that can be
    read in two ways. `values`: a text for all rows by path, for targets that no column fills.
    `answers`: for names of other records that are not clear, the id of the record that is meant,
    by path (see `columns.Naming`) and name; an empty one leaves the name out, or means a new record
    where the row itself is not clear.
    """
    unknown = set(options) - set(DEFAULT_OPTIONS)
    if unknown:
        raise ValidationError(_("Unknown option: %(name)s") % {"name": sorted(unknown)[0]})
    found = {**DEFAULT_OPTIONS, **options}
    if found["duplicates"] not in Duplicates.values or found["bad_cell"] not in BadCell.values:
        raise ValidationError(_("Unknown option: %(name)s") % {"name": "duplicates / bad_cell"})
    if found["decimals"] not in Decimals.values or found["dates"] not in DateOrder.values:
        raise ValidationError(_("Unknown option: %(name)s") % {"name": "decimals / dates"})
    for switch in ("create_missing", "create_entries", "take_over"):
        found[switch] = bool(found[switch])
    found["owner"] = _owner(found["owner"], kind)
    values = found["values"] if isinstance(found["values"], dict) else {}
    found["values"] = {
        path: str(text)
        for path, text in values.items()
        if path in all_targets and str(text).strip()
    }
    found["answers"] = _answers(found["answers"], all_targets)
    return found


def _answers(given: Any, all_targets: "Mapping[str, Target]") -> dict[str, dict[str, str]]:
    """For names that do not say clearly whom they mean: an id by name by path; "" leaves it out."""
    found: dict[str, dict[str, str]] = {}
    known = namings(all_targets)
    for path, names in (given if isinstance(given, dict) else {}).items():
        if path not in known or not isinstance(names, dict):
            raise ValidationError(_("Unknown field: %(name)s") % {"name": path})
        for pk in names.values():
            if pk and not _is_id(pk):
                raise ValidationError(_("There is no record %(name)s") % {"name": str(pk)[:80]})
            if not pk and known[path].is_required:
                raise ValidationError(
                    _("“%(label)s” cannot be left out") % {"label": known[path].label}
                )
        found[path] = {str(name): str(pk or "") for name, pk in names.items()}
    return found


def _is_id(text: Any) -> bool:
    try:
        return bool(UUID(str(text)))
    except ValueError:
        return False


def check_values(
    values: "Mapping[str, str]",
    all_targets: "Mapping[str, Target]",
    viewer: User,
    options: "Mapping[str, Any]" = DEFAULT_OPTIONS,
) -> None:
    """ValidationError for a value for all rows that cannot be read with these options."""
    context = Context(
        viewer,
        is_rehearsal=True,
        decimals=options["decimals"],
        month_first=options["dates"] == DateOrder.MONTH,
    )
    for path, text in values.items():
        target = all_targets[path]
        try:
            target.field.prepare([text], context)
            target.field.parse(text, context)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise ValidationError(f"{target.label}: {text[:80]}") from error
        except ValidationError as error:
            raise ValidationError(f"{target.label}: {' '.join(error.messages)}") from error


def check_filled_once(
    values: "Mapping[str, str]",
    mapping: "Mapping[str, str]",
    all_targets: "Mapping[str, Target]",
) -> None:
    """ValidationError for a value for all rows that a column gives too."""
    for path in values:
        if path in mapping.values():
            raise ValidationError(
                _("“%(label)s” has both a column and a value for all rows")
                % {"label": all_targets[path].label}
            )


def _owner(text: Any, kind: "Kind") -> str:
    """account (as its settings say), me, none, or the id of a user who may own such records."""
    if text in (BY_ACCOUNT, "me", "none"):
        return str(text)
    try:
        return str(possible_owners(kind).get(pk=UUID(str(text))).pk)
    except (ValueError, User.DoesNotExist) as error:
        raise ValidationError(_("Unknown user: %(name)s") % {"name": text}) from error


def default_owner(option: str, by: User) -> User | None:
    """To whom new records belong where the file does not say it."""
    if option in (BY_ACCOUNT, "me"):
        return by
    return None if option == "none" else User.objects.filter(pk=option).first()
