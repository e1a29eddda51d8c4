"""What administrators do with the options of a choice: add, rename, order, archive, delete."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from orbita.jobs.models import Job
from orbita.preferences.cached import touch
from orbita.records.defining import tell
from orbita.records.jobs import remove_custom_option
from orbita.records.models import CustomField, CustomOption
from orbita.records.rewriting import AT_ONCE, having_option, replacing, rewrite
from orbita.ui.text import clean, fold

if TYPE_CHECKING:
    from orbita.accounts.models import User

MOST = 500
LENGTH = 120
SEPARATORS = ";|"


def check_names(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """The names cleaned; ValidationError for one that is empty, long, doubled or cannot be told."""
    seen = {fold(name) for name in taken}
    found = []
    for name in filter(None, map(clean, names)):
        if len(name) > LENGTH:
            raise ValidationError(
                _("At most %(limit)d characters; this has %(count)d")
                % {"limit": LENGTH, "count": len(name)}
            )
        if any(sign in name for sign in SEPARATORS):
            raise ValidationError(
                _("“%(name)s”: a name has no semicolon and no vertical bar") % {"name": name}
            )
        if fold(name) in seen:
            raise ValidationError(_("“%(name)s” stands there twice") % {"name": name})
        seen.add(fold(name))
        found.append(name)
    if len(seen) > MOST:
        raise ValidationError(_("There can be at most %(most)d options") % {"most": MOST})
    return found


def names_of(definition: CustomField, *, but: CustomOption | None = None) -> list[str]:
    """The names that are taken, those of archived options too."""
    rows = definition.options.filter(deleted_at=None)
    return [option.name for option in rows if but is None or option.pk != but.pk]


def add_options(
    definition: CustomField, names: Iterable[str], *, by: "User", request: HttpRequest | None = None
) -> list[str]:
    """Add options behind the others; the names that were added."""
    with transaction.atomic():
        found = check_names(names, names_of(definition))
        last = definition.options.aggregate(last=Max("position"))["last"] or 0
        CustomOption.objects.bulk_create(
            CustomOption(field=definition, name=name, position=last + place)
            for place, name in enumerate(found, start=1)
        )
        touch("custom_fields")
        if found:
            tell(definition, "options added", by=by, request=request, after=found)
    return found


def rename(
    option: CustomOption, name: str, *, by: "User", request: HttpRequest | None = None
) -> None:
    """Call the option something else, on all records at once."""
    found = check_names([name], names_of(option.field, but=option))
    if not found:
        raise ValidationError(_("Enter a name"))
    before, option.name = option.name, found[0]
    with transaction.atomic():
        option.save()
        tell(option.field, "option renamed", by=by, request=request, before=before, after=found[0])


def order_options(
    definition: CustomField, ids: Iterable[str], *, by: "User", request: HttpRequest | None = None
) -> None:
    """Put the options in this order, in which lists sort, too."""
    wanted = {pk: place for place, pk in enumerate(ids)}
    with transaction.atomic():
        rows = list(definition.options.filter(deleted_at=None).select_for_update())
        before = [row.name for row in rows]
        rows.sort(key=lambda row: (wanted.get(str(row.pk), len(wanted)), row.position))
        for place, row in enumerate(rows):
            row.position = place
        CustomOption.objects.bulk_update(rows, ["position"])
        touch("custom_fields")
        after = [row.name for row in rows]
        if before != after:
            tell(definition, "options ordered", by=by, request=request, before=before, after=after)


def archive_option(
    option: CustomOption, *, back: bool, by: "User", request: HttpRequest | None = None
) -> None:
    """Offer the option no longer, or again; records keep it."""
    option.archived_at = None if back else timezone.now()
    deed = "option restored" if back else "option archived"
    with transaction.atomic():
        option.save()
        tell(option.field, deed, by=by, request=request, option=option.name)


def delete_option(
    option: CustomOption,
    other: CustomOption | None,
    *,
    by: "User",
    request: HttpRequest | None = None,
) -> Job | None:
    """Delete the option; its records get the other one, or nothing. A job when they are many."""
    with transaction.atomic():
        count = having_option(option).count()
        tell(
            option.field,
            "option deleted",
            by=by,
            request=request,
            option=option.name,
            other=other.name if other else "",
            count=count,
        )
        if count > AT_ONCE:
            option.archived_at = option.archived_at or timezone.now()
            option.save()
            label = _("Deleting the option %(name)s") % {"name": option.name}
            return Job.start(
                remove_custom_option,
                owner=by,
                label=label[:200],
                total=count,
                option_id=str(option.pk),
                other_id=str(other.pk) if other else "",
            )
        finish_deletion(option, other, by=by)
    return None


def finish_deletion(
    option: CustomOption, other: CustomOption | None, *, by: "User", progress: Any = None
) -> int:
    """Rewrite the records, and then hide the option; its name stays for the history."""
    label = f"Option deleted: {option.name}"
    rows, change = having_option(option), replacing(option, other)
    count = rewrite(option.field, rows, change, by=by, label=label, progress=progress)
    option.deleted_at = timezone.now()
    definition = option.field
    if definition.default == str(option.pk) or (
        isinstance(definition.default, list) and str(option.pk) in definition.default
    ):
        new = change(definition.default)
        definition.default = new
        definition.save()
    option.save()
    return count
